import type { EstateService } from '../../estate/schema.ts';
import { matchInWords, twinsOf } from '../../estate/twins.ts';
import type { MeshProvider, PublishedName } from '../../providers/provider.ts';
import { publishedName } from '../members.ts';
import type { StageDraft, StepDraft } from '../plan.ts';
import type { EstateView } from '../view.ts';
import { type Rung, rungsOf } from '../bake/ladder.ts';
import { afterDrain, gateOf } from './gate-of.ts';
import { memberChecks } from './gates.ts';
import { rungGate } from './rung-gate.ts';
import { recycleSteps } from './recycle.ts';
import { step, type StepFacts } from './step.ts';
import { trustOfCallers } from './trust.ts';

/**
 * A service moves to its twin along the ladder; each rung has its own gate, and goes back to the rung before it. TCP has
 * one rung: each change of its route ends the connections that the callers' proxies hold.
 */
export function shiftStage(
  view: EstateView,
  provider: MeshProvider,
  service: EstateService,
  ids: { vm: string; twins: string[] },
  wave: number,
): StageDraft {
  const name = publishedName(view, service);
  const callers = view.callersOf(service.name);
  const own = view.twinsCallingOwnName(service);
  const proxies = [...callers, ...own].flatMap((caller) => view.proxyOf(caller) ?? []);
  const isTcp = service.protocol === 'tcp';
  const rungs = (isTcp ? [{ weight: 100, rungs: 1 }] : rungsOf(view, service)).map((rung: Rung, index, ladder): StepDraft => {
    const to = rung.weight;
    const from = ladder[index - 1]?.weight ?? 0;
    const rendered = provider.target.render(
      { intent: 'route.weights', name, from, to, callers: proxies },
      view.inventory,
    );
    const gate = rungGate(view, provider, name, { vm: ids.vm, callers, own, takers: ids.twins }, rung);
    return step(rendered, {
      ...(isTcp ? switchOf(view, service) : rungOf(name, to)),
      ...(rung.note !== undefined && { notes: [rung.note] }),
      gate: isTcp ? afterDrain(view, gate) : gate,
    });
  });
  return {
    id: `shift-${service.name}`,
    title: `${name.hostname} moves to ${twinsInWords(service)}`,
    wave,
    move: 'shift',
    subjects: [ids.vm, ...ids.twins],
    steps: [...recycleSteps(view, [service]), ...rungs],
    gate: gateOf(view, [...[ids.vm, ...ids.twins].flatMap((id) => memberChecks(view, id)), ...trustOfCallers(view, [service.name])], []),
    blastRadius: `calls of ${[...callers, ...own].join(', ') || 'nobody seen'} to ${name.hostname}`,
    reversible: 'yes',
  };
}

/** `Deployment shop/catalog`; of several, with the calls that each takes. */
function twinsInWords(service: EstateService): string {
  const matches = service.twins?.map(({ match }) => ` (${match.map(matchInWords).join(', ')})`) ?? [];
  return twinsOf(service).map(({ kind, namespace, name }, at) => `${kind} ${namespace}/${name}${matches[at] ?? ''}`).join(', ');
}

const rungOf = ({ hostname, twins }: PublishedName, to: number): Pick<StepFacts, 'action' | 'reason'> => ({
  action: `weight-${to}`,
  reason: twins
    ? `of the calls to ${hostname} that one of its twins matches ${to} % go there and ${100 - to} % to the VM, where all others stay`
    : `${to} % of the calls to ${hostname} go to the twin, ${100 - to} % to the VM`,
});

/** Istio drains a changed listener: established connections of TCP end with its drain time, there and on the way back. */
function switchOf(view: EstateView, { name, hostname }: EstateService): Omit<StepFacts, 'gate'> {
  const calls = view.callsTo(name).filter(({ to }) => to === `service/${name}`);
  const seen = calls.reduce((sum, { evidence }) => sum + Math.max(0, ...evidence.map(({ count }) => count)), 0);
  return {
    action: 'switch',
    reason: `all new connections to ${hostname ?? name} go to the twin; TCP has no rungs between`,
    interruption: 'connection-reset',
    interruptionDetail: `connections to ${hostname ?? name} that callers' proxies hold are closed when these have drained, there and on the way back (${seen} call(s) seen when discovery looked)`,
  };
}
