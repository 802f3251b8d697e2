import { meshError } from '../../errors/index.ts';
import { type Estate, type EstateService, isUnitRef } from '../../estate/schema.ts';
import { twinsOf } from '../../estate/twins.ts';
import type { Finding, Inventory } from '../../inventory/schema.ts';
import { assumedHost, withAddress } from './host.ts';
import { assumedMesh } from './mesh.ts';

/** What a plan from files is made from, and what of it nobody looked at. */
export interface Assumed {
  estate: Estate;
  inventory: Inventory;
}

/** A digest of nothing: no file has it, so that nothing is installed by mistake. */
const NO_DIGEST = '0'.repeat(64);

/**
 * Fills in what files cannot tell, so that a plan can be laid out from them: the mesh, the hosts, that twins are ready,
 * and that what is declared is called. Each assumption is a finding; a plan that rests on one is for reading, not for
 * apply. Pure.
 *
 * @param mesh the mesh to plan for, where the estate names none
 */
export function assume(estate: Estate, inventory: Inventory, mesh: string): Assumed {
  const told: Finding[] = [];
  const note = (subject: string, assumption: string): void => {
    told.push({ code: 'MW1345', level: 'info', subject, message: meshError('MW1345', { assumption }).causeText });
  };
  const filled = filledEstate(estate, mesh, note);
  const hosts = filledHosts(filled, inventory, note);
  const clusters = inventory.clusters.map((cluster) => assumedMesh(filled, cluster, note));
  const dependencies = inventory.dependencies.map(asCalled);
  if (dependencies.some((one, at) => one !== inventory.dependencies[at]))
    note(estate.name, 'what manifests and environment files declare is called; nobody saw it');
  return { estate: filled, inventory: { ...inventory, hosts, clusters, dependencies, findings: [...inventory.findings, ...told] } };
}

type Note = (subject: string, assumption: string) => void;

function filledEstate(estate: Estate, mesh: string, note: Note): Estate {
  const { provider } = estate;
  const needsArtifacts = provider.artifacts === undefined && estate.services.some(({ workload }) => isUnitRef(workload));
  if (needsArtifacts) note(estate.name, 'the binaries that hosts need are there; `provider.artifacts` does not name them');
  const artifact = (path: string) => ({ path, version: 'unknown', sha256: NO_DIGEST });
  const artifacts = { pilotAgent: artifact('pilot-agent'), envoy: artifact('envoy'), bootstrap: artifact('envoy_bootstrap.json') };
  return {
    ...estate,
    provider: { ...provider, name: mesh, ...(needsArtifacts && { artifacts }) },
    hosts: estate.hosts.map((host, at) => withAddress(host, at, note)),
    services: estate.services.map((service) => filledService(estate, service, note)),
  };
}

/** A VM's mesh objects need a namespace. */
function filledService(estate: Estate, service: EstateService, note: Note): EstateService {
  const { name, workload, namespace } = service;
  if (!isUnitRef(workload) || twinsOf(service).length > 0 || namespace !== undefined) return service;
  const [first = 'default'] = estate.clusters.find((cluster) => cluster.name === estate.provider.cluster)?.namespaces ?? [];
  note(name, `its mesh objects lie in namespace ${first}; the estate names none`);
  return { ...service, namespace: first };
}

function filledHosts(estate: Estate, { hosts }: Inventory, note: Note): Inventory['hosts'] {
  const known = new Set(hosts.map(({ name }) => name));
  const used = new Set(estate.services.flatMap(({ workload }) => (isUnitRef(workload) ? [workload.host] : [])));
  const missing = estate.hosts.filter(({ name }) => used.has(name) && !known.has(name));
  for (const { name } of missing) note(`host ${name}`, 'it is run by systemd, has iptables and password-less sudo, and its units run');
  return [...hosts, ...missing.map((host) => assumedHost(estate, host))];
}

/** A declared call, as if it had been seen: nothing else tells who calls. */
function asCalled(dependency: Inventory['dependencies'][number]): Inventory['dependencies'][number] {
  const { evidence } = dependency;
  const isMeant = evidence.some(({ confidence, source }) => confidence === 'declared' && source !== 'network-policy');
  if (!isMeant || evidence.some(({ confidence }) => confidence === 'observed')) return dependency;
  return { ...dependency, evidence: evidence.map((one) => ({ ...one, confidence: 'observed' as const })) };
}
