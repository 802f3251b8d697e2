import { isUnitRef, type EstateService, type KubeWorkloadRef } from '../estate/schema.ts';
import { twinsOf } from '../estate/twins.ts';
import { meshError } from '../errors/index.ts';
import { workloadIdOf } from '../inventory/ids.ts';
import { selects } from '../inventory/landmarks.ts';
import type { KubeWorkload } from '../inventory/schema.ts';
import { asError } from './finding.ts';
import { scopesOver } from './foreign-scopes.ts';
import { hostRefusals } from './refusals-host.ts';
import { policyRefusals } from './refusals-policy.ts';
import { retireRefusals } from './refusals-retire.ts';
import type { PlanFinding, RefusalReason } from './plan.ts';
import { choosePath, movesToTwin, unitJoins } from './paths.ts';
import { pathRefusals } from './refusals-path.ts';
import { type EstateView, placeOf } from './view.ts';

/** What forbids a service's moves. An `error` makes the whole plan one that apply refuses. */
export function refusals(view: EstateView, service: EstateService): PlanFinding[] {
  const found = [
    ...pathRefusals(view, service),
    ...platformRefusals(view, service),
    ...twinRefusals(view, service),
    ...nameRefusals(view, service),
    ...registryRefusals(view, service),
    ...policyRefusals(view, service),
    ...retireRefusals(view, service),
  ];
  // What is said of a host or of pods says enough of what they run.
  return found.some(({ level }) => level === 'error') ? found : [...found, ...unknownWorkloads(view, service)];
}

/** An inventory that is older than the estate, or lost a part, has facts of a place and not of all that is to move there. */
function unknownWorkloads(view: EstateView, service: EstateService): PlanFinding[] {
  const { name, workload, twin } = service;
  const known = new Set(view.workloads(name).map(({ id }) => id));
  const wanted = [workload, ...(twin && movesToTwin(service) ? [twin] : [])].map(workloadIdOf);
  return wanted
    .filter((id) => !known.has(id))
    .map((id) => asError(name, meshError('MW1312', { subject: id, difference: 'the inventory does not have it' })));
}

function platformRefusals(view: EstateView, service: EstateService): PlanFinding[] {
  const { workload, name } = service;
  const provider = view.estate.provider;
  const cluster = view.cluster(provider.cluster);
  if (!cluster?.mesh)
    return [
      asError(name, meshError('MW1204', { cluster: provider.cluster, kinds: `the control plane of ${provider.name}` })),
    ];
  if (!isUnitRef(workload)) {
    return podRefusals(view, service, workload);
  }
  return hostRefusals(view, service, workload.host, workload.unit);
}

/** Of a workload in Kubernetes, be it the service itself or its twin. */
function podRefusals(view: EstateView, { name, serverFirst }: EstateService, ref: KubeWorkloadRef): PlanFinding[] {
  const workload = `${ref.namespace}/${ref.name}`;
  const facts = view.kubeWorkload(ref);
  if (!facts)
    return [asError(name, meshError('MW1312', { subject: workload, difference: 'the inventory does not have it' }))];
  const found: PlanFinding[] = [];
  const unsupported = (reason: string, kind?: RefusalReason): PlanFinding =>
    asError(name, meshError('MW1310', { workload, path: 'join', reason }), kind);
  if (ref.cluster !== view.estate.provider.cluster) found.push(unsupported(`it is in cluster ${ref.cluster}, and the mesh of ${view.estate.provider.cluster} alone is laid out`));
  // Without a label to select by, STRICT would fall on the whole namespace.
  if (Object.keys(facts.selector).length === 0) found.push(unsupported('it selects its pods by no plain label'));
  const injects = view.cluster(ref.cluster)?.mesh?.injectedNamespaces.includes(ref.namespace) === true;
  if (injects && !facts.meshed) found.push(asError(name, meshError('MW1319', { namespace: ref.namespace, workload })));
  if (serverFirst)
    found.push(unsupported('its server speaks first, and its sidecar would wait for clients that never begin'));
  if (facts.hostNetwork) found.push(unsupported('its pods use the network of their node, and are never injected', 'host-network'));
  return found;
}

function twinRefusals(view: EstateView, service: EstateService): PlanFinding[] {
  if (!movesToTwin(service)) return [];
  const { name, state } = service;
  const twins = twinsOf(service);
  if (twins.length === 0) return [asError(name, meshError('MW1307', { service: name }))];
  const found = twins.flatMap((twin) => refusalsOfTwin(view, service, twin));
  // A twin that is not there says nothing else of the service.
  if (found.some(({ code }) => code === 'MW1307')) return found;
  // A twin that consumes works at weight 0 already, so anything but a plain yes is a no.
  if (state !== 'none' && state !== 'shared') found.push(asError(name, meshError('MW1315', { service: name, state })));
  return found;
}

function refusalsOfTwin(view: EstateView, service: EstateService, twin: KubeWorkloadRef): PlanFinding[] {
  const { name } = service;
  const facts = view.kubeWorkload(twin);
  if (!facts) return [asError(name, meshError('MW1307', { service: name }))];
  const found = podRefusals(view, service, twin);
  if (service.port !== undefined && !servesAt(view, twin, facts, service.port)) {
    const reason = `twin ${twin.namespace}/${twin.name} declares no container port ${service.port}`;
    found.push(asError(name, meshError('MW1310', { workload: name, path: choosePath(service).path, reason })));
  }
  const { readyReplicas: ready, replicas: wanted } = facts;
  if (wanted === 0 || ready < wanted)
    found.push(
      asError(name, meshError('MW1308', { twin: `${twin.namespace}/${twin.name}`, service: name, ready, wanted })),
    );
  return found;
}

/** A port that a container declares; or, as declaring one is not needed to serve it, the one that a Service before the pods sends to. */
function servesAt(view: EstateView, { cluster }: KubeWorkloadRef, facts: KubeWorkload, port: number): boolean {
  if (facts.ports.includes(port)) return true;
  const before = view.cluster(cluster)?.services.filter((one) => selects(one, facts)) ?? [];
  return before.some(({ portWords = [] }) => portWords.some(({ targetPort }) => targetPort === port));
}

/**
 * With `REGISTRY_ONLY`, of the mesh or of a Sidecar over its proxies, a proxy refuses every call to what no registry knows: a
 * stranger, or a name that is not published.
 */
function registryRefusals(view: EstateView, service: EstateService): PlanFinding[] {
  const isWide = view.cluster(view.estate.provider.cluster)?.mesh?.registryOnly === true;
  if (!isWide && !scopesOver(view, service).some(({ scope }) => scope.registryOnly)) return [];
  const isOwn = (from: string): boolean => {
    const host = isUnitRef(service.workload) && unitJoins(service) ? service.workload.host : undefined;
    return view.workloads(service.name).some(({ id }) => id === from) || (host !== undefined && placeOf(from)?.host === host);
  };
  const unknown = view.inventory.dependencies.filter(
    ({ from, to }) => isOwn(from) && (/^external\/(?!k8s\/)/.test(to) || view.isSilent(to)),
  );
  // Everything on a host is captured, also what is no service of the estate and so no edge of its graph.
  const unlisted = isUnitRef(service.workload) && unitJoins(service) ? [`whatever else host ${service.workload.host} calls`] : [];
  const called = [...new Set([...unlisted, ...unknown.map(({ to, port }) => `${to}, port ${port}`)])].sort().join('; ');
  return called === '' ? [] : [asError(service.name, meshError('MW1335', { service: service.name, called }))];
}

function nameRefusals(view: EstateView, service: EstateService): PlanFinding[] {
  const { hostname, name } = service;
  if (hostname === undefined) return [];
  if (view.inventory.hosts.length === 0 || view.answersFor(hostname).length > 0) return [];
  const asked = view.inventory.hosts.map((host) => host.name).join(', ');
  return [asError(name, meshError('MW1309', { name: hostname, service: name, asked }))];
}
