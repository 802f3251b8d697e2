import { isMeshError, type MeshError, meshError } from '../errors/index.ts';
import { fold, type RunState } from '../journal/fold.ts';
import type { Journal } from '../journal/file.ts';
import type { MigrationPlan } from '../plans/plan.ts';
import type { Clock } from '../ports/contracts.ts';
import { advance, type Decision } from './advance.ts';
import { evaluateGate } from './evaluate-gate.ts';
import type { Watch } from './events.ts';
import { pauseError } from './pause.ts';
import { askTarget, operationsOf, preImagePlaces, runStep } from './step-runner.ts';
import type { DeedContext, Target } from './target.ts';

export interface Execution {
  plan: MigrationPlan;
  journal: Journal;
  /** What is acted on: the estate, or a model of it. */
  target: Target;
  watch: Watch;
  /** Aborted by the first Ctrl-C: the step at hand is finished, recorded, and the run ends there. */
  interrupt: AbortSignal;
  /** The clock of the waits between steps, which `interrupt` ends early; inside a step the target's clock counts. */
  waiting: Clock;
}

/**
 * Runs a plan in this process: asks `advance` what to do, does it, records it, until the goal is reached.
 * Returns the goal. Throws the coded reason when the run pauses, fails or is interrupted; all are resumable.
 */
export async function execute(execution: Execution): Promise<string> {
  const { plan, journal, target, interrupt } = execution;
  for (;;) {
    if (interrupt.aborted) await interrupted(execution);
    const state = fold(journal.entries);
    const [decision] = advance(plan, state, target.clock.now());
    if (!decision) throw meshError('MW1999', { detail: `run ${journal.run} has no goal` });
    if (decision.do === 'finish') return await finish(execution, state, decision.goal);
    await perform(decision, execution, state);
  }
}

async function perform(
  decision: Exclude<Decision, { do: 'finish' }>,
  execution: Execution,
  state: RunState,
): Promise<void> {
  switch (decision.do) {
    case 'ask':
      return await ask(decision, execution);
    case 'step':
      return await step(decision, execution);
    case 'bake':
      execution.watch({ event: 'gate.baking', of: decision.of });
      return await note(execution, { about: 'baking', of: decision.of });
    case 'wait':
      execution.watch({ event: 'waiting', of: decision.of, untilMs: decision.untilMs });
      return void (await execution.waiting.sleep(Math.max(0, decision.untilMs - execution.waiting.now())));
    case 'gate':
      return await gate(decision, execution, state);
    case 'retreat':
      execution.watch({ event: 'retreat', of: decision.of, to: decision.to });
      return await note(execution, { about: 'goal', direction: 'back', to: decision.to, because: decision.of });
    case 'pause':
      return await pause(decision, execution, state);
  }
}

type NoteOf = Extract<Parameters<Journal['append']>[0], { type: 'note' }>['note'];

async function note({ journal }: Execution, about: NoteOf): Promise<void> {
  await journal.append({ type: 'note', note: about });
}

function contextOf({ plan, journal }: Execution, stepId: string, timeoutMs: number): DeedContext {
  return { timeoutMs, stamp: { run: journal.run, planDigest: plan.digest, step: stepId, token: journal.token } };
}

async function ask(
  { step: { id, timeoutMs }, step: asked, direction }: Decision & { do: 'ask' },
  execution: Execution,
): Promise<void> {
  const answer = await askTarget(asked, direction, execution.target, contextOf(execution, id, timeoutMs));
  execution.watch({ event: 'step.asked', step: id, answer: answer.state });
  await note(execution, {
    about: 'asked',
    step: id,
    answer: answer.state,
    ...(answer.state === 'foreign' && { who: answer.who }),
  });
}

async function step(
  { step: { id, hash, timeoutMs, interruption }, step: planned, stage, direction, attempt }: Decision & { do: 'step' },
  execution: Execution,
): Promise<void> {
  const { journal, watch } = execution;
  const head = { step: id, stepHash: hash, direction, attempt };
  await journal.append({ type: 'intent', ...head, before: preImagePlaces(planned, journal.run) });
  watch({ event: 'step.started', stage: stage.id, step: id, direction, attempt, interruption });
  for (const operation of operationsOf(planned, direction))
    if (operation.op === 'manual') watch({ event: 'step.manual', step: id, instruction: operation.instruction });
  try {
    const after = await runStep(planned, direction, execution.target, contextOf(execution, id, timeoutMs));
    await journal.append({ type: 'result', ...head, outcome: 'done', after });
    watch({ event: 'step.done', stage: stage.id, step: id, direction, observed: after });
  } catch (error) {
    if (!isMeshError(error)) throw error;
    await journal.append({
      type: 'result',
      ...head,
      outcome: 'failed',
      after: [],
      error: { code: error.code, message: error.causeText },
    });
    watch({ event: 'step.failed', stage: stage.id, step: id, direction, code: error.code, message: error.causeText });
    // A person who has yet to do something is no fault on the way back either.
    throw direction === 'apply' || isMeshError(error, 'MW1411') ? error : incomplete(error, id);
  }
}

/** Half-way back is worse than a failed step: somebody must look. */
function incomplete(error: MeshError, step: string): MeshError {
  return meshError(
    'MW1405',
    { count: 1 },
    { cause: error, details: [`${step}: ${error.code} ${error.causeText}`, ...error.details, error.fixText] },
  );
}

async function gate(
  { of, gate: asked }: Decision & { do: 'gate' },
  { journal, target, watch }: Execution,
  { gates }: RunState,
): Promise<void> {
  const nowMs = target.clock.now();
  const look = { sinceMs: gates.get(of)?.bakingSince ?? nowMs, nowMs };
  const { outcome, verdicts } = await evaluateGate(asked, target, look);
  watch({ event: 'gate.asked', of, outcome, verdicts });
  await journal.append({ type: 'gate', of, outcome, verdicts: verdicts.map((verdict) => ({ ...verdict })) });
}

async function pause(decision: Decision & { do: 'pause' }, execution: Execution, state: RunState): Promise<never> {
  const error = pauseError(decision, state, execution.plan);
  await note(execution, { about: 'paused', code: error.code, why: decision.why });
  throw error;
}

async function interrupted(execution: Execution): Promise<never> {
  await note(execution, { about: 'interrupted', signal: 'SIGINT' });
  throw execution.interrupt.reason;
}

async function finish(execution: Execution, state: RunState, goal: string): Promise<string> {
  if (state.finished?.goal !== goal || (state.goal && state.finished.seq < state.goal.seq))
    await note(execution, { about: 'finished', goal });
  execution.watch({ event: 'run.finished', run: execution.journal.run, goal });
  const because = state.goal?.because;
  if (because !== undefined)
    throw pauseError(
      { do: 'pause', code: 'gate-failed', of: because, why: state.lastFailure ?? 'a gate failed' },
      state,
      execution.plan,
    );
  return goal;
}
