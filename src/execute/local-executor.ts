import { isMeshError, meshError } from '../errors/index.ts';
import type { Journal } from '../journal/file.ts';
import { fold } from '../journal/fold.ts';
import type { RunState } from '../journal/run-state.ts';
import { advance } from './advance.ts';
import type { Decision } from './decision.ts';
import { evaluateGate } from './evaluate-gate.ts';
import type { Execution } from './execution.ts';
import { listen } from './listen.ts';
import { pauseError } from './pause.ts';
import { ask, step } from './perform-step.ts';
import { takeBaseline } from './take-baseline.ts';
import { takeMeasure } from './take-measure.ts';
import { lookSince } from './through-gate.ts';

/** How soon what somebody says is heard while the run waits. */
const LISTEN_EVERY_MS = 1_000;

/**
 * Runs a plan in this process: asks `advance` what to do, does it, records it, until the goal is reached.
 * Returns the goal. Throws the coded reason when the run pauses, fails or is interrupted; all are resumable.
 */
export async function execute(execution: Execution): Promise<string> {
  const { plan, journal, target, interrupt } = execution;
  for (;;) {
    if (interrupt.aborted) await interrupted(execution);
    await listen(execution, fold(journal.entries));
    const state = fold(journal.entries);
    const [decision] = advance(plan, state, target.clock.now());
    if (!decision) throw meshError('MW1999', { detail: `run ${journal.run} has no goal` });
    await execution.holding?.assertHeld();
    if (decision.do === 'finish') return await finish(execution, state, decision.goal);
    await perform(decision, execution, state);
  }
}

async function perform(
  decision: Exclude<Decision, { do: 'finish' }>,
  execution: Execution,
  state: RunState,
): Promise<void> {
  const { watch } = execution;
  switch (decision.do) {
    case 'ask':
      return await ask(decision, execution);
    case 'baseline':
      return await takeBaseline(decision, execution);
    case 'step':
      return await step(decision, execution);
    case 'bake':
      watch({ event: 'gate.baking', of: decision.of });
      await note(execution, { about: 'baking', of: decision.of });
      return await remember(decision.of, execution);
    case 'wait':
      return await wait(decision, execution);
    case 'gate':
      return await gate(decision, execution, state);
    case 'measure':
      return await takeMeasure(decision, execution);
    case 'retreat': {
      const { of, to, abort } = decision;
      watch({ event: 'retreat', of, to, ...(abort && { abort }) });
      return await note(execution, { about: 'goal', direction: 'back', to, because: of, ...(abort && { abort }) });
    }
    case 'set-aside': {
      const { stage, kind, why } = decision;
      watch({ event: 'stage.set-aside', stage: stage.id, kind, why });
      return await note(execution, { about: 'set-aside', stage: stage.id, kind, why });
    }
    case 'pause':
      return await pause(decision, execution, state);
  }
}

/** What a source that has no memory is asked when a bake begins. One that does not answer then has no data of it, and the gate says so. */
async function remember(of: string, { plan, target }: Execution): Promise<void> {
  const gates = plan.stages.flatMap(({ id, gate, steps }) => [{ id, gate }, ...steps]);
  const gate = gates.find(({ id }) => id === of)?.gate;
  try {
    if (gate) await target.begin?.(gate);
  } catch (error) {
    if (!isMeshError(error)) throw error;
  }
}

type NoteOf = Extract<Parameters<Journal['append']>[0], { type: 'note' }>['note'];

async function note({ journal }: Execution, about: NoteOf): Promise<void> {
  await journal.append({ type: 'note', note: about });
}

/** Short enough to hear what somebody says meanwhile. */
async function wait({ of, untilMs, held, why }: Decision & { do: 'wait' }, execution: Execution): Promise<void> {
  const { waiting, watch, requests, veto } = execution;
  watch({ event: 'waiting', of, untilMs, ...(held && { held }), ...(why !== undefined && { why }) });
  const leftMs = Math.max(0, untilMs - waiting.now());
  await waiting.sleep(requests || veto ? Math.min(leftMs, LISTEN_EVERY_MS) : leftMs);
}

async function gate(
  { of, gate: asked, stage, phase }: Decision & { do: 'gate' },
  { journal, target, watch }: Execution,
  state: RunState,
): Promise<void> {
  const nowMs = target.clock.now();
  const look = { sinceMs: lookSince(state, of, nowMs, phase), nowMs };
  const { outcome, verdicts } = await evaluateGate(asked, target, look, state.baselines.get(stage.id));
  watch({ event: 'gate.asked', of, outcome, verdicts, ...(phase && { phase }) });
  const told = verdicts.map((verdict) => ({ ...verdict }));
  await journal.append({ type: 'gate', of, outcome, verdicts: told, ...(phase && { phase }) });
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
  // Before it is on record: a run that is closed is never opened again, to take away what says who holds it.
  if (goal === 'start') await execution.holding?.leave(new Set(state.steps.keys()));
  if (state.finished?.goal !== goal || (state.goal && state.finished.seq < state.goal.seq))
    await note(execution, { about: 'finished', goal });
  execution.watch({ event: 'run.finished', run: execution.journal.run, goal });
  const { because: of, abort } = state.goal ?? {};
  if (of === undefined) return goal;
  const why = abort ? `${abort.by}: ${abort.why}` : (state.lastFailure ?? 'a gate failed');
  throw pauseError({ do: 'pause', code: abort ? 'aborted' : 'gate-failed', of, why }, state, execution.plan);
}
