import type { OperationContext, World } from '../../handler.ts';
import { OWNER_SCRIPT, RESTAMP_SCRIPT } from './scripts/owner.ts';
import { changeHost, runOnHost } from './session.ts';

/** Whose a host is, by the marker on it. */
export interface HostOwner {
  host: string;
  /** Empty when nothing of ours is there. */
  run: string;
  planDigest: string;
  token: number;
}

/** The marker of a host. @throws when it cannot be asked */
export async function hostOwner(host: string, world: World): Promise<HostOwner> {
  const facts = await runOnHost(world, { host, action: 'looking whose it is', script: OWNER_SCRIPT });
  return { host, run: facts.last('owner'), planDigest: facts.last('plan'), token: Number(facts.last('token')) };
}

/** Puts this holder's token on a host of its run, under the host's lock: what a former holder sends is refused from then on. */
export async function restampHost(host: string, context: OperationContext): Promise<void> {
  await changeHost(context, { host, action: 'taking it over', script: RESTAMP_SCRIPT });
}
