import type { Entry } from '../journal/entry.ts';
import type { RunState } from '../journal/run-state.ts';
import { isClosed, isUnderWay, type RecordedRun } from '../journal/runs.ts';
import { forecast, meshCost } from '../plans/cost/measured.ts';
import type { Measure, ProxyCost } from '../plans/measure.ts';
import { commitPointOf, type MigrationPlan, type Stage } from '../plans/plan.ts';
import type { Difference } from './compare-owned.ts';
import { type Outlook, outlookOf } from './outlook.ts';
import type { HostRenewal } from './renew/renew-run.ts';

/** A run in short: where it stands, what waits, what the last gate saw, what is owned. */
export interface RunStatus {
  run: string;
  plan: string;
  standing: 'under way' | 'complete' | 'rolled back' | 'begun';
  goal: string;
  holder?: string;
  stages: {
    id: string;
    state: 'done' | 'under way' | 'unknown' | 'not begun' | 'rolled back';
    done: number;
    total: number;
  }[];
  lastGate?: string;
  /** Steps that were tried and are not done, each with its code and cause: a look-back that is not over among them. */
  halted: string[];
  /** Steps that were done and cannot be undone: rollback over them is refused. */
  committed: string[];
  /** What comes next, and what it means if the process ends now; absent without the plan, or without a goal. */
  outlook?: Outlook;
  /** What the mesh was measured to cost, what the plan has of it, and what is to be expected of those yet to join. */
  mesh?: MeasuredMesh;
  /** Whether a process of this state directory carries out a run right now. */
  isRunning?: boolean;
  /** Said to the run, and not heard yet. */
  unheard?: string[];
  /** Who paused it, or which veto holds it. */
  held?: string;
  /**
   * Whether the run's holders have an admission policy refuse what a former holder would create; absent where the estate was
   * not read, has no cluster, or nobody carries the run on any more.
   */
  createsRefused?: boolean;
  /** What the run did and that is not so any more; absent when the targets were not asked. */
  differences?: Difference[];
  /** What carries the run's stamp; absent when the targets were not asked. */
  owned?: string[];
  /** How the credentials of its joined hosts stand; absent when the hosts were not asked. */
  credentials?: HostRenewal[];
}

export interface MeasuredMesh {
  stage: string;
  proxies: readonly ProxyCost[];
  predicted: Measure['predicted'];
  left?: ReturnType<typeof forecast>;
}

/** What is not in the journal and the plan, and had to be asked elsewhere. */
type Asked = Partial<
  Pick<RunStatus, 'owned' | 'credentials' | 'isRunning' | 'unheard' | 'differences' | 'createsRefused'>
>;

/** The status of one run, from its journal and its plan. Pure. */
export function statusOf(
  { run, plan: name, state, entries }: RecordedRun,
  plan: MigrationPlan | undefined,
  asked: Asked = {},
  nowMs?: number,
): RunStatus {
  const { createsRefused, ...others } = asked;
  const isCarriedOn = !['complete', 'rolled back'].includes(standingOf(state));
  const outlook = plan && nowMs !== undefined ? outlookOf(plan, state, nowMs) : undefined;
  const held = state.paused ? `paused by ${state.paused.by}: ${state.paused.why}` : state.veto;
  const goal =
    state.goal === null
      ? 'none'
      : `${state.goal.direction} to ${state.goal.to ?? (state.goal.direction === 'forward' ? 'the end' : 'the start')}`;
  const holder = entries.findLast((entry) => entry.type === 'note' && entry.note.about === 'holder');
  const gate = entries.findLast((entry) => entry.type === 'gate');
  return {
    run,
    plan: name,
    standing: standingOf(state),
    goal,
    ...(holder?.type === 'note' &&
      holder.note.about === 'holder' && { holder: `process ${holder.note.pid} on ${holder.note.host}` }),
    stages: (plan?.stages ?? []).map((stage) => stageStatus(stage, state)),
    ...(gate?.type === 'gate' && { lastGate: describeGate(gate) }),
    halted: [...state.steps].flatMap(([step, { status, error }]) =>
      status === 'failed' && error ? [`${step}, ${error.code}: ${error.message}`] : [],
    ),
    committed: (plan?.stages ?? []).flatMap((stage) => committedIn(stage, state)),
    ...(outlook && { outlook }),
    ...(plan && measuredIn(plan, state)),
    ...(held !== null && { held }),
    ...others,
    ...(createsRefused !== undefined && isCarriedOn && { createsRefused }),
  };
}

/** The newest measurement, and by it what the CPU of the proxies will be that have yet to join. */
function measuredIn(plan: MigrationPlan, state: RunState): Pick<RunStatus, 'mesh'> {
  const stage = plan.stages.findLast(({ id, measure }) => measure !== undefined && state.measured.has(id));
  const proxies = stage && state.measured.get(stage.id);
  if (!stage?.measure || !proxies) return {};
  const { predicted } = stage.measure;
  const done = plan.stages.filter(({ id }) => state.gates.get(id)?.outcome === 'pass');
  const joined = new Set(done.flatMap(({ subjects }) => subjects));
  const left = plan.cost && forecast(plan.cost, meshCost(proxies, predicted), joined);
  return { mesh: { stage: stage.id, proxies, predicted, ...(left && { left }) } };
}

function committedIn(stage: Stage, state: RunState): string[] {
  const point = commitPointOf(stage);
  return point && state.steps.get(point.id)?.status === 'done' ? [point.id] : [];
}

function standingOf(state: RunState): RunStatus['standing'] {
  if (isClosed(state)) return 'rolled back';
  if (isUnderWay(state)) return 'under way';
  return state.finished ? 'complete' : 'begun';
}

function stageStatus({ id, steps }: Stage, state: RunState): RunStatus['stages'][number] {
  const statuses = steps.map((step) => state.steps.get(step.id)?.status ?? 'pending');
  const done = statuses.filter((status) => status === 'done').length;
  const of = (wanted: string): boolean => statuses.some((status) => status === wanted);
  const total = steps.length;
  if (of('unknown')) return { id, state: 'unknown', done, total };
  if (done === total) return { id, state: state.gates.get(id)?.outcome === 'pass' ? 'done' : 'under way', done, total };
  if (done > 0 || of('failed')) return { id, state: 'under way', done, total };
  return { id, state: of('reverted') ? 'rolled back' : 'not begun', done, total };
}

function describeGate({ of, outcome, at, verdicts }: Entry & { type: 'gate' }): string {
  const notable = verdicts
    .filter((verdict) => verdict['outcome'] !== 'pass')
    .map((verdict) => `${String(verdict['subject'])}: ${String(verdict['why'])}`);
  return [`${of} ${outcome} at ${at}`, ...notable].join('; ');
}
