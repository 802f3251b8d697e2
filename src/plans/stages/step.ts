import type { Rendered } from '../../providers/provider.ts';
import type { StepDraft } from '../plan.ts';

/** What the planner adds to a provider's operations. */
export type StepFacts = Pick<StepDraft, 'action' | 'reason'> &
  Partial<Pick<StepDraft, 'notes' | 'interruption' | 'interruptionDetail' | 'gate' | 'timeoutMs'>>;

const DEFAULT_TIMEOUT_MS = 180_000;

/** A step draft from rendered operations. */
export function step(rendered: Rendered, facts: StepFacts): StepDraft {
  const { require, requireRevert, apply, verify, revert, verifyRevert } = rendered;
  return {
    require,
    requireRevert,
    apply,
    verify,
    revert,
    verifyRevert,
    interruption: 'none',
    timeoutMs: DEFAULT_TIMEOUT_MS,
    ...facts,
  };
}
