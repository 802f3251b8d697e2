import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, writeWhole } from './files.ts';
import { state } from './paths.ts';
import { cniNetwork } from './cluster/containerd.ts';

/** Places outside the state directory that programs of the lab write to and cannot be talked out of. */
const outside = [
  '/run/containerd',
  '/var/lib/cni',
  '/var/lib/kubelet',
  '/var/log/containers',
  '/var/log/pods',
  '/run/systemd/nspawn',
  '/opt/containerd',
  '/usr/libexec/kubernetes',
  '/run/flannel',
  '/var/lib/dockershim',
  '/run/xtables.lock',
  '/run/ebtables.lock',
];
const recordFile = (): string => state('found.json');

/** Writes down, once, which of these places were there before the lab. */
export async function recordFound(): Promise<void> {
  if (existsSync(recordFile())) return;
  await writeWhole(recordFile(), JSON.stringify(outside.filter((path) => existsSync(path))));
}

/** What the lab left in these places: all of a place that was not there, and its own files in the others. */
export async function strayFiles(): Promise<string[]> {
  const text = await readIfThere(recordFile());
  if (text === undefined) return [];
  const found = JSON.parse(text) as string[];
  return [...outside.filter((path) => existsSync(path) && !found.includes(path)), ...(await cniFiles())];
}

async function cniFiles(): Promise<string[]> {
  const results = '/var/lib/cni/results';
  const names = existsSync(results) ? await readdir(results) : [];
  return names.filter((name) => name.startsWith(`${cniNetwork}-`)).map((name) => join(results, name));
}

/** Removes those files. */
export async function removeStrayFiles(): Promise<void> {
  for (const path of await strayFiles()) await rm(path, { recursive: true, force: true });
}
