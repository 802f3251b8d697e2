import type { GateState, RunState } from '../journal/run-state.ts';
import type { Gate, MetricCheck } from '../plans/gate.ts';
import type { MigrationPlan, Stage } from '../plans/plan.ts';
import { committedAfter, committedStep } from './commit-point.ts';
import type { Decision } from './decision.ts';

/** How long an inconclusive gate rests before it is asked again. */
const ASK_AGAIN_MS = 2_000;

/** How often a gate is looked at that does not say so itself. */
const LOOK_EVERY_MS = 10_000;

export const lookEveryMs = (gate: Gate): number => gate.lookEveryMs ?? LOOK_EVERY_MS;

/** Whether a test may be looked at as often as one likes, from the moment its bake began. A threshold over a window is not such a test. */
const isAnytime = ({ test }: MetricCheck): boolean => test !== 'threshold';

/**
 * The part of a gate that may be looked at after it has passed; nothing where it has no such part. What was before the stage
 * is no measure by then: the day goes on, and traffic with it.
 */
export function watchOf({ replay: _, ...gate }: Gate): Gate | undefined {
  const metrics = gate.metrics.filter(isAnytime);
  return metrics.length > 0 ? { ...gate, checks: [], metrics } : undefined;
}

/**
 * Since when a look counts, in milliseconds since the epoch: since its bake began. A gate that has passed is watched only
 * since the goal was set: what failed between two commands, and was put right, is no fault of the change.
 */
export function lookSince(
  { gates, goal }: Pick<RunState, 'gates' | 'goal'>,
  of: string,
  nowMs: number,
  phase?: 'bake' | 'watch',
): number {
  const bakingSince = gates.get(of)?.bakingSince ?? nowMs;
  return phase === 'watch' ? Math.max(bakingSince, goal?.sinceMs ?? bakingSince) : bakingSince;
}

/** The part of a gate that may be looked at while it bakes; what was before the stage is looked at with the rest, and not for itself alone. */
function bakeWatchOf(gate: Gate): Gate | undefined {
  const watch = watchOf(gate);
  return watch && gate.replay ? { ...watch, replay: { ...gate.replay, names: [] } } : watch;
}

interface GateAt {
  plan: MigrationPlan;
  state: RunState;
  stage: Stage;
  /** The stage, or the step that is a rung. */
  of: string;
  gate: Gate;
}

/** What a gate needs next. Nothing when it has passed. */
export function throughGate(at: GateAt, nowMs: number): Decision | undefined {
  const { plan, state, stage, of, gate } = at;
  const now = state.gates.get(of);
  if (now?.outcome === 'pass') return undefined;
  if (!now) return { do: 'bake', of };
  if (now.outcome === 'fail') {
    const to = stageBefore(plan, stage);
    // One that passed may fail later, when stages after it have begun.
    const committed = committedStep(state, stage) ?? committedAfter(plan, state, to);
    if (committed) return { do: 'pause', code: 'gate-committed', of, why: state.lastFailure ?? 'a gate failed' };
    return { do: 'retreat', of, to };
  }
  const bakedAt = now.bakingSince + gate.bakeMs;
  if (nowMs < bakedAt) return whileBaking(at, now, bakedAt, nowMs);
  if (now.outcome === undefined) return { do: 'gate', of, gate, stage };
  return undecided(at, now, nowMs);
}

/** What it looks at fails as soon as it is sure. */
function whileBaking({ of, gate, stage }: GateAt, now: GateState, bakedAt: number, nowMs: number): Decision {
  const watch = bakeWatchOf(gate);
  const dueAt = watch ? (now.lastLookAt ?? now.bakingSince) + lookEveryMs(gate) : bakedAt;
  if (watch && nowMs >= dueAt) return { do: 'gate', of, gate: watch, stage, phase: 'bake' };
  return { do: 'wait', untilMs: Math.min(dueAt, bakedAt), of };
}

/** No data never passes: it is asked again until its time is up, and then the run pauses, unless it was told to wait. */
function undecided({ state, stage, of, gate }: GateAt, now: GateState, nowMs: number): Decision {
  const last = now.lastAskedAt ?? nowMs;
  const isOver = last - (now.firstAskedAt ?? nowMs) >= gate.timeoutMs && nowMs >= (state.goal?.holdUntil ?? 0);
  if (isOver) {
    const code = now.outcome === 'error' ? 'gate-error' : 'gate-inconclusive';
    return { do: 'pause', code, of, why: `no decision within ${gate.timeoutMs / 1000} s` };
  }
  return nowMs < last + ASK_AGAIN_MS
    ? { do: 'wait', untilMs: last + ASK_AGAIN_MS, of }
    : { do: 'gate', of, gate, stage };
}

/** The stage before one, which is what stays when it goes back; null is the start. */
export function stageBefore(plan: MigrationPlan, stage: Stage): string | null {
  return plan.stages[plan.stages.findIndex(({ id }) => id === stage.id) - 1]?.id ?? null;
}
