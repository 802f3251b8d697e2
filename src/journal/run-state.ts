import type { GateOutcome } from '../plans/gate.ts';
import type { ProxyCost } from '../plans/measure.ts';
import type { AsideKind, EdgeBefore, NameBefore } from './entry.ts';

export type Direction = 'apply' | 'revert';

/** What the journal says of one step. `unknown`: an intent without a result, so only the target can tell. */
export interface StepState {
  status: 'pending' | 'unknown' | 'done' | 'failed' | 'reverted';
  direction: Direction;
  attempt: number;
  stepHash: string;
  /** Sequence number of the last entry about it. */
  seq: number;
  asked?: { answer: 'done' | 'not-done' | 'partial' | 'foreign' | 'no-answer'; who?: string; seq: number };
  error?: { code: string; message: string };
}

export interface GateState {
  outcome?: GateOutcome;
  bakingSince: number;
  /** When it was first asked to decide since it began to bake; an inconclusive gate times out from here. */
  firstAskedAt?: number;
  lastAskedAt?: number;
  /** When it was last looked at for whatever purpose. */
  lastLookAt?: number;
  seq: number;
}

export interface Goal {
  direction: 'forward' | 'back';
  to: string | null;
  /** The failed gate, or the stage that was aborted, that set this goal; absent when the operator did. */
  because?: string;
  abort?: Said;
  /** Steps that cannot be undone may be done. */
  commit?: boolean;
  /** Milliseconds since the epoch until which the run waits and watches, instead of pausing. */
  holdUntil?: number;
  /** When it was set, in milliseconds since the epoch. */
  sinceMs: number;
  seq: number;
}

/** What was seen before a stage, or why it could not be. */
export interface Baseline {
  edges: readonly EdgeBefore[];
  names: readonly NameBefore[];
  lack?: string;
  /** It was in a journal that is lost: the run was adopted with this stage begun. */
  isLost?: true;
  firstAskedAt: number;
  lastAskedAt: number;
}

/** What somebody said to the run. */
export interface Said {
  by: string;
  why: string;
}

/** A stage that the run goes on without. */
export interface Aside {
  kind: AsideKind;
  why: string;
  seq: number;
}

/** A run as its journal tells it. Everything `advance` knows. */
export interface RunState {
  planDigest: string;
  steps: ReadonlyMap<string, StepState>;
  gates: ReadonlyMap<string, GateState>;
  /** By stage: what went on before its first step. */
  baselines: ReadonlyMap<string, Baseline>;
  /** By stage: what the mesh cost when it was done. */
  measured: ReadonlyMap<string, readonly ProxyCost[]>;
  goal: Goal | null;
  finished: { goal: string; seq: number } | null;
  /** What the last gate that did not pass had to say. */
  lastFailure: string | null;
  /** By stage and plan digest, as `approvalKey` joins them: who lets it begin. */
  approvals: ReadonlyMap<string, string>;
  /** Who paused the run, until somebody resumes it. */
  paused: Said | null;
  /** Who wants the stage under way back; a new goal answers it. */
  aborted: Said | null;
  /** Why nobody may begin anything; null when nothing forbids it. */
  veto: string | null;
  /** Since the present goal. */
  aside: ReadonlyMap<string, Aside>;
  /** Requests that were taken. */
  requests: ReadonlySet<string>;
}

/** An approval is of one stage of one plan, as it was reviewed. */
export const approvalKey = (stage: string, planDigest: string): string => `${stage} ${planDigest}`;
