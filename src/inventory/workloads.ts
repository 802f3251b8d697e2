import { isUnitRef, type Estate, type EstateService, type KubeWorkloadRef, type UnitRef } from '../estate/schema.ts';
import { twinsOf } from '../estate/twins.ts';
import { workloadIdOf } from './ids.ts';
import type { ClusterFacts, Evidence, HostFacts, Listener, UnitEnvironment, Workload } from './schema.ts';

/** How a workload was seen. */
export type Seen = Pick<Workload, 'position' | 'listeners'> & {
  evidence: Pick<Evidence, 'source' | 'detail' | 'confidence'>;
};

/** The workloads of the estate's services, as they were seen; one that nobody could look at rests on the estate's word. */
export function workloadsOf(
  estate: Estate,
  hosts: readonly HostFacts[],
  clusters: readonly ClusterFacts[],
  at: string,
  environments: readonly UnitEnvironment[] = [],
): Workload[] {
  const seenAs = (service: EstateService, ref: UnitRef | KubeWorkloadRef, role: Workload['role']): Workload => {
    const { evidence, ...seen } = isUnitRef(ref) ? unitSeen(ref, hosts, environments) : podsSeen(ref, clusters);
    return { id: workloadIdOf(ref), service: service.name, role, ...seen, evidence: [{ ...evidence, at, count: 1 }] };
  };
  return estate.services.flatMap((service) => [
    seenAs(service, service.workload, 'primary'),
    ...twinsOf(service).map((twin) => seenAs(service, twin, 'twin')),
  ]);
}

/** A unit by the facts of its host; by its environment file, or the estate's word, where nobody looked at the host. */
export function unitSeen(
  ref: UnitRef,
  hosts: readonly HostFacts[],
  environments: readonly UnitEnvironment[] = [],
): Seen {
  const host = hosts.find(({ name }) => name === ref.host);
  const unit = host?.units.find(({ name }) => name === ref.unit);
  const position = { platform: 'vm', mesh: host?.meshed === true ? 'on' : 'off' } as const;
  const written = environments.find((one) => one.host === ref.host && one.unit === ref.unit);
  if (host === undefined || unit === undefined)
    return { position, listeners: [], evidence: written === undefined ? unseen() : inFile(written) };
  const listeners = host.listeners.filter((listener) => listener.unit === ref.unit);
  return {
    position,
    listeners,
    evidence: {
      source: 'systemd',
      detail: `${unit.activeState}, main process ${unit.mainPid}, user ${unit.user}`,
      confidence: 'observed',
    },
  };
}

/** A workload in Kubernetes by the facts of its cluster. */
export function podsSeen(
  ref: Omit<KubeWorkloadRef, 'kind'> & { kind: string },
  clusters: readonly ClusterFacts[],
): Seen {
  const cluster = clusters.find(({ name }) => name === ref.cluster);
  const facts = cluster?.workloads.find(
    ({ namespace, kind, name }) => namespace === ref.namespace && kind === ref.kind && name === ref.name,
  );
  const position = { platform: 'kubernetes', mesh: facts?.meshed === true ? 'on' : 'off' } as const;
  if (facts === undefined) return { position, listeners: [], evidence: unseen() };
  const listeners = facts.ports.map((port): Listener => ({ protocol: 'tcp', address: '*', port }));
  if (cluster?.origin === 'files') return { position, listeners, evidence: inManifests(facts.replicas) };
  return {
    position,
    listeners,
    evidence: {
      source: 'kubernetes',
      detail: `${facts.readyReplicas} of ${facts.replicas} replicas ready`,
      confidence: 'observed',
    },
  };
}

function inFile({ file, project, isRunning }: UnitEnvironment): Seen['evidence'] {
  if (project !== undefined && isRunning === true)
    return { source: 'docker', detail: `a container of project ${project} runs, by ${file}`, confidence: 'observed' };
  if (project !== undefined)
    return {
      source: 'compose',
      detail: `a service of project ${project}, in ${file}; no container was seen`,
      confidence: 'declared',
    };
  return { source: 'files', detail: `its environment file ${file}; the unit was not seen`, confidence: 'declared' };
}

function inManifests(replicas: number): Seen['evidence'] {
  return {
    source: 'files',
    detail: `${replicas} replicas wanted by its manifest; no pod was seen`,
    confidence: 'declared',
  };
}

function unseen(): Seen['evidence'] {
  return { source: 'estate', detail: 'named in the estate file, not seen', confidence: 'declared' };
}
