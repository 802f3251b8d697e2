import { isUnitRef, type EstateService, type KubeWorkloadRef, type UnitRef } from '../../estate/schema.ts';
import { workloadIdOf } from '../../inventory/ids.ts';
import { meshError } from '../../errors/index.ts';
import type { MeshProvider } from '../../providers/provider.ts';
import type { Check } from '../check.ts';
import type { MetricCheck } from '../gate.ts';
import { publishedName, scopeOf } from '../members.ts';
import type { StageDraft, StepDraft } from '../plan.ts';
import { type EstateView, isPublished } from '../view.ts';
import { judgingOf } from '../bake/watch.ts';
import { gateOf } from './gate-of.ts';
import { memberChecks } from './gates.ts';
import { joinPodsStage } from './join.ts';
import { nameAnswers, nameStep } from './names.ts';
import { step } from './step.ts';

/** Where a service of this path comes from and goes to. Only for services that `refusals` let through. */
interface Ends {
  unit: UnitRef;
  twin: KubeWorkloadRef;
  answers: readonly string[];
}

function endsOf({ name, workload, twin, switch: moved }: EstateService): Ends {
  if (!isUnitRef(workload) || !twin || !moved)
    throw meshError('MW1999', { detail: `${name} moves by DNS, and has no unit, no twin or no answers` });
  return { unit: workload, twin, answers: moved.answers };
}

/**
 * Path `platform-first`: DNS leads the callers to the twin, then the twin joins, with all the traffic on it. Both come before
 * its callers join, so that none of them has a connection open past the name.
 */
export function platformFirstStages(
  view: EstateView,
  provider: MeshProvider,
  service: EstateService,
  wave: number,
): StageDraft[] {
  return [switchStage(view, service, wave), twinStage(view, provider, service, wave)];
}

function switchStage(view: EstateView, service: EstateService, wave: number): StageDraft {
  const { name, hostname = '', port = 0 } = service;
  const { unit, twin, answers } = endsOf(service);
  const serves = twinServes(view, twin);
  const callers = view.callersOf(name);
  return {
    id: `switch-${name}`,
    title: `${hostname} leads to ${twin.kind} ${twin.namespace}/${twin.name}, by DNS`,
    wave,
    move: 'shift',
    subjects: [workloadIdOf(unit), workloadIdOf(twin)],
    steps: [
      nameStep(view, service, answers, {
        action: 'name',
        reason: `${unit.unit} on ${unit.host} stays outside the mesh, so no weights move its callers: they follow DNS to where the twin answers`,
        require: [serves],
      }),
    ],
    // Without proxies nobody counts requests: the gate sees that nobody is left on the old side.
    gate: gateOf(
      view,
      [nameAnswers(view, hostname, answers), serves, { check: 'unit.unreached', ...unit, ports: [port] }],
      [],
    ),
    blastRadius: `all calls to ${hostname} by name, at once and as fast as DNS is cached: ${callers.join(', ') || 'nobody seen'}`,
    reversible: 'yes',
  };
}

/** All pods of the twin are ready; they carry a proxy only if they did before. */
function twinServes(view: EstateView, twin: KubeWorkloadRef): Check {
  return { check: 'workload.rolledOut', ...twin, proxy: view.kubeWorkload(twin)?.meshed === true };
}

/** The twin joins by a rolling restart, and its name gets known to proxies, with no VM behind it. */
function twinStage(view: EstateView, provider: MeshProvider, service: EstateService, wave: number): StageDraft {
  const { name, hostname = '' } = service;
  const { twin, answers } = endsOf(service);
  const id = workloadIdOf(twin);
  const joins = joinPodsStage(view, provider, `join-${name}-twin`, id, twin, wave);
  const enrol = view.kubeWorkload(twin)?.meshed === true ? [] : joins.steps.map((one) => underLoad(one, hostname));
  const publish = step(provider.target.render({ intent: 'name.publish', name: publishedName(view, service) }, view.inventory), {
    action: 'publish-name',
    reason: `callers that join find the twin by ${hostname}, by mTLS and whatever DNS answers; before they join, else their connections would go past it`,
  });
  return {
    ...joins,
    steps: [...enrol, publish],
    gate: gateOf(
      view,
      [...memberChecks(view, id), nameAnswers(view, hostname, answers)],
      [...receivedByTwin(view, provider, service), ...sentByTwin(view, provider, service)],
    ),
    blastRadius: `${joins.blastRadius}, which answer all calls to ${hostname} by then`,
  };
}

/** On the other paths a twin restarts while it has no traffic. */
function underLoad(enrol: StepDraft, hostname: string): StepDraft {
  return { ...enrol, interruptionDetail: `${enrol.interruptionDetail ?? ''}; they answer all calls to ${hostname} meanwhile` };
}

/** What callers that were seen, and call often enough to wait for, send through the twin's own proxies. */
function receivedByTwin(view: EstateView, provider: MeshProvider, service: EstateService): MetricCheck[] {
  const { name, port, protocol, twin } = service;
  const scope = twin && scopeOf(view, workloadIdOf(twin));
  const decides = view.callersOf(name).some((caller) => view.isObserved(caller, name) && !view.isRare(caller, name));
  if (!scope || port === undefined || !decides) return [];
  return provider.target.metrics.received(scope, { port, protocol }, judgingOf(view));
}

/** What the unit was seen to call, the twin calls by now. */
function sentByTwin(view: EstateView, provider: MeshProvider, { workload, twin }: EstateService): MetricCheck[] {
  const scope = twin && scopeOf(view, workloadIdOf(twin));
  const unit = workloadIdOf(workload);
  if (!scope) return [];
  const callees = view.calleesOf(unit).filter((one) => isPublished(one) && view.isObserved(unit, one.name) && !view.isRare(unit, one.name));
  return callees.flatMap((callee) =>
    provider.target.metrics.sent(scope, publishedName(view, callee), judgingOf(view)),
  );
}
