import { isUnitRef, type EstateService, type KubeWorkloadRef } from '../../estate/schema.ts';
import { workloadIdOf } from '../../inventory/ids.ts';
import type { HostMember, MeshIntent, MeshProvider, Rendered } from '../../providers/provider.ts';
import { judgingOf, noted, scopeIn, watchOfCalls } from '../bake/watch.ts';
import type { Check } from '../check.ts';
import type { MetricCheck } from '../gate.ts';
import type { Group } from '../groups.ts';
import { hostMember, publishedName, scopeOf } from '../members.ts';
import type { StageDraft, StepDraft } from '../plan.ts';
import { type EstateView, isPublished } from '../view.ts';
import { gateOf } from './gate-of.ts';
import { memberChecks, sentMetrics } from './gates.ts';
import { step, type StepFacts } from './step.ts';

/** A VM joins with all that it runs: identity, proxy without capture, the names of its services, and capture last. */
export function joinHostStage(view: EstateView, provider: MeshProvider, group: Group, wave: number): StageDraft {
  const member = hostMember(view, group);
  const names = group.services.map(({ name }) => name).join(' and ');
  const ids = group.services.flatMap(({ workload }) => workloadIdOf(workload));
  const callers = [...new Set(group.services.flatMap(({ name }) => view.callersOf(name)))].sort();
  return {
    id: `join-${group.name}`,
    title: `${names} on ${member.host} ${group.services.length > 1 ? 'join' : 'joins'} the mesh`,
    wave,
    move: 'join',
    subjects: ids,
    steps: joinSteps(view, provider, group, member),
    gate: gateOf(view, memberChecks(view, ids[0] ?? ''), [
      ...group.services.filter(isPublished).flatMap((service) => receivedMetrics(view, provider, service)),
      ...sentMetrics(view, provider, ids),
    ]),
    blastRadius: `new connections to and from ${names} on ${member.host}; callers: ${callers.join(', ') || 'none seen'}`,
    reversible: 'yes',
  };
}

function joinSteps(view: EstateView, provider: MeshProvider, group: Group, member: HostMember): StepDraft[] {
  const render = (intent: MeshIntent): Rendered => provider.target.render(intent, view.inventory);
  const published = group.services.filter(isPublished);
  return [
    step(render({ intent: 'host.identity', member }), {
      action: 'identity',
      reason: `${group.services.map(({ name }) => name).join(' and ')} ${group.services.length > 1 ? 'need' : 'needs'} an identity and a group before ${group.services.length > 1 ? 'their one' : 'its'} proxy can register`,
    }),
    step(render({ intent: 'host.proxy', member }), {
      action: 'proxy',
      reason: 'the proxy runs and is seen connected before any connection depends on it',
    }),
    ...published.map((service) =>
      step(render({ intent: 'name.publish', name: publishedName(view, service) }), {
        action: published.length > 1 ? `publish-${service.name}` : 'publish-name',
        reason: `proxies must know ${service.hostname ?? ''} before its callers join, else their connections would bypass its route for good`,
      }),
    ),
    step(render({ intent: 'host.capture', member }), {
      action: 'capture',
      reason:
        'new connections go through the proxy; established ones, the operator’s SSH session among them, live on untouched',
      ...closedOnLeave(member),
    }),
  ];
}

/** HTTP is told to end; what TCP is left when the proxy has drained ends with it. Forward nothing does. */
export function closedOnLeave(
  { host, holdsTcp, drainSeconds }: HostMember,
  when = 'on the way back only',
): Partial<StepFacts> {
  if (!holdsTcp) return {};
  return {
    interruption: 'connection-reset',
    interruptionDetail: `${when}: connections that the proxy of ${host} still holds after ${drainSeconds} s are closed with it, because TCP has no orderly end`,
  };
}

/** What callers that were seen, and call often enough to wait for, send to a VM service. */
function receivedMetrics(view: EstateView, provider: MeshProvider, service: EstateService): MetricCheck[] {
  const scope = scopeOf(view, workloadIdOf(service.workload));
  const callers = view
    .callersOf(service.name)
    .filter((caller) => !view.isNeighbour(caller, service))
    .filter((caller) => view.isObserved(caller, service.name) && !view.isRare(caller, service.name));
  const { port, protocol } = service;
  if (!scope || callers.length === 0 || port === undefined) return [];
  const watch = watchOfCalls(view, service.name, callers);
  return noted(provider.target.metrics.received(scopeIn(scope, watch), { port, protocol }, judgingOf(view)), watch);
}

/** A Kubernetes workload joins by a rolling restart; its proxies must know every name it calls. */
export function joinPodsStage(
  view: EstateView,
  provider: MeshProvider,
  stageId: string,
  id: string,
  ref: KubeWorkloadRef,
  wave: number,
): StageDraft {
  const rendered = provider.target.render({ intent: 'pods.enrol', workload: ref }, view.inventory);
  const facts = view.kubeWorkload(ref);
  const safe = facts?.surges === true;
  const what = `${ref.kind} ${ref.namespace}/${ref.name}`;
  const names = endpointChecks(view, provider, id, ref);
  return {
    id: stageId,
    title: `${what} joins the mesh`,
    wave,
    move: 'join',
    subjects: [id],
    steps: [
      step(
        { ...rendered, verify: [...rendered.verify, ...names] },
        {
          action: 'enrol',
          reason: `${ref.name} must follow the mesh before weights or STRICT count on it`,
          interruption: 'restart',
          interruptionDetail: `${facts?.replicas ?? '?'} pod(s) of ${what} restart, forward and back; ${safe ? 'a new pod is ready before an old one goes' : 'an old pod goes before a new one is ready'}; connections they hold end with them`,
          timeoutMs: 600_000,
        },
      ),
    ],
    gate: gateOf(view, memberChecks(view, id), sentMetrics(view, provider, [id])),
    blastRadius: `${facts?.replicas ?? '?'} pod(s) of ${what}`,
    reversible: 'yes',
  };
}

function endpointChecks(view: EstateView, provider: MeshProvider, id: string, ref: KubeWorkloadRef): Check[] {
  const vmNames = view.calleesOf(id).filter(({ workload }) => isUnitRef(workload));
  const backends = vmNames.flatMap((service) => provider.target.backendsOf(publishedName(view, service), 'vm'));
  return backends.map((backend) => ({ check: 'proxy.endpoints', callers: [ref], backend, healthy: 1 }));
}
