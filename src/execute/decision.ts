import type { AsideKind } from '../journal/entry.ts';
import type { Gate } from '../plans/gate.ts';
import type { Stage, Step } from '../plans/plan.ts';

/** What to do next. `advance` decides, the executor does, the journal remembers. */
export type Decision =
  /** Ask the target how far an interrupted step got. */
  | { do: 'ask'; step: Step; stage: Stage; direction: 'apply' | 'revert' }
  /** Look what goes on before the stage's first step. */
  | { do: 'baseline'; stage: Stage }
  | { do: 'step'; step: Step; stage: Stage; direction: 'apply' | 'revert'; attempt: number }
  /** Begin to watch: the bake counts from here. */
  | { do: 'bake'; of: string }
  /** Nothing until then, unless somebody says something; `held`: what is waited for, where the run would else have ended. */
  | { do: 'wait'; untilMs: number; of: string; held?: PauseCode; why?: string }
  /** Look at a gate: to decide, or (`phase`) only whether it fails before it decides, or after it has passed. */
  | { do: 'gate'; of: string; gate: Gate; stage: Stage; phase?: 'bake' | 'watch' }
  /** The stage is done: see what the mesh costs by now. */
  | { do: 'measure'; stage: Stage }
  /** The gate failed, or somebody aborted: its stage goes back, traffic first. */
  | { do: 'retreat'; of: string; to: string | null; abort?: { by: string; why: string } }
  /** The stage cannot be done, and the run goes on without it and what needs it. */
  | { do: 'set-aside'; stage: Stage; kind: AsideKind; why: string }
  | { do: 'pause'; code: PauseCode; of: string; why: string }
  | { do: 'finish'; goal: string };

export type PauseCode =
  | 'step-failed'
  /** The target of an interrupted step does not answer. */
  | 'no-answer'
  | 'foreign'
  | 'plan-changed'
  /** What goes on before a stage cannot be seen, so nothing could tell afterwards whether it still does. */
  | 'no-baseline'
  | 'gate-inconclusive'
  | 'gate-error'
  | 'gate-failed'
  /** A gate failed, and its stage cannot go back. */
  | 'gate-committed'
  /** The next step cannot be undone, and nobody has said that it may be done. */
  | 'commit'
  /** The estate lets no stage of these services begin now. */
  | 'freeze'
  /** The plan wants a person's word before the stage begins. */
  | 'approval'
  /** Somebody paused the run. */
  | 'paused'
  /** Nobody may begin anything now. */
  | 'veto'
  /** Somebody aborted the stage, and it went back. */
  | 'aborted'
  /** All was done but what was set aside, and what needs it. */
  | 'incomplete'
  | 'irreversible';
