import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { killCgroup, removeCgroups } from '../cgroups.ts';
import { type Daemon, daemonPid, ensureDaemon } from '../daemon.ts';
import { run } from '../exec.ts';
import type { Parts } from '../parts/all.ts';
import { places } from '../paths.ts';
import { net } from '../settings.ts';

const name = 'appliance';

/** It starts the program in a network of its own, once that has a way to the bridge. */
const waiter = `until ip route get ${net.host} > /dev/null 2>&1; do sleep 0.05; done; exec "$@"`;

/**
 * A caller that can never join: a box with an address on the bridge and nothing that lets anybody in. Its network
 * namespace has no name: it is gone with its last process.
 */
function appliance(parts: Parts): Daemon {
  const load = ['-load-url', 'http://pricing.shop.internal:8081/price', '-load-expect', 'pricing'];
  const rates = ['-load-new-rps', '2', '-load-keep-conns', '2', '-load-keep-rps', '2'];
  const self = ['-name', name, '-listen', 'none', '-resolver', `${net.host}:53`, '-counts', places.counts()];
  const program = [join(parts.shopd, 'shopd'), ...self, ...load, ...rates];
  return {
    name,
    command: ['unshare', '--net', '/bin/sh', '-c', waiter, 'waiter', ...program],
    cgroup: name,
    ready: hasOwnNetwork,
  };
}

async function hasOwnNetwork(): Promise<boolean> {
  const pid = await daemonPid(name);
  const network = (of: number | 'self'): Promise<string> => readlink(`/proc/${of}/ns/net`);
  return pid !== undefined && (await network(pid)) !== (await network('self'));
}

/** Starts the appliance and connects it to the bridge. */
export async function startAppliance(parts: Parts): Promise<void> {
  await removeAppliance();
  await ensureDaemon(appliance(parts));
  const pid = await daemonPid(name);
  const inside = (...args: string[]) => run('nsenter', [`--target=${pid}`, '--net', 'ip', ...args]);
  await run('ip', ['link', 'add', net.applianceLink, 'type', 'veth', 'peer', 'name', 'host0', 'netns', String(pid)]);
  await run('ip', ['link', 'set', net.applianceLink, 'master', net.bridge, 'up']);
  await inside('link', 'set', 'lo', 'up');
  await inside('link', 'set', 'host0', 'up');
  await inside('addr', 'add', `${net.applianceAddress}/24`, 'dev', 'host0');
}

/** Ends the appliance, if there is one, and takes its link away. */
export async function removeAppliance(): Promise<void> {
  await killCgroup(name);
  await removeCgroups(name);
  await run('ip', ['link', 'del', net.applianceLink], { tolerant: true });
}
