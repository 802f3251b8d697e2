import type { GateOutcome } from '../plans/gate.ts';
import type { Adopted, Entry } from './entry.ts';

type Direction = 'apply' | 'revert';

/** What the journal says of one step. `unknown`: an intent without a result, so only the target can tell. */
export interface StepState {
  status: 'pending' | 'unknown' | 'done' | 'failed' | 'reverted';
  direction: Direction;
  attempt: number;
  stepHash: string;
  /** Sequence number of the last entry about it. */
  seq: number;
  asked?: { answer: 'done' | 'not-done' | 'partial' | 'foreign'; who?: string; seq: number };
  error?: { code: string; message: string };
}

export interface GateState {
  outcome?: GateOutcome;
  bakingSince: number;
  /** When it was first asked since it began to bake; an inconclusive gate times out from here. */
  firstAskedAt?: number;
  lastAskedAt?: number;
  seq: number;
}

export interface Goal {
  direction: 'forward' | 'back';
  to: string | null;
  /** The failed gate that set this goal; absent when the operator did. */
  because?: string;
  /** Steps that cannot be undone may be done. */
  commit?: boolean;
  seq: number;
}

/** A run as its journal tells it. Everything `advance` knows. */
export interface RunState {
  planDigest: string;
  steps: ReadonlyMap<string, StepState>;
  gates: ReadonlyMap<string, GateState>;
  goal: Goal | null;
  finished: { goal: string; seq: number } | null;
  /** What the last gate that did not pass had to say. */
  lastFailure: string | null;
}

interface Building {
  planDigest: string;
  steps: Map<string, StepState>;
  gates: Map<string, GateState>;
  goal: Goal | null;
  finished: RunState['finished'];
  lastFailure: string | null;
}

/** Folds the entries of one run, oldest first. Pure: time comes from the entries. */
export function fold(entries: readonly Entry[]): RunState {
  const state: Building = {
    planDigest: '',
    steps: new Map(),
    gates: new Map(),
    goal: null,
    finished: null,
    lastFailure: null,
  };
  for (const entry of entries) take(state, entry);
  return state;
}

function take(state: Building, entry: Entry): void {
  if (entry.type === 'intent') takeIntent(state, entry);
  else if (entry.type === 'result') takeResult(state, entry);
  else if (entry.type === 'gate') takeGate(state, entry);
  else if (entry.type === 'note') takeNote(state, entry);
}

function takeIntent(
  { steps }: Building,
  { step, stepHash, direction, attempt, seq }: Entry & { type: 'intent' },
): void {
  steps.set(step, { status: 'unknown', direction, attempt, stepHash, seq });
}

function takeResult(
  { steps, gates }: Building,
  { step, stepHash, direction, attempt, outcome, error, seq }: Entry & { type: 'result' },
): void {
  const good = direction === 'apply' ? 'done' : 'reverted';
  steps.set(step, {
    status: outcome === 'done' ? good : 'failed',
    direction,
    attempt,
    stepHash,
    seq,
    ...(error && { error }),
  });
  // A step that went back has to pass its gate anew, and so has its stage.
  if (direction === 'revert') for (const key of [step, step.split('/')[0] ?? step]) gates.delete(key);
}

function takeGate(state: Building, { of, outcome, verdicts, at, seq }: Entry & { type: 'gate' }): void {
  const { gates } = state;
  const bad = verdicts
    .filter((verdict) => verdict['outcome'] !== 'pass')
    .map((verdict) => `${String(verdict['name'])} ${String(verdict['subject'])}: ${String(verdict['why'])}`);
  state.lastFailure = bad.length > 0 ? bad.join('; ') : null;
  const before = gates.get(of);
  const asked = Date.parse(at);
  gates.set(of, {
    bakingSince: before?.bakingSince ?? asked,
    outcome,
    firstAskedAt: before?.firstAskedAt ?? asked,
    lastAskedAt: asked,
    seq,
  });
}

function takeNote(state: Building, { note, at, seq }: Entry & { type: 'note' }): void {
  if (note.about === 'opened') {
    state.planDigest = note.planDigest;
    if (note.adopted) takeAdopted(state, note.adopted, at, seq);
  } else if (note.about === 'goal')
    takeGoal(state, {
      direction: note.direction,
      to: note.to,
      seq,
      ...(note.because !== undefined && { because: note.because }),
      ...(note.commit === true && { commit: true }),
    });
  else if (note.about === 'baking') state.gates.set(note.of, { bakingSince: Date.parse(at), seq });
  else if (note.about === 'finished') state.finished = { goal: note.goal, seq };
  else if (note.about === 'asked') {
    const step = state.steps.get(note.step);
    if (step)
      state.steps.set(note.step, {
        ...step,
        asked: { answer: note.answer, seq, ...(note.who !== undefined && { who: note.who }) },
      });
  }
}

function takeAdopted(
  { steps, gates }: Building,
  { done, unknown, gates: passed }: Adopted,
  at: string,
  seq: number,
): void {
  const put =
    (status: StepState['status']) =>
    ({ step, stepHash }: Adopted['done'][number]): void => {
      steps.set(step, { status, direction: 'apply', attempt: 1, stepHash, seq });
    };
  done.forEach(put('done'));
  unknown.forEach(put('unknown'));
  for (const of of passed) gates.set(of, { bakingSince: Date.parse(at), outcome: 'pass', seq });
}

/** A new goal is a fresh start for every gate that has not passed: it bakes and is asked again. */
function takeGoal(state: Building, goal: Goal): void {
  state.goal = goal;
  for (const [of, gate] of state.gates) if (gate.outcome !== 'pass') state.gates.delete(of);
}
