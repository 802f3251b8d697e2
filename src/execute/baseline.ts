import type { RunState } from '../journal/run-state.ts';
import type { Stage } from '../plans/plan.ts';
import type { Decision } from './decision.ts';
import { hasBegun } from './holds.ts';

/** How long what could not be seen rests before it is asked again. */
const ASK_AGAIN_MS = 5_000;

/**
 * What has to be seen before a stage's first step; nothing when it has been, or when the stage has begun: what is looked at in
 * mid-stage tells nothing of before. What cannot be seen is asked again as long as the stage's gate is, and then the run
 * pauses, with nothing changed.
 */
export function atBeginning(state: RunState, stage: Stage, nowMs: number): Decision | undefined {
  const { id, gate } = stage;
  if (!gate.replay || hasBegun(state, stage)) return undefined;
  const seen = state.baselines.get(id);
  if (!seen) return { do: 'baseline', stage };
  if (seen.lack === undefined) return undefined;
  if (seen.lastAskedAt - seen.firstAskedAt >= gate.timeoutMs)
    return { do: 'pause', code: 'no-baseline', of: id, why: seen.lack };
  const againAt = seen.lastAskedAt + ASK_AGAIN_MS;
  return nowMs < againAt ? { do: 'wait', untilMs: againAt, of: id } : { do: 'baseline', stage };
}
