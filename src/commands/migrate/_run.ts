import type { Execution } from '../../execute/execution.ts';
import type { RunEvent, Watch } from '../../execute/events.ts';
import { guardedWorld } from '../../execute/holding/guarded-world.ts';
import { witnessOf } from '../../execute/holding/hold-run.ts';
import { execute } from '../../execute/local-executor.ts';
import { openRun } from '../../execute/open-run.ts';
import type { RunGoal } from '../../execute/run-goal.ts';
import { preflight } from '../../execute/preflight.ts';
import { worldTarget } from '../../execute/target.ts';
import type { RunJournal } from '../../journal/file.ts';
import { requestBox } from '../../journal/request-box.ts';
import type { MigrationPlan } from '../../plans/plan.ts';
import { systemClock } from '../../ports/clock.ts';
import type { OutputMode } from '../../report/output.ts';
import { progressWatch } from '../../report/progress.ts';
import { runLines } from '../../report/run-lines.ts';
import type { LoadedEstate } from '../_inputs.ts';
import { openWorld } from '../_world.ts';
import { traceRun } from './_spans.ts';
import { vetoOf } from './_veto.ts';

/** What a run ended with, as `--json` prints it. */
export interface RunResult {
  run: string;
  plan: string;
  goal: string;
}

export interface RunRequest {
  plan: MigrationPlan;
  loaded: LoadedEstate;
  goal: RunGoal;
  /** A run whose journal is lost: it is taken over from the estate. */
  adopt: string | undefined;
  stateDir: string;
  tool: string;
  interrupt: AbortSignal;
  mode: OutputMode;
  isTty: boolean;
  print: (text: string) => void;
  emit: (event: RunEvent) => void;
  /** A remark beside the result. */
  note: (text: string) => void;
}

/** What people may say to a run of this request: in the state directory, and by the estate's veto. */
const people = ({ plan, loaded, stateDir }: RunRequest): Pick<Execution, 'requests' | 'veto'> => ({
  requests: requestBox(stateDir, plan),
  veto: vetoOf(stateDir, loaded),
});

/** Opens the plan's run and takes it to its goal, forward or back, drawn as it goes. */
export async function carryOut(request: RunRequest): Promise<RunResult> {
  const { plan, loaded, goal, adopt, stateDir, tool, interrupt } = request;
  const world = openWorld(loaded);
  const progress = drawing(request);
  const ending: (() => Promise<void>)[] = [];
  try {
    // On the way back nothing may stand between the traffic and its old place: each step fails by itself.
    if (goal.direction === 'forward') await preflight(plan, world);
    const witness = witnessOf({ plan, world, tolerant: goal.direction === 'back' });
    const opened = await openRun({ stateDir, tool, now: world.clock.now }, plan, goal, witness, adopt);
    const { journal, holding, resumed } = opened;
    const tracing = traced(request, journal, world.clock.now);
    try {
      const watch: Watch = (event) => {
        progress.watch(event);
        tracing.watch(event);
      };
      watch({ event: 'run.opened', run: journal.run, plan: plan.id, resumed });
      const reached = await execute({
        plan,
        journal,
        target: worldTarget(guardedWorld(world, holding)),
        holding,
        watch,
        interrupt,
        waiting: systemClock(interrupt),
        ...people(request),
      });
      ending.push(() => tracing.close());
      return { run: journal.run, plan: plan.id, goal: reached };
    } catch (error) {
      ending.push(() => tracing.close(error));
      throw error;
    } finally {
      await opened.close();
    }
  } finally {
    await progress.close();
    await world.close();
    // After all that others wait for was given back.
    for (const end of ending) await end();
  }
}

const traced = (
  { plan, goal, tool, note }: RunRequest,
  journal: RunJournal,
  now: () => number,
): ReturnType<typeof traceRun> =>
  traceRun({
    ...{ plan, journal, tool, note, now },
    command: goal.direction === 'forward' ? 'apply' : 'rollback',
    env: process.env,
  });

/** Listr2 on a terminal, lines with the time elsewhere, events for programs. */
function drawing({ plan, goal, mode, isTty, print, emit }: RunRequest): { watch: Watch; close(): Promise<void> } {
  if (mode === 'text' && isTty) return progressWatch(plan, goal.direction);
  const lines = runLines(print);
  const watch: Watch = (event) => {
    emit(event);
    lines.watch(event);
  };
  return { watch, close: () => Promise.resolve(lines.close()) };
}
