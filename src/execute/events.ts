import type { AsideKind } from '../journal/entry.ts';
import type { Request } from '../journal/request.ts';
import type { GateOutcome, Verdict } from '../plans/gate.ts';
import type { PauseCode } from './decision.ts';

/** What a run tells whoever watches it; the progress display and `--output jsonl` are made from these alone. */
export type RunEvent =
  | { event: 'run.opened'; run: string; plan: string; resumed: boolean }
  | { event: 'step.asked'; step: string; answer: string }
  | {
      event: 'step.started';
      stage: string;
      step: string;
      direction: 'apply' | 'revert';
      attempt: number;
      interruption: string;
    }
  /** The step has something for a person to do; it is waited for a short while, then the run pauses. */
  | { event: 'step.manual'; step: string; instruction: string }
  | { event: 'step.done'; stage: string; step: string; direction: 'apply' | 'revert'; observed: string[] }
  | { event: 'step.failed'; stage: string; step: string; direction: 'apply' | 'revert'; code: string; message: string }
  | { event: 'gate.baking'; of: string }
  /** `phase`: a look that only tells whether it fails, while it bakes or after it has passed. */
  | { event: 'gate.asked'; of: string; outcome: GateOutcome; verdicts: Verdict[]; phase?: 'bake' | 'watch' }
  /** `held`: what is waited for, where the run would have ended without `--wait`. */
  | { event: 'waiting'; of: string; untilMs: number; held?: PauseCode; why?: string }
  | { event: 'retreat'; of: string; to: string | null; abort?: { by: string; why: string } }
  | { event: 'stage.set-aside'; stage: string; kind: AsideKind; why: string }
  /** Somebody said something to the run. */
  | { event: 'said'; action: Request['action']; by: string; stage?: string; why?: string }
  /** A veto began, or ended (`null`). */
  | { event: 'veto'; why: string | null }
  | { event: 'run.finished'; run: string; goal: string };

export type Watch = (event: RunEvent) => void;
