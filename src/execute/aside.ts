import type { AsideKind } from '../journal/entry.ts';
import type { RunState } from '../journal/run-state.ts';
import type { MigrationPlan, Stage } from '../plans/plan.ts';

/** With these the host, or the cluster, does not answer. Not among them: one whose key is wrong, which must be looked at. */
const UNREACHABLE = new Set(['MW1103', 'MW1104', 'MW1113', 'MW1114', 'MW1201']);

/** How a step's failure counts against the budget. @param code the code of its error */
export const kindOfFailure = (code: string | undefined): AsideKind =>
  UNREACHABLE.has(code ?? '') ? 'unreachable' : 'failed';

/** What a run left, stage by stage, each in one place: those that failed, those nobody can reach or tell of, and those that need them. */
export interface Tally {
  failed: string[];
  unreachable: string[];
  unknown: string[];
  /** Not tried, because a stage that they need was set aside. */
  skipped: string[];
  /** Not begun, for whatever other reason. */
  unvisited: string[];
}

/** Counts what was set aside, and what that takes with it. Pure. */
export function tallyOf(plan: MigrationPlan, state: Pick<RunState, 'aside' | 'steps'>): Tally {
  const of = (kind: AsideKind): string[] =>
    plan.stages.flatMap(({ id }) => (state.aside.get(id)?.kind === kind ? [id] : []));
  const left = leftOut(plan, state.aside);
  const skipped = plan.stages.flatMap(({ id }) => (left.has(id) && !state.aside.has(id) ? [id] : []));
  const isBegun = ({ steps }: Stage): boolean =>
    steps.some(({ id }) => (state.steps.get(id)?.status ?? 'reverted') !== 'reverted');
  const unvisited = plan.stages.flatMap((stage) => (left.has(stage.id) || isBegun(stage) ? [] : [stage.id]));
  return { failed: of('failed'), unreachable: of('unreachable'), unknown: of('unknown'), skipped, unvisited };
}

/** The stages that were set aside, and all that need one of them. A stage needs only earlier ones. */
export function leftOut(plan: MigrationPlan, aside: ReadonlyMap<string, unknown>): Set<string> {
  const left = new Set<string>();
  for (const { id, needs = [] } of plan.stages) if (aside.has(id) || needs.some((one) => left.has(one))) left.add(id);
  return left;
}

/**
 * Whether the run may go on without a stage: no kind may then be over its budget, neither in the stage's wave nor in the
 * run. A plan without a budget sets nothing aside.
 */
export function maySetAside(plan: MigrationPlan, state: RunState, stage: Stage, kind: AsideKind): boolean {
  const { failureBudget } = plan;
  if (!failureBudget) return false;
  const aside = new Map(state.aside).set(stage.id, { kind, why: '', seq: 0 });
  const tally = tallyOf(plan, { ...state, aside });
  const inWave = new Set(plan.stages.flatMap(({ id, wave }) => (wave === stage.wave ? [id] : [])));
  return (['failed', 'unreachable', 'unknown', 'skipped'] as const).every(
    (one) =>
      tally[one].length <= failureBudget.run[one] &&
      tally[one].filter((id) => inWave.has(id)).length <= failureBudget.wave[one],
  );
}
