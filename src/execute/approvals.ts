import { z } from 'zod';
import { meshError } from '../errors/index.ts';
import type { Request } from '../journal/request.ts';

const approvalFileSchema = z.strictObject({
  planDigest: z.string(),
  by: z.string().min(1).max(200),
  stages: z.array(z.string()).min(1),
});

/** An approval that was given elsewhere, and is good for one stage of one plan. */
export type Approved = Pick<Request & { action: 'approve' }, 'stage' | 'planDigest' | 'by'>;

/** Reads `STAGE=DIGEST`, as `--approve` takes it. @throws MW1442 */
export function approvalOfFlag(text: string, by: string): Approved {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1)
    throw meshError('MW1442', { source: `--approve ${text}`, reason: 'it is not STAGE=DIGEST' });
  return { stage: text.slice(0, at), planDigest: text.slice(at + 1), by };
}

/** Reads an approval file, YAML or JSON as a document. @throws MW1442 */
export function approvalsOfFile(document: unknown, file: string): Approved[] {
  const read = approvalFileSchema.safeParse(document);
  if (!read.success) throw meshError('MW1442', { source: file, reason: z.prettifyError(read.error) });
  const { planDigest, by, stages } = read.data;
  return stages.map((stage) => ({ stage, planDigest, by }));
}

/** @throws MW1441 for an approval of another plan */
export function matchApproval({ stage, planDigest }: Approved, plan: { digest: string }): void {
  if (planDigest !== plan.digest) throw meshError('MW1441', { stage, given: planDigest, digest: plan.digest });
}
