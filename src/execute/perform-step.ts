import { isMeshError, type MeshError } from '../errors/index.ts';
import { fold } from '../journal/fold.ts';
import { advance } from './advance.ts';
import type { Decision } from './decision.ts';
import type { Execution } from './execution.ts';
import { isShutOut } from './holding/guarded-world.ts';
import { incomplete, leftLines } from './pause.ts';
import { askTarget, operationsOf, preImagePlaces, runStep } from './step-runner.ts';
import type { DeedContext } from './target.ts';
import { watchedTarget } from './watch-meanwhile.ts';

type Performing = Pick<Execution, 'plan' | 'journal' | 'target' | 'watch'>;

function contextOf({ plan, journal }: Performing, stepId: string, timeoutMs: number): DeedContext {
  return { timeoutMs, stamp: { run: journal.run, planDigest: plan.digest, step: stepId, token: journal.token } };
}

/** Asks the target how far an interrupted step came, and records the answer. With a failure budget no answer is one too. */
export async function ask({ step, direction }: Decision & { do: 'ask' }, execution: Performing): Promise<void> {
  const { plan, journal, target, watch } = execution;
  const { id, timeoutMs } = step;
  const answer = await askTarget(step, direction, target, contextOf(execution, id, timeoutMs)).catch(
    (error: unknown) => {
      if (!isMeshError(error) || isShutOut(error)) throw error;
      if (!plan.failureBudget) throw direction === 'revert' ? incomplete(error, id) : error;
      return { state: 'no-answer' as const, who: error.causeText };
    },
  );
  watch({ event: 'step.asked', step: id, answer: answer.state });
  const who = 'who' in answer ? { who: answer.who } : {};
  await journal.append({ type: 'note', note: { about: 'asked', step: id, answer: answer.state, ...who } });
}

/** Intent, deed, result: in this order, each durable before the next. Throws the step's own error where the run ends by it. */
export async function step(decision: Decision & { do: 'step' }, execution: Performing): Promise<void> {
  const { step: planned, stage, direction, attempt } = decision;
  const { journal, watch } = execution;
  const { id, hash, interruption } = planned;
  const head = { step: id, stepHash: hash, direction, attempt };
  await journal.append({ type: 'intent', ...head, before: preImagePlaces(planned, journal.run) });
  watch({ event: 'step.started', stage: stage.id, step: id, direction, attempt, interruption });
  for (const operation of operationsOf(planned, direction))
    if (operation.op === 'manual') watch({ event: 'step.manual', step: id, instruction: operation.instruction });
  try {
    const after = await carriedOut(decision, execution);
    await journal.append({ type: 'result', ...head, outcome: 'done', after });
    watch({ event: 'step.done', stage: stage.id, step: id, direction, observed: after });
  } catch (error) {
    if (!isMeshError(error)) throw error;
    const told = { code: error.code, message: error.causeText };
    await journal.append({ type: 'result', ...head, outcome: 'failed', after: [], error: told });
    watch({ event: 'step.failed', stage: stage.id, step: id, direction, ...told });
    // Whoever is not the holder any more decides nothing, not even that something failed.
    if (isShutOut(error)) throw error;
    endIfPaused(error, decision, execution);
  }
}

/** On the way forward, what was done before is watched while the step waits for what takes its time. */
async function carriedOut(
  { step: planned, direction }: Decision & { do: 'step' },
  execution: Performing,
): Promise<string[]> {
  const target = direction === 'apply' ? watchedTarget(execution, planned.id) : execution.target;
  return await runStep(planned, direction, target, contextOf(execution, planned.id, planned.timeoutMs));
}

/** A failed step ends the run, unless a gate sends it back or its budget lets it go on. */
function endIfPaused(
  error: MeshError,
  { step: { id }, direction }: Decision & { do: 'step' },
  execution: Performing,
): void {
  const { plan, journal, target } = execution;
  const state = fold(journal.entries);
  const [next] = advance(plan, state, target.clock.now());
  if (next?.do !== 'pause') return;
  // A person who has yet to do something is no fault on the way back either.
  if (direction === 'revert' && !isMeshError(error, 'MW1411')) throw incomplete(error, id);
  throw error.withDetails(leftLines(plan, state));
}
