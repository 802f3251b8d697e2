import { chmod, chown, mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { killCgroup, removeCgroups } from '../cgroups.ts';
import { type Daemon, ensureDaemon } from '../daemon.ts';
import { output, run, succeeds } from '../exec.ts';
import { readIfThere, writeWhole } from '../files.ts';
import { locateParts } from '../parts/all.ts';
import { ensureEmulator, ownKernel, packCpio } from '../parts/own-kernel.ts';
import { ensurePart } from '../parts/part.ts';
import { places, state } from '../paths.ts';
import { net } from '../settings.ts';
import { netUnit } from './seed.ts';

/** A machine with a kernel and a clock of its own, under emulation: the others share this machine's. */
export const ownClockVm = { name: 'vm-d', address: '10.200.0.14', link: 'mwclock0', behindMs: 600_000 } as const;

const { name, address, link, behindMs } = ownClockVm;
const dir = (...parts: string[]): string => state('vms', name, ...parts);

/** Starts it with its clock behind, and waits until its sshd answers. Says where the known hosts are that hold its key. */
export async function startOwnClockVm(): Promise<string> {
  await removeOwnClockVm();
  await ensureEmulator();
  const part = await ensurePart(ownKernel((await locateParts()).baseRoot));
  await mkdir(dir(), { recursive: true });
  const key = await seed();
  await run('/bin/sh', ['-c', 'cat "$1" "$2" > "$3"', 'join', join(part, 'root.cpio'), dir('own.cpio'), dir('initrd')]);
  await run('ip', ['tuntap', 'add', link, 'mode', 'tap']);
  await run('ip', ['link', 'set', link, 'master', net.bridge, 'up']);
  await ensureDaemon(machine(part));
  const known = `${(await readIfThere(places.knownHosts())) ?? ''}${address} ${key}\n`;
  await writeWhole(dir('known_hosts'), known, 0o600);
  return dir('known_hosts');
}

/** Ends it, if it runs, and takes its link away. */
export async function removeOwnClockVm(): Promise<void> {
  await killCgroup(name);
  await removeCgroups(name);
  await run('ip', ['link', 'del', link], { tolerant: true });
  await rm(dir(), { recursive: true, force: true });
}

function machine(part: string): Daemon {
  const clock = new Date(Date.now() - behindMs).toISOString().slice(0, 19);
  const options = [
    ...['-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2', '-m', '1536'],
    ...['-nographic', '-nodefaults', '-no-reboot', '-serial', 'stdio', '-rtc', `base=${clock}`],
    ...['-kernel', join(part, 'vmlinuz'), '-initrd', dir('initrd')],
    ...['-append', 'console=ttyS0 quiet net.ifnames=0 mitigations=off random.trust_cpu=on'],
    ...['-netdev', `tap,id=net,ifname=${link},script=no,downscript=no`],
    ...['-device', 'virtio-net-pci,netdev=net,mac=52:54:00:00:00:14,romfile=', '-device', 'virtio-rng-pci'],
  ];
  return {
    name,
    command: ['qemu-system-x86_64', ...options],
    cgroup: name,
    ready: () =>
      succeeds('/bin/bash', ['-c', `exec 3<>/dev/tcp/${address}/22 && read -t 2 -u 3 line && [[ $line == SSH-* ]]`]),
    readyTimeoutMs: 240_000,
  };
}

/** What makes the base root this machine, as an archive that the kernel unpacks over it. Its public host key is the answer. */
async function seed(): Promise<string> {
  const root = dir('own');
  for (const [path, text] of Object.entries(await files())) await writeWhole(join(root, path), text);
  const hostKey = join(root, 'etc/ssh/ssh_host_ed25519_key');
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', `root@${name}`, '-f', hostKey]);
  await chmod(join(root, 'etc/sudoers.d/ops'), 0o440);
  await ownHome(join(root, 'home/ops'));
  const wants = join(root, 'etc/systemd/system/multi-user.target.wants');
  await mkdir(wants, { recursive: true });
  await symlink('/etc/systemd/system/lab-net.service', join(wants, 'lab-net.service'));
  // Nobody sits at its console: systemd would wait for it.
  await symlink('/dev/null', join(root, 'etc/systemd/system/serial-getty@ttyS0.service'));
  await packCpio(root, dir('own.cpio'));
  const [type, key] = (await readFile(`${hostKey}.pub`, 'utf8')).split(' ');
  return `${type} ${key}`;
}

/** The login of the base root has the first id that Debian gives. */
async function ownHome(home: string): Promise<void> {
  const owner = (await output('stat', ['-c', '%u %g', join((await locateParts()).baseRoot, 'root/home/ops')])).split(
    ' ',
  );
  for (const path of ['', '.ssh', '.ssh/authorized_keys'])
    await chown(join(home, path), Number(owner[0]), Number(owner[1]));
  await chmod(join(home, '.ssh'), 0o700);
}

async function files(): Promise<Record<string, string>> {
  return {
    'etc/hostname': `${name}\n`,
    'etc/hosts': `127.0.0.1 localhost\n127.0.1.1 ${name}\n`,
    'etc/resolv.conf': `nameserver ${net.host}\n`,
    'etc/sudoers.d/ops': 'ops ALL=(ALL) NOPASSWD: ALL\n',
    'etc/ssh/sshd_config.d/lab.conf': 'PasswordAuthentication no\nUseDNS no\nHostKey /etc/ssh/ssh_host_ed25519_key\n',
    'home/ops/.ssh/authorized_keys': await readFile(`${places.sshKey()}.pub`, 'utf8'),
    'etc/systemd/system/lab-net.service': netUnit(address, 'eth0'),
  };
}
