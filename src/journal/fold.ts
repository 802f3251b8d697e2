import type { Adopted, Entry } from './entry.ts';
import { approvalKey, type Goal, type RunState, type StepState } from './run-state.ts';

type Mutable<T> = T extends ReadonlyMap<infer K, infer V> ? Map<K, V> : T extends ReadonlySet<infer V> ? Set<V> : T;
type Building = { -readonly [K in keyof RunState]: Mutable<RunState[K]> };

/** Folds the entries of one run, oldest first. Pure: time comes from the entries. */
export function fold(entries: readonly Entry[]): RunState {
  return replay(entries, () => undefined);
}

/** Folds entries, and shows the state as it was before each of them: one object, which changes with the next. */
export function replay(entries: readonly Entry[], visit: (state: RunState, entry: Entry) => void): RunState {
  const state = emptyState();
  for (const entry of entries) {
    visit(state, entry);
    take(state, entry);
  }
  return state;
}

function emptyState(): Building {
  return {
    planDigest: '',
    steps: new Map(),
    gates: new Map(),
    baselines: new Map(),
    measured: new Map(),
    goal: null,
    finished: null,
    lastFailure: null,
    approvals: new Map(),
    paused: null,
    aborted: null,
    veto: null,
    aside: new Map(),
    requests: new Set(),
  };
}

function take(state: Building, entry: Entry): void {
  if (entry.type === 'intent') takeIntent(state, entry);
  else if (entry.type === 'result') takeResult(state, entry);
  else if (entry.type === 'gate') takeGate(state, entry);
  else if (entry.type === 'approval') takeApproval(state, entry);
  else takeNote(state, entry);
}

function takeIntent(
  { steps, gates, measured }: Building,
  { step, stepHash, direction, attempt, seq }: Entry & { type: 'intent' },
): void {
  steps.set(step, { status: 'unknown', direction, attempt, stepHash, seq });
  // A step that goes back, however far it gets, has to pass its gate anew, and so has its stage.
  if (direction !== 'revert') return;
  for (const key of [step, step.split('/')[0] ?? step]) {
    gates.delete(key);
    measured.delete(key);
  }
}

function takeResult(
  state: Building,
  { step, stepHash, direction, attempt, outcome, error, seq }: Entry & { type: 'result' },
): void {
  const { steps } = state;
  const good = direction === 'apply' ? 'done' : 'reverted';
  steps.set(step, {
    status: outcome === 'done' ? good : 'failed',
    direction,
    attempt,
    stepHash,
    seq,
    ...(error && { error }),
  });
  if (direction === 'revert') forgetUnbegun(state);
}

/** What was seen before a stage that has not begun, or has gone back, is not what it will begin with. */
function forgetUnbegun({ steps, baselines }: Building): void {
  if (baselines.size === 0) return;
  const begun = new Set([...steps].filter(([, one]) => one.status !== 'reverted').map(([id]) => id.split('/')[0]));
  for (const stage of baselines.keys()) if (!begun.has(stage)) baselines.delete(stage);
}

function takeBaseline({ baselines }: Building, note: Note & { about: 'baseline' }, at: string): void {
  const { stage, edges, names, lack } = note;
  const asked = Date.parse(at);
  const times = { firstAskedAt: baselines.get(stage)?.firstAskedAt ?? asked, lastAskedAt: asked };
  baselines.set(stage, { edges, names, ...times, ...(lack !== undefined && { lack }) });
}

function takeGate(state: Building, { of, outcome, phase, verdicts, at, seq }: Entry & { type: 'gate' }): void {
  const { gates } = state;
  const before = gates.get(of);
  const asked = Date.parse(at);
  const looked = { bakingSince: before?.bakingSince ?? asked, lastLookAt: asked };
  // A look at what is not over yet, or was decided before, tells nothing but that it fails.
  if (phase !== undefined && outcome !== 'fail')
    return void gates.set(of, { ...before, ...looked, seq: before?.seq ?? seq });
  const bad = verdicts
    .filter((verdict) => verdict['outcome'] !== 'pass')
    .map((verdict) => `${String(verdict['name'])} ${String(verdict['subject'])}: ${String(verdict['why'])}`);
  state.lastFailure = bad.length > 0 ? bad.join('; ') : null;
  gates.set(of, { ...looked, outcome, firstAskedAt: before?.firstAskedAt ?? asked, lastAskedAt: asked, seq });
}

function takeApproval(state: Building, { stage, planDigest, by, request }: Entry & { type: 'approval' }): void {
  state.approvals.set(approvalKey(stage, planDigest), by);
  if (request !== undefined) state.requests.add(request);
}

type Note = (Entry & { type: 'note' })['note'];

function takeNote(state: Building, { note, at, seq }: Entry & { type: 'note' }): void {
  switch (note.about) {
    case 'opened':
      state.planDigest = note.planDigest;
      return note.adopted && takeAdopted(state, note.adopted, at, seq);
    case 'goal':
      return takeGoal(state, note, at, seq);
    case 'baseline':
      return takeBaseline(state, note, at);
    case 'measured':
      return void state.measured.set(note.stage, note.proxies);
    case 'baking':
      return void state.gates.set(note.of, { bakingSince: Date.parse(at), seq });
    case 'finished':
      state.finished = { goal: note.goal, seq };
      return;
    case 'asked':
      return takeAnswer(state, note, seq);
    case 'control':
      return takeControl(state, note);
    case 'veto':
      state.veto = note.why;
      return forgetUnbegun(state);
    case 'set-aside':
      return void state.aside.set(note.stage, { kind: note.kind, why: note.why, seq });
    default:
  }
}

function takeAnswer({ steps }: Building, { step: of, answer, who }: Note & { about: 'asked' }, seq: number): void {
  const step = steps.get(of);
  if (step) steps.set(of, { ...step, asked: { answer, seq, ...(who !== undefined && { who }) } });
}

function takeControl(state: Building, { action, by, why, request }: Note & { about: 'control' }): void {
  if (request !== undefined) state.requests.add(request);
  if (action === 'abort') state.aborted = { by, why };
  else state.paused = action === 'pause' ? { by, why } : null;
  forgetUnbegun(state);
}

function takeAdopted(
  { steps, gates, baselines }: Building,
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
  const asked = Date.parse(at);
  for (const of of passed) gates.set(of, { bakingSince: asked, outcome: 'pass', seq });
  const begun = [...done, ...unknown].map(({ step }) => step.split('/')[0] ?? step);
  for (const stage of begun)
    baselines.set(stage, { edges: [], names: [], isLost: true, firstAskedAt: asked, lastAskedAt: asked });
}

/** A new goal is a fresh start for every gate that has not passed, and for what was set aside: it is tried again. */
function takeGoal(state: Building, note: Note & { about: 'goal' }, at: string, seq: number): void {
  const { direction, to, because, abort, commit, holdUntil } = note;
  const goal: Goal = { direction, to, sinceMs: Date.parse(at), seq };
  if (because !== undefined) goal.because = because;
  if (abort) goal.abort = abort;
  if (commit === true) goal.commit = true;
  if (holdUntil !== undefined) goal.holdUntil = Date.parse(holdUntil);
  state.goal = goal;
  state.aborted = null;
  state.aside.clear();
  forgetUnbegun(state);
  for (const [of, gate] of state.gates) if (gate.outcome !== 'pass') state.gates.delete(of);
}
