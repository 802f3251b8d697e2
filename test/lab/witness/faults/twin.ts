import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { kubectl, labPaths, shopNamespace } from '../../handle.ts';
import { cgroupPids } from '../../cgroups.ts';
import { applyObjects, isRolledOut } from '../../cluster/kubectl.ts';
import { waitFor } from '../../progress.ts';
import type { Fault } from './fault.ts';

/** What the twin's program is made to suffer (shopd/fault.go). */
interface Suffering {
  /** Share of the requests that are answered 500. */
  errors?: number;
  /** Share of the requests whose answer waits, and for how long. */
  slow?: number;
  delayMs?: number;
}

const file = (): string => join(labPaths().counts, 'FAULT');
/** shopd reads the file every 100 ms. */
const FOLLOWED_MS = 100;

/** The twin suffers from now on; its pods go on without a restart. */
export function sickTwin(name: string, suffering: Suffering): Fault {
  return {
    name,
    isTwins: true,
    async begin() {
      await writeFile(file(), JSON.stringify({ service: 'catalog', instance: 'catalog-', ...suffering }));
      await sleep(FOLLOWED_MS);
    },
    async end() {
      await rm(file(), { force: true });
      await sleep(2 * FOLLOWED_MS);
    },
  };
}

const quota = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'no-more-pods', namespace: shopNamespace },
  spec: { hard: { pods: '0' } },
};

const inShop = (...args: string[]) => kubectl(['-n', shopNamespace, ...args]);

/** The twin's only pod dies at once, without a word, and there is no room for another. */
export const lostPod: Fault = {
  name: 'only pod lost',
  isTwins: true,
  async begin() {
    await applyObjects([quota]);
    const { stdout } = await inShop('get', 'pods', '-l', 'app=catalog', '-o', 'json');
    const { items } = JSON.parse(stdout) as { items: { metadata: { name: string; uid: string } }[] };
    if (items.length !== 1) throw new Error(`the twin has ${items.length} pods, not one`);
    for (const { metadata } of items) {
      await killPod(metadata.uid);
      await inShop('delete', 'pod', metadata.name, '--grace-period=0', '--force');
    }
  },
  async end() {
    await inShop('delete', 'resourcequota', quota.metadata.name, '--ignore-not-found');
    // Its controller waits ever longer after each refusal; a change of the object is looked at without delay.
    await inShop('annotate', 'replicasets', '-l', 'app=catalog', `meshway.lab/again=${Date.now()}`, '--overwrite');
    await waitFor('the twin again', 120_000, () => isRolledOut(shopNamespace, 'catalog'));
  },
};

/** As a power cut would: every process of the pod, its sandbox with them. */
async function killPod(uid: string): Promise<void> {
  const pids = (
    await Promise.all(['burstable', 'besteffort'].map((of) => cgroupPids(join('kubepods', of, `pod${uid}`))))
  ).flat();
  if (pids.length === 0) throw new Error(`pod ${uid} has no process`);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
}
