import type { OperationContext, World } from '../../handler.ts';
import { CLAIM_SCRIPT, OWNER_SCRIPT, RESTAMP_SCRIPT, UNCLAIM_SCRIPT } from './scripts/owner.ts';
import { changeHost, runOnHost } from './session.ts';

/** Whose a host is, by the marker on it. */
export interface HostOwner {
  host: string;
  /** Empty when nothing of ours is there. */
  run: string;
  planDigest: string;
  token: number;
  /** Whether something of meshway is at work there at this moment. */
  isBusy: boolean;
}

/** The marker of a host. @throws when it cannot be asked */
export async function hostOwner(host: string, world: World): Promise<HostOwner> {
  const facts = await runOnHost(world, { host, action: 'looking whose it is', script: OWNER_SCRIPT });
  return {
    host,
    run: facts.last('owner'),
    planDigest: facts.last('plan'),
    token: Number(facts.last('token')),
    isBusy: facts.has('busy'),
  };
}

/**
 * Puts this holder's token on a host of its run, under the host's lock: what a former holder sends is refused from then
 * on. A host without a marker is left alone.
 */
export async function restampHost(host: string, context: OperationContext): Promise<void> {
  await changeHost(context, { host, action: 'taking it over', script: RESTAMP_SCRIPT });
}

/** The same, but a host without a marker gets one: a former holder may be about to make the first change there. */
export async function claimHost(host: string, context: OperationContext): Promise<void> {
  await changeHost(context, { host, action: 'taking it over', script: CLAIM_SCRIPT });
}

/** Takes a marker away again, where nothing else of ours is left. */
export async function unclaimHost(host: string, context: OperationContext): Promise<void> {
  await changeHost(context, { host, action: 'giving it back', script: UNCLAIM_SCRIPT });
}
