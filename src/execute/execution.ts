import type { RunJournal } from '../journal/file.ts';
import type { RequestBox } from '../journal/request.ts';
import type { MigrationPlan } from '../plans/plan.ts';
import type { Clock } from '../ports/contracts.ts';
import type { Watch } from './events.ts';
import type { Holding } from './holding/holding.ts';
import type { Veto } from './listen.ts';
import type { Target } from './target.ts';

/** All that a run is carried out with. */
export interface Execution {
  plan: MigrationPlan;
  journal: RunJournal;
  /** What is acted on: the estate, or a model of it. */
  target: Target;
  /** Says before each decision whether this process may still carry it out. Absent: nobody else can act, as on a model. */
  holding?: Holding;
  watch: Watch;
  /** Aborted by the first Ctrl-C: the step at hand is finished, recorded, and the run ends there. */
  interrupt: AbortSignal;
  /** The clock of the waits between steps, which `interrupt` ends early; inside a step the target's clock counts. */
  waiting: Clock;
  /** Where people say something to the run. Absent: nobody can. */
  requests?: RequestBox;
  /** Asked before each decision. Absent: nobody can forbid anything. */
  veto?: Veto;
}
