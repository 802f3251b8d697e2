import { z } from 'zod';
import type { EntryBody } from './entry.ts';
import type { RunState } from './run-state.ts';

/** What somebody says to a run from outside of it. It waits in the state directory until a run of the plan takes it. */
export const requestSchema = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('approve'),
    id: z.string(),
    /** Who says it, as they call themselves: nothing proves it but the rights on the state directory. */
    by: z.string().min(1).max(200),
    stage: z.string(),
    planDigest: z.string(),
  }),
  z.strictObject({
    action: z.enum(['pause', 'resume', 'abort']),
    id: z.string(),
    by: z.string().min(1).max(200),
    why: z.string().min(1).max(500),
  }),
]);

export type Request = z.infer<typeof requestSchema>;

/** Where requests wait: each is removed only when its entry is durable, so none is lost and none counts twice. */
export interface RequestBox {
  /** All that wait, oldest first. What cannot be read is left out, and stays where it is. */
  waiting(): Promise<Request[]>;
  put(request: Request): Promise<void>;
  remove(id: string): Promise<void>;
}

/** The entry that records a request; nothing for one that was taken before its file could be removed. */
export function entryOf(request: Request, { requests }: Pick<RunState, 'requests'>): EntryBody | undefined {
  if (requests.has(request.id)) return undefined;
  const { by, id } = request;
  if (request.action === 'approve') {
    const { stage, planDigest } = request;
    return { type: 'approval', stage, planDigest, by, request: id };
  }
  const { action, why } = request;
  return { type: 'note', note: { about: 'control', action, by, why, request: id } };
}
