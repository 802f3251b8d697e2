import type { GateOutcome, Verdict } from '../plans/gate.ts';

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
  | { event: 'gate.asked'; of: string; outcome: GateOutcome; verdicts: Verdict[] }
  | { event: 'waiting'; of: string; untilMs: number }
  | { event: 'retreat'; of: string; to: string | null }
  | { event: 'run.finished'; run: string; goal: string };

export type Watch = (event: RunEvent) => void;
