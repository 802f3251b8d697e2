import { isUnitRef, type EstateService, type KubeWorkloadRef } from '../../estate/schema.ts';
import type { MeshIntent, MeshProvider, Rendered } from '../../providers/provider.ts';
import type { Check } from '../check.ts';
import { hostMember, publishedName } from '../members.ts';
import type { StageDraft, StepDraft } from '../plan.ts';
import type { EstateView } from '../view.ts';
import { gateOf, isObserved, memberChecks, sentMetrics } from './gates.ts';
import { scopeOf } from '../members.ts';
import { step } from './step.ts';

/** A VM workload joins: identity, proxy without capture, its name, and capture last. */
export function joinHostStage(
  view: EstateView,
  provider: MeshProvider,
  service: EstateService,
  id: string,
  wave: number,
): StageDraft {
  const member = hostMember(view, service);
  const render = (intent: MeshIntent): Rendered => provider.target.render(intent, view.inventory);
  const steps: StepDraft[] = [
    step(render({ intent: 'host.identity', member }), {
      action: 'identity',
      reason: `${service.name} needs an identity and a group before its proxy can register`,
    }),
    step(render({ intent: 'host.proxy', member }), {
      action: 'proxy',
      reason: 'the proxy runs and is seen connected before any connection depends on it',
    }),
    step(render({ intent: 'name.publish', name: publishedName(view, service) }), {
      action: 'publish-name',
      reason: `proxies must know ${service.hostname ?? ''} before its callers join, else their connections would bypass its route for good`,
    }),
    step(render({ intent: 'host.capture', member }), {
      action: 'capture',
      reason:
        'new connections go through the proxy; established ones, the operator’s SSH session among them, live on untouched',
    }),
  ];
  return {
    id: `join-${service.name}`,
    title: `${service.name} on ${member.host} joins the mesh`,
    wave,
    move: 'join',
    subjects: [id],
    steps,
    gate: gateOf(view, memberChecks(view, id), [
      ...receivedMetrics(view, provider, service, id),
      ...sentMetrics(view, provider, id),
    ]),
    blastRadius: `new connections to and from ${service.name} on ${member.host}; callers: ${view.callersOf(service.name).join(', ') || 'none seen'}`,
    reversible: 'yes',
  };
}

function receivedMetrics(
  view: EstateView,
  provider: MeshProvider,
  service: EstateService,
  id: string,
): ReturnType<typeof sentMetrics> {
  const scope = scopeOf(view, id);
  const isCalled = view.callersOf(service.name).some((caller) => isObserved(view, caller, service.name));
  if (!scope || !isCalled || service.port === undefined) return [];
  return provider.target.metrics.received(scope, service.port, view.estate.policy.gate.maxErrorRatio);
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
    gate: gateOf(view, memberChecks(view, id), sentMetrics(view, provider, id)),
    blastRadius: `${facts?.replicas ?? '?'} pod(s) of ${what}`,
    reversible: 'yes',
  };
}

function endpointChecks(view: EstateView, provider: MeshProvider, id: string, ref: KubeWorkloadRef): Check[] {
  const vmNames = view.calleesOf(id).filter(({ workload }) => isUnitRef(workload));
  return vmNames.map((service) => ({
    check: 'proxy.endpoints',
    callers: [ref],
    backend: provider.target.backendOf(publishedName(view, service), 'vm'),
    healthy: 1,
  }));
}
