import type { Entry } from '../../journal/entry.ts';
import type { RunState } from '../../journal/run-state.ts';
import type { MigrationPlan, Step } from '../../plans/plan.ts';
import { advance } from '../advance.ts';
import { pastCommitPoint } from '../commit-point.ts';
import type { Decision } from '../decision.ts';
import { nextLook } from '../holds.ts';
import { pauseError } from '../pause.ts';
import type { Before } from './rules.ts';
import { wordsOf, wordsOfDecision } from './words.ts';

/** Whether an entry is one that a run of the plan writes there. @returns why not */
export function againstPlan(plan: MigrationPlan, entry: Entry, before: Before): string | undefined {
  return unknownIn(plan, entry) ?? undecided(plan, entry, before);
}

/** Names and hashes that the plan does not have. */
function unknownIn(plan: MigrationPlan, entry: Entry): string | undefined {
  const steps = new Map(plan.stages.flatMap(({ steps: all }) => all.map((step) => [step.id, step] as const)));
  const stages = new Set(plan.stages.map(({ id }) => id));
  if (entry.type === 'intent' || entry.type === 'result') return changed(steps, entry);
  if (entry.type === 'approval') return stages.has(entry.stage) ? undefined : noSuch('stage', entry.stage);
  if (entry.type === 'gate') return stages.has(entry.of) || steps.has(entry.of) ? undefined : noSuch('gate', entry.of);
  const { note } = entry;
  if (note.about === 'goal' && note.to !== null && !stages.has(note.to)) return noSuch('stage', note.to);
  if ((note.about === 'baseline' || note.about === 'measured') && !stages.has(note.stage))
    return noSuch('stage', note.stage);
  if (note.about !== 'opened' || !note.adopted) return undefined;
  const { done, unknown } = note.adopted;
  return [...done, ...unknown].map((step) => changed(steps, step)).find((reason) => reason !== undefined);
}

const noSuch = (what: string, name: string): string => `the plan has no ${what} ${name}`;

function changed(
  steps: ReadonlyMap<string, Step>,
  { step, stepHash }: { step: string; stepHash: string },
): string | undefined {
  const planned = steps.get(step);
  if (!planned) return noSuch('step', step);
  return planned.hash === stepHash ? undefined : `step ${step} has hash ${stepHash}, and ${planned.hash} in the plan`;
}

function undecided(plan: MigrationPlan, entry: Entry, before: Before): string | undefined {
  const { state, last, open } = before;
  if (isSaid(plan, entry, before)) return undefined;
  const fits = matcher(plan, entry, state);
  if (!fits) return undefined;
  if (open)
    return nextLook(plan, state)?.decision.of === watchedBy(entry) ? undefined : 'that gate was not watched then';
  const since = last?.token === entry.token ? Date.parse(last.at) : Date.parse(entry.at);
  const decided = decisionsBetween(plan, state, since, Date.parse(entry.at));
  if (decided.some(fits)) return undefined;
  return `${wordsOf(entry)}, where a run ${decided.map(wordsOfDecision).at(-1) ?? 'has no goal yet and does nothing'}`;
}

const watchedBy = (entry: Entry): string | undefined => (entry.type === 'gate' ? entry.of : undefined);

/** What a process says of the goal when it begins: a person's, or a retreat that it finishes first. */
function isSaid(plan: MigrationPlan, entry: Entry, { state, last }: Before): boolean {
  if (entry.type !== 'note' || entry.note.about !== 'goal') return false;
  const { because, direction, to } = entry.note;
  if (because === undefined) return direction === 'forward' || pastCommitPoint(plan, state, to) === undefined;
  const { goal, finished } = state;
  const isSame = goal?.because === because && goal.to === to && direction === 'back';
  return last?.type === 'note' && last.note.about === 'holder' && isSame && (finished?.seq ?? 0) < goal.seq;
}

/**
 * What `advance` decides from one moment to another: a run may have taken any of these, since an entry is written some time
 * after it was decided, and waits leave no entry.
 */
function decisionsBetween(plan: MigrationPlan, state: RunState, fromMs: number, toMs: number): Decision[] {
  const decided: Decision[] = [];
  for (let nowMs = fromMs; ;) {
    const [decision] = advance(plan, state, nowMs);
    if (!decision) return decided;
    decided.push(decision);
    if (nowMs >= toMs) return decided;
    const isWait = decision.do === 'wait' && decision.untilMs > nowMs;
    nowMs = isWait ? Math.min(decision.untilMs, toMs) : toMs;
  }
}

type Fits = (decision: Decision) => boolean;

/** Whether a decision is one that leads to the entry; nothing for what no decision leads to. */
function matcher(plan: MigrationPlan, entry: Entry, state: RunState): Fits | undefined {
  switch (entry.type) {
    case 'intent':
      return (one) =>
        one.do === 'step' &&
        one.step.id === entry.step &&
        one.direction === entry.direction &&
        one.attempt === entry.attempt;
    case 'gate':
      return (one) => one.do === 'gate' && one.of === entry.of && one.phase === entry.phase;
    case 'note':
      return noteMatcher(plan, entry.note, state);
    default:
      return undefined;
  }
}

function noteMatcher(plan: MigrationPlan, note: (Entry & { type: 'note' })['note'], state: RunState): Fits | undefined {
  switch (note.about) {
    case 'goal':
      return (one) =>
        one.do === 'retreat' && note.direction === 'back' && one.of === note.because && one.to === note.to;
    case 'baseline':
      return (one) => one.do === 'baseline' && one.stage.id === note.stage;
    case 'measured':
      return (one) => one.do === 'measure' && one.stage.id === note.stage;
    case 'baking':
      return (one) => one.do === 'bake' && one.of === note.of;
    case 'asked':
      return (one) => one.do === 'ask' && one.step.id === note.step;
    case 'set-aside':
      return (one) => one.do === 'set-aside' && one.stage.id === note.stage && one.kind === note.kind;
    case 'paused':
      return (one) => one.do === 'pause' && pauseError(one, state, plan).code === note.code;
    case 'finished':
      return (one) => one.do === 'finish' && one.goal === note.goal;
    default:
      return undefined;
  }
}
