import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { cgroupPids, killCgroup, removeCgroups } from '../cgroups.ts';
import type { Daemon } from '../daemon.ts';
import { ensureDaemon, isRunning } from '../daemon.ts';
import type { RunResult } from '../exec.ts';
import { run } from '../exec.ts';
import { isMounted, unmountUnder } from '../mounts.ts';
import type { Parts } from '../parts/all.ts';
import { locateParts } from '../parts/all.ts';
import { places, vmDir, vmRoot } from '../paths.ts';
import { waitFor } from '../progress.ts';
import type { VmName } from '../settings.ts';
import { net } from '../settings.ts';
import type { GrownShop } from '../shop/grown.ts';
import { seedRoot } from './seed.ts';

// nspawn ends with 133 when the machine asks for a reboot, and leaves the starting to whoever keeps it.
const keeper = 'while :; do systemd-nspawn "$@"; [ $? -eq 133 ] || exit; done';

function machine(vm: VmName, flags: readonly string[] = []): Daemon {
  const options = [
    '--register=no',
    '--keep-unit',
    '--boot',
    `--machine=${vm}`,
    `--hostname=${vm}`,
    `--network-bridge=${net.bridge}`,
    `--bind=${places.counts()}:/counts`,
    '--resolv-conf=off',
    '--timezone=off',
    '--link-journal=no',
    ...flags,
    '-D',
    vmRoot(vm),
  ];
  return {
    name: vm,
    command: ['/bin/sh', '-c', keeper, 'keeper', ...options],
    cgroup: vm,
    ready: () => isBooted(vm),
  };
}

/** Makes sure that a virtual machine exists, runs, and has booted. A new one gets the units of the grown shop if asked. */
export async function ensureVm(vm: VmName, parts: Parts, grown?: GrownShop, flags?: readonly string[]): Promise<void> {
  if (!(await isRunning(vm))) {
    await killCgroup(vm);
    await mountRoot(vm, parts, grown);
  }
  await ensureDaemon(machine(vm, flags));
}

async function mountRoot(vm: VmName, parts: Parts, grown?: GrownShop): Promise<void> {
  for (const dir of ['upper', 'work', 'root']) await mkdir(vmDir(vm, dir), { recursive: true });
  if (!(await isMounted(vmRoot(vm)))) {
    const layers = `lowerdir=${parts.baseRoot}/root,upperdir=${vmDir(vm, 'upper')},workdir=${vmDir(vm, 'work')}`;
    await run('mount', ['-t', 'overlay', `lab-${vm}`, '-o', layers, vmRoot(vm)]);
  }
  if (existsSync(vmDir(vm, 'seeded'))) return;
  await seedRoot(vm, parts, grown);
  await mkdir(vmDir(vm, 'seeded'));
}

/** Process id, on the host, of a virtual machine's own first process. */
export async function leaderPid(vm: VmName): Promise<number | undefined> {
  for (const pid of await cgroupPids(vm)) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    if (/^NSpid:\s+\d+\s+1$/m.test(status)) return pid;
  }
  return undefined;
}

/** Runs a script as root inside a virtual machine, past its network and its sshd. */
export async function inVm(
  vm: VmName,
  script: string,
  options: { tolerant?: boolean; timeoutMs?: number } = {},
): Promise<RunResult> {
  const pid = await leaderPid(vm);
  if (pid === undefined) throw new Error(`${vm} does not run`);
  const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
  const namespaces = ['--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup', '--root', '--wd=/'];
  return run('nsenter', [`--target=${pid}`, ...namespaces, '/bin/bash', '-s'], { input: script, env, ...options });
}

async function isBooted(vm: VmName): Promise<boolean> {
  if ((await leaderPid(vm)) === undefined) return false;
  const { stdout } = await inVm(vm, 'systemctl is-system-running; true', { tolerant: true, timeoutMs: 10_000 });
  return /^(running|degraded)/.test(stdout);
}

/** Ends a virtual machine as a power cut would. */
export async function killVm(vm: VmName): Promise<void> {
  await killCgroup(vm);
}

/** Starts a virtual machine that was ended. What is on its disk is still there. */
export async function startVm(vm: VmName): Promise<void> {
  await ensureVm(vm, await locateParts());
}

/** Reboots a virtual machine by its own means, and waits until it is back. */
export async function rebootVm(vm: VmName): Promise<void> {
  const before = await leaderPid(vm);
  await inVm(vm, 'systemctl reboot', { tolerant: true });
  await waitFor(`${vm} back after its reboot`, 60_000, async () => (await leaderPid(vm)) !== before && isBooted(vm));
}

/** Gives a virtual machine its untouched disk again. Its keys and its address stay. Flags are nspawn's. */
export async function recreateVm(
  vm: VmName,
  parts: Parts,
  grown?: GrownShop,
  flags: readonly string[] = [],
): Promise<void> {
  await removeVm(vm);
  await ensureVm(vm, parts, grown, flags);
}

/** Ends a virtual machine, if it runs, and takes its disk away. */
export async function removeVm(vm: VmName): Promise<void> {
  await killCgroup(vm);
  // Else the new machine finds the groups of units that the old one had.
  await removeCgroups(vm);
  await unmountUnder(vmRoot(vm));
  for (const dir of ['upper', 'work', 'seeded']) await rm(vmDir(vm, dir), { recursive: true, force: true });
}
