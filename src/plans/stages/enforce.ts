import { isUnitRef, type EstateService, type KubeWorkloadRef } from '../../estate/schema.ts';
import { twinsOf } from '../../estate/twins.ts';
import { workloadIdOf } from '../../inventory/ids.ts';
import type { MeshIntent, MeshProvider } from '../../providers/provider.ts';
import type { Group } from '../groups.ts';
import { hostMember } from '../members.ts';
import type { StageDraft, StepDraft } from '../plan.ts';
import { type EstateView, isPublished } from '../view.ts';
import { afterDrain, gateOf } from './gate-of.ts';
import { memberChecks, sentToMetrics } from './gates.ts';
import { recycleSteps } from './recycle.ts';
import { step, type StepFacts } from './step.ts';
import { trustOfCallers } from './trust.ts';

/**
 * Plaintext is refused by every workload of a group, once all that call it have joined. A port stays open to it whose
 * caller is exempt, and that of a neighbour on the same host whose callers are not all in the mesh.
 *
 * @param moves the group's services whose callers have all joined or are exempt, and all that have shifted by then
 */
export function enforceStage(
  view: EstateView,
  provider: MeshProvider,
  group: Group,
  { ready, shifted }: { ready: readonly EstateService[]; shifted: readonly EstateService[] },
  wave: number,
): StageDraft {
  const callers = [...new Set(ready.flatMap(({ name }) => view.callersOf(name)))].sort();
  // A unit whose host does not join has no proxy that could refuse anything.
  const workloads = ready.flatMap(({ name }) => view.workloads(name)).filter(({ id }) => memberChecks(view, id).length > 0);
  const names = ready.map(({ name }) => name).join(' and ');
  const steps = [...recycleSteps(view, ready), ...strictSteps(view, provider, group, ready)];
  const gate = gateOf(
    view,
    [...workloads.flatMap(({ id }) => memberChecks(view, id)), ...trustOfCallers(view, ready.map(({ name }) => name))],
    sentToMetrics(view, provider, ready, shifted),
  );
  const closes = steps.some(({ apply, interruption }) => interruption !== 'none' && apply.some(({ op }) => op === 'kube.create'));
  return {
    id: `enforce-${group.name}`,
    title: `${names} ${ready.length > 1 ? 'refuse' : 'refuses'} plaintext${exceptions(view, ready)}`,
    wave,
    move: 'enforce',
    subjects: workloads.map(({ id }) => id),
    steps,
    gate: closes ? afterDrain(view, gate) : gate,
    blastRadius: `plaintext calls to ${names}; every observed caller has joined${exceptions(view, ready)}: ${callers.join(', ') || 'none seen'}`,
    reversible: 'yes',
  };
}

function exceptions(view: EstateView, services: readonly EstateService[]): string {
  const exempt = services.flatMap(({ name, port }) =>
    view.exemptCallersOf(name).map(({ caller }) => `${caller} on port ${port ?? '?'}`),
  );
  return exempt.length > 0 ? `, but for ${exempt.join(', ')}` : '';
}

type StrictIntent = Extract<MeshIntent, { intent: 'mtls.strict' }>;
type Side = Pick<StrictIntent, 'namespace' | 'selector' | 'permissivePorts'> & {
  /** What its policy is named after. */
  of: string;
  /** The service of pods. */
  service?: string;
  on: 'vm' | 'pods';
};

function strictSteps(
  view: EstateView,
  provider: MeshProvider,
  group: Group,
  ready: readonly EstateService[],
): StepDraft[] {
  const sides = [...hostSide(view, provider, group, ready), ...ready.flatMap((service) => podSides(view, service))];
  return sides.map((side) => strictStep(view, provider, group, side, ready));
}

function strictStep(
  view: EstateView,
  provider: MeshProvider,
  group: Group,
  side: Side,
  ready: readonly EstateService[],
): StepDraft {
  const { of, service, on, ...where } = side;
  const id = `${of}-${on}-strict`;
  const intent: StrictIntent = { intent: 'mtls.strict', id, cluster: view.estate.provider.cluster, ...where };
  const open = where.permissivePorts.length > 0 ? `; port ${where.permissivePorts.join(' and ')} stays open to it` : '';
  return step(provider.target.render(intent, view.inventory), {
    action: on === 'pods' && (ready.length > 1 || of !== service) ? `strict-${of}-pods` : `strict-${on}`,
    reason: `every observed caller of ${ready.map(({ name }) => name).join(' and ')} has joined or is exempt, so other plaintext is nobody’s we know${open}`,
    ...drained(tcpBehind(view, group, side)),
  });
}

/** The TCP services whose connections the proxies of one side hold. */
function tcpBehind({ estate }: EstateView, { services }: Group, { service: own, on }: Side): string[] {
  const served = on === 'vm' ? services : estate.services.filter(({ name }) => name === own);
  return served.filter((service) => service.protocol === 'tcp' && isPublished(service)).map(({ name }) => name);
}

/** A changed listener drains: HTTP says so in its answers and loses nothing, TCP has no word for it. */
function drained(names: readonly string[]): Partial<StepFacts> {
  if (names.length === 0) return {};
  return {
    interruption: 'connection-reset',
    interruptionDetail: `TCP connections to ${names.join(' and ')} that these proxies hold are closed when they have drained, there and on the way back`,
  };
}

/** A host has one proxy, and so one policy for all its services. */
function hostSide(view: EstateView, provider: MeshProvider, group: Group, ready: readonly EstateService[]): Side[] {
  if (group.host === undefined) return [];
  const { namespace, ports } = hostMember(view, group);
  const closed = new Set(ready.filter(({ name }) => view.exemptCallersOf(name).length === 0).map(({ name }) => name));
  // Two services may have one port: it stays open for the one whose callers are not all in.
  const open = new Set(group.services.flatMap(({ name, port }) => (closed.has(name) ? [] : [port])));
  const permissivePorts = ports.map(({ port }) => port).filter((port) => open.has(port));
  return [{ of: group.name, on: 'vm', namespace, selector: provider.target.proxyLabels(group.name), permissivePorts }];
}

/** The service's pods: itself, when it runs in Kubernetes, or its twin. */
function podSides(view: EstateView, service: EstateService): Side[] {
  const { name, workload, twins, port } = service;
  const refs = [workload, ...twinsOf(service)].filter((ref): ref is KubeWorkloadRef => !isUnitRef(ref));
  const isOpen = view.exemptCallersOf(name).length > 0;
  return refs
    .filter((ref) => view.workloads(name).some(({ id }) => id === workloadIdOf(ref)))
    .flatMap((ref) => view.kubeWorkload(ref) ?? [])
    .map(({ namespace, name: workloadName, selector, ports }) => {
      // Istio takes a workload's own ports; of a Service's port nothing tells which one it is.
      const open = port !== undefined && ports.includes(port) ? [port] : ports;
      const of = twins ? `${name}-k8s-${workloadName}` : name;
      return { of, service: name, on: 'pods', namespace, selector, permissivePorts: isOpen ? [...open] : [] };
    });
}

/** Services that STRICT can be laid out for: those of pods, and those of a host whose port is captured. */
export function canEnforce(service: EstateService): boolean {
  return !isUnitRef(service.workload) || isPublished(service);
}
