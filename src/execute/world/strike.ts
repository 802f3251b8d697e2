import { meshError } from '../../errors/index.ts';
import { twinsOf } from '../../estate/twins.ts';
import { workloadIdOf } from '../../inventory/ids.ts';
import type { Operation } from '../../plans/operation.ts';
import type { MigrationPlan } from '../../plans/plan.ts';
import type { Dice } from './dice.ts';
import { type Fault, faultInWords } from './fault.ts';
import type { EstateModel } from './model.ts';
import { keyOf, refOf } from './state.ts';

const GAP_SECONDS = 60;
/** How far a clock goes wrong, and how long a last certificate is good, where nobody says. */
const CLOCK_SECONDS = 60;
const LEFT_SECONDS = 600;
/** How soon after its rung a fault in mid-shift strikes. */
const MID_SHIFT_MS = 2_000;

/** Where everything is that faults touch. */
export interface Stage {
  model: EstateModel;
  plan: MigrationPlan;
  dice: Dice;
  /** Told what has gone wrong. */
  struck(what: string): void;
}

/** Loads faults: each strikes by itself when its time has come. @throws MW1837 for what the estate does not have */
export function loadFaults(stage: Stage, faults: readonly Fault[]): void {
  const total = stage.plan.stages.flatMap(({ steps }) => steps.flatMap(({ apply }) => apply)).length;
  const waiting = faults.map((fault) => prepared(stage, fault, total));
  const { model } = stage;
  let acts = 0;
  const before = model.onAct;
  model.onAct = (operation, stamp) => {
    before?.(operation, stamp);
    acts += 1;
    for (const one of waiting.filter(({ isDue }) => isDue(operation, acts))) {
      waiting.splice(waiting.indexOf(one), 1);
      one.strike(operation);
      model.changed();
    }
  };
}

interface Prepared {
  isDue(operation: Operation, acts: number): boolean;
  strike(operation: Operation): void;
}

const isMidShift = (operation: Operation): boolean =>
  operation.op === 'route.weights' && operation.backends.every(({ weight }) => weight > 0 && weight < 100);

function prepared(stage: Stage, fault: Fault, total: number): Prepared {
  const { model, plan, dice } = stage;
  const act = deedOf(stage, fault);
  const say = (): void => stage.struck(faultInWords(fault));
  const hasShift = plan.stages.some(({ steps }) => steps.some(({ apply }) => apply.some(isMidShift)));
  if (fault.kind === 'site-lost' && fault.at === undefined && hasShift)
    return {
      isDue: isMidShift,
      strike: () => model.later(model.nowMs + MID_SHIFT_MS, () => (act(undefined), say())),
    };
  const isStanding = ['bad-twin', 'slow-twin', 'slow-rollout', 'nobody-by-hand'].includes(fault.kind);
  const at = fault.at ?? (isStanding ? 1 : 1 + dice.below(total));
  return { isDue: (_, acts) => acts >= at, strike: (operation) => (act(operation), say()) };
}

/** What a fault does to the model. */
function deedOf(stage: Stage, fault: Fault): (operation: Operation | undefined) => void {
  const { model, dice } = stage;
  const { kind, forSeconds } = fault;
  const lasting = (end: () => void): void => {
    if (forSeconds !== undefined) model.later(model.nowMs + forSeconds * 1000, end);
  };
  switch (kind) {
    case 'host-dies': {
      const host = known(fault, dice, [...model.state.hosts.keys()]);
      return () => down(model, ([name]) => name === host, lasting);
    }
    case 'wrong-clock':
    case 'no-renewal':
      return trustFault(stage, fault, lasting);
    case 'site-lost': {
      const sites = [...model.state.hosts.values()].flatMap(({ site }) => site ?? []);
      const site = known(fault, dice, [...new Set(sites)].sort());
      return () => down(model, ([, host]) => host.site === site, lasting);
    }
    case 'metric-gap':
      return () => {
        model.metricsGoneUntil = model.nowMs + (forSeconds ?? GAP_SECONDS) * 1000;
        model.repairs.push(() => (model.metricsGoneUntil = 0));
      };
    case 'api-gap':
      return () => {
        model.clusterGoneUntil = model.nowMs + (forSeconds ?? GAP_SECONDS) * 1000;
        model.repairs.push(() => (model.clusterGoneUntil = 0));
      };
    case 'slow-rollout':
      return () => {
        model.rolloutFactor = fault.factor ?? 10;
        model.repairs.push(() => (model.rolloutFactor = 1));
      };
    case 'nobody-by-hand':
      return () => {
        model.isPersonAway = true;
        model.repairs.push(() => (model.isPersonAway = false));
      };
    case 'crash':
      return () => void (model.killAt = model.points + dice.below(8));
    case 'conflict':
      return (operation) => conflict(model, operation);
    default:
      return twinFault(stage, fault, lasting);
  }
}

function twinFault({ model, dice }: Stage, fault: Fault, lasting: (end: () => void) => void): () => void {
  const twins = new Map(
    [...model.facts.services].flatMap(([name, service]) =>
      twinsOf(service).length > 0 ? [[name, twinsOf(service).map(workloadIdOf)] as const] : [],
    ),
  );
  const ids = twins.get(known(fault, dice, [...twins.keys()])) ?? [];
  if (fault.kind === 'twin-dies')
    return () => {
      const own = ids.flatMap((id) => model.state.pods.get(id) ?? []);
      for (const pods of own) pods.isUp = false;
      const back = (): void => own.forEach((pods) => (pods.isUp = true));
      lasting(back);
      model.repairs.push(back);
    };
  const share = fault.share ?? (fault.kind === 'bad-twin' ? 0.03 : 1);
  const illness = {
    errors: fault.kind === 'bad-twin' ? share : 0,
    slow: fault.kind === 'slow-twin' ? share : 0,
    fromWeight: fault.fromWeight ?? 1,
  };
  return () => {
    ids.forEach((id) => model.illness.set(id, illness));
    model.repairs.push(() => model.illness.clear());
  };
}

/** What takes trust from a host, and from nobody else. */
function trustFault({ model, dice }: Stage, fault: Fault, lasting: (end: () => void) => void): () => void {
  const host = model.state.hosts.get(known(fault, dice, [...model.state.hosts.keys()]));
  return () => {
    if (!host) return;
    const endsAt = model.nowMs + (fault.leftSeconds ?? LEFT_SECONDS) * 1000;
    const back = (): void => void Object.assign(host, { clockOffMs: 0, certificateEndsAt: undefined });
    if (fault.kind === 'wrong-clock') host.clockOffMs = (fault.bySeconds ?? CLOCK_SECONDS) * 1000;
    else host.certificateEndsAt = endsAt;
    // What it breaks, it breaks when the certificate ends.
    if (fault.kind === 'no-renewal') model.later(endsAt, () => undefined);
    lasting(back);
    model.repairs.push(back);
  };
}

function down(
  model: EstateModel,
  isHit: (host: [string, { site: string | undefined }]) => boolean,
  lasting: (end: () => void) => void,
): void {
  const hit = [...model.state.hosts].filter(isHit).map(([, host]) => host);
  for (const host of hit) host.isUp = false;
  const back = (): void => hit.forEach((host) => (host.isUp = true));
  lasting(back);
  model.repairs.push(back);
}

/** Somebody else is there first, or takes what is there. */
function conflict({ state, repairs }: EstateModel, operation: Operation | undefined): void {
  if (operation === undefined || operation.op === 'manual') return;
  if ('host' in operation) {
    const host = state.hosts.get(operation.host);
    if (host) host.stranger = 'run other-000000';
    return void repairs.push(() => host && (host.stranger = undefined));
  }
  const ref = operation.op === 'kube.create' ? refOf(operation.manifest) : operation.ref;
  const pods = state.pods.get(`k8s/${operation.cluster}/${ref.namespace}/${ref.kind}/${ref.name}`);
  if (pods) pods.stranger = 'field manager helm';
  if (pods) repairs.push(() => (pods.stranger = undefined));
  const key = keyOf(operation.cluster, ref);
  const live = state.objects.get(key);
  const manifest = live?.manifest ?? (operation.op === 'kube.create' ? operation.manifest : undefined);
  if (!manifest) return;
  state.objects.set(key, { cluster: operation.cluster, manifest, stamp: undefined });
  repairs.push(() => void (live ? state.objects.set(key, live) : state.objects.delete(key)));
}

/** What a fault strikes: as it is named, or by the dice. @throws MW1837 */
function known({ kind, subject }: Fault, dice: Dice, all: readonly string[]): string {
  const chosen = subject ?? dice.pick(all);
  if (chosen === undefined || !all.includes(chosen))
    throw meshError('MW1837', {
      fault: kind,
      subject: chosen ?? 'nothing',
      known: all.join(', ') || 'nothing of the kind',
    });
  return chosen;
}
