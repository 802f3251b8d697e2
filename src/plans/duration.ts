import type { Gate } from './gate.ts';
import type { Operation, OperationKind } from './operation.ts';
import type { Expects, StageDraft } from './plan.ts';

/**
 * Seconds that operations usually take, their checks included. Source: the recorded run of the lab (docs/recordings/lab-run.txt,
 * two CPUs, pods in pairs); a step of several operations is shared out evenly over them. Two pods restart one after the
 * other there; a Deployment's default strategy brings any number of pods in two to four such turns, a StatefulSet goes pod by pod.
 */
const MEASURED: Partial<Record<OperationKind, number>> = {
  'kube.create': 0.04,
  'kube.set': 15.7,
  'route.weights': 0.7,
  'host.install': 0.9,
  'host.files': 0.9,
  'host.unit': 0.9,
  'host.capture': 1.4,
};

/** Seconds of operations that the recorded run does not have: by what they do, like those that it has. Not measured. */
const ESTIMATED: Partial<Record<OperationKind, number>> = {
  'kube.delete': 0.04,
  'kube.unset': 15.7,
  'host.uncapture': 1.4,
  'host.remove': 0.9,
  'host.retire': 5,
};

/** From the recorded run: what recycling takes beyond its wait (a restart and a look), and what asking a gate takes. */
const RECYCLE_SECONDS = 7.5;
const GATE_SECONDS = 0.3;

/** What a person does is not predicted: it counts for nothing, and `Expects.byHand` says so. */
function operationSeconds(operation: Operation): number {
  switch (operation.op) {
    case 'host.recycle':
      return operation.waitSeconds + RECYCLE_SECONDS;
    case 'host.quiet':
      return operation.want === 'quiet' ? operation.seconds : 0;
    case 'host.drain':
      return operation.timeoutSeconds;
    case 'manual':
      return 0;
    default:
      return MEASURED[operation.op] ?? ESTIMATED[operation.op] ?? 1;
  }
}

const gateSeconds = (gate: Gate | undefined): number => (gate ? gate.bakeMs / 1000 + GATE_SECONDS : 0);

/** The parts of a stage that take time. */
type Timed = Pick<StageDraft, 'gate'> & { steps: readonly Pick<StageDraft['steps'][number], 'apply' | 'gate'>[] };

/**
 * The seconds that a stage usually takes forward, when every gate passes the first time it is asked: its operations, and
 * the bakes of its rungs and of itself. What a person does is left out.
 */
export function predictedSeconds({ steps, gate }: Timed): number {
  const ofSteps = steps.map((step) => step.apply.reduce((sum, one) => sum + operationSeconds(one), gateSeconds(step.gate)));
  return Math.round(ofSteps.reduce((sum, each) => sum + each, gateSeconds(gate)));
}

/** What a plan says of a stage beforehand. */
export function expectsOf(stage: Timed): Expects {
  const gates = [...stage.steps.flatMap((step) => step.gate ?? []), stage.gate];
  const requests = gates.reduce((sum, each) => sum + requestsOf(each), 0);
  const byHand = stage.steps.some(({ apply }) => apply.some(({ op }) => op === 'manual'));
  return {
    seconds: predictedSeconds(stage),
    bakeSeconds: Math.round(gates.reduce((sum, { bakeMs }) => sum + bakeMs, 0) / 1000),
    ...(requests > 0 && { requests }),
    ...(byHand && { byHand: true as const }),
  };
}

/** What the metric that needs most needs, of those whose need follows from a stated rate. */
const requestsOf = ({ metrics }: Gate): number =>
  metrics.reduce((most, metric) => (metric.windowSeconds === undefined ? most : Math.max(most, metric.minRequests)), 0);

/** The seconds of all stages, one after the other as they are applied, and whether something is done by hand in between. */
export function totalExpected(stages: readonly { expects: Expects }[]): Pick<Expects, 'seconds' | 'byHand'> {
  const seconds = stages.reduce((sum, { expects }) => sum + expects.seconds, 0);
  return { seconds, ...(stages.some(({ expects }) => expects.byHand === true) && { byHand: true as const }) };
}
