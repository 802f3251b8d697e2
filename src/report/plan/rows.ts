import { commitPointOf, type MigrationPlan, type Stage } from '../../plans/plan.ts';
import { rungsOf } from '../../plans/positions.ts';
import { nameOf } from './facts.ts';
import { namesWords } from './words.ts';

/** A stage as the timeline shows it. */
export interface Mark {
  wave: number;
  move: Stage['move'];
  title: string;
  /** What the twin gets after each rung, in percent. */
  rungs: number[];
  restarts: boolean;
  cuts: boolean;
  hasCommitPoint: boolean;
}

/** What moves together, and its stages in order: a service, or a host's services; of a large plan several that do the same. */
export interface Row {
  label: string;
  subjects: string[];
  marks: Mark[];
}

/** With more rows than this those that do the same in the same waves are one row. */
export const MAX_SINGLE_ROWS = 40;
/** And so many of these are drawn. */
export const MAX_ROWS = 120;

/** The rows of a plan's timeline, by their first wave, and how many are left out. Pure. */
export function rowsOf({ stages }: Pick<MigrationPlan, 'stages'>): { rows: Row[]; left: number; isLarge: boolean } {
  const rows = [...Map.groupBy(stages, groupOf(stages)).values()].map(rowOf);
  const isLarge = rows.length > MAX_SINGLE_ROWS;
  const all = isLarge ? folded(rows) : rows;
  const sorted = all.toSorted((a, b) => (a.marks[0]?.wave ?? 0) - (b.marks[0]?.wave ?? 0));
  return { rows: sorted.slice(0, MAX_ROWS), left: Math.max(0, sorted.length - MAX_ROWS), isLarge };
}

/** Stages that share a subject are of one group: a unit and its twin by their shift, the units of a host by their join. */
function groupOf(stages: readonly Stage[]): (stage: Stage) => string {
  const parent = new Map<string, string>();
  const find = (id: string): string => {
    let top = id;
    for (let next = parent.get(top); next !== undefined && next !== top; next = parent.get(top)) top = next;
    return top;
  };
  for (const { subjects } of stages)
    for (const subject of subjects)
      if (find(subject) !== find(subjects[0] ?? '')) parent.set(find(subject), find(subjects[0] ?? ''));
  return ({ subjects }) => find(subjects[0] ?? '');
}

function rowOf(stages: readonly Stage[]): Row {
  const names = [...new Set(stages.map((stage) => nameOf(stage).replace(/-twin(-[a-z0-9.-]+)?$/, '')))];
  return {
    label: names.join(', '),
    subjects: [...new Set(stages.flatMap(({ subjects }) => subjects))],
    marks: stages.map(markOf),
  };
}

function markOf(stage: Stage): Mark {
  const does = (what: Stage['steps'][number]['interruption']): boolean =>
    stage.steps.some(({ interruption }) => interruption === what);
  return {
    wave: stage.wave,
    move: stage.move,
    title: stage.title,
    rungs: rungsOf(stage),
    restarts: does('restart'),
    cuts: does('connection-reset'),
    hasCommitPoint: commitPointOf(stage) !== undefined,
  };
}

function folded(rows: readonly Row[]): Row[] {
  const alike = Map.groupBy(rows, ({ marks }) => JSON.stringify(marks.map((mark) => ({ ...mark, title: '' }))));
  return [...alike.values()].map(together);
}

function together(rows: readonly Row[]): Row {
  const [first] = rows as [Row, ...Row[]];
  if (rows.length === 1) return first;
  return {
    label: `${rows.length} alike: ${namesWords(rows.map(({ label }) => label))}`,
    subjects: rows.flatMap(({ subjects }) => subjects),
    marks: first.marks.map((mark, at) => ({
      ...mark,
      title: namesWords(rows.map(({ marks }) => marks[at]?.title ?? '')),
    })),
  };
}
