import type { ErrorCode, MeshError } from '../errors/index.ts';
import type { PlanFinding, RefusalReason } from './plan.ts';

/** What a plan says about a subject, in the words of the error catalogue. */
export function finding(code: ErrorCode, level: PlanFinding['level'], subject: string, error: MeshError): PlanFinding {
  return { code, level, subject, message: error.causeText };
}

/** A finding that forbids to apply the plan; `reason` tells machines which of its code's many it is. */
export const asError = (subject: string, error: MeshError, reason?: RefusalReason): PlanFinding => ({
  ...finding(error.code, 'error', subject, error),
  ...(reason !== undefined && { reason }),
});
