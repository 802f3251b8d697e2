import { rm } from 'node:fs/promises';
import { killCgroup, removeCgroups } from './cgroups.ts';
import { removeOwnRules } from './firewall.ts';
import { removeStrayFiles } from './found.ts';
import { leftovers } from './leftovers.ts';
import { unmountUnder } from './mounts.ts';
import { removeLinks } from './network.ts';
import { stateDir } from './paths.ts';
import { timed, waitFor } from './progress.ts';
import { restoreSysctls } from './sysctls.ts';

/**
 * Ends everything the lab started, however it was left, and forgets the run. The cache stays.
 * What belongs to the lab is known by its cgroup, its interfaces, its chains and its directory,
 * so nothing depends on an orderly start.
 */
export async function down(): Promise<void> {
  await timed('processes ended', () => killCgroup());
  await timed('mounts removed', () => unmountUnder(stateDir()));
  await timed('interfaces removed', removeLinks);
  await timed('firewall rules removed', removeOwnRules);
  await restoreSysctls();
  await waitFor('cgroups removed', 10_000, async () => {
    await removeCgroups();
    return !(await leftovers()).some((line) => line.startsWith('cgroup '));
  }).catch(() => undefined);
  await removeStrayFiles();
  await refuseLeftovers();
  await rm(stateDir(), { recursive: true, force: true });
}

async function refuseLeftovers(): Promise<void> {
  const left = await leftovers();
  if (left.length > 0) throw new Error(`left behind:\n  ${left.join('\n  ')}`);
}
