import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../exec.ts';
import { writeWhole } from '../files.ts';
import type { Parts } from '../parts/all.ts';
import { places, state, vmDir, vmRoot } from '../paths.ts';
import type { VmName } from '../settings.ts';
import { grownVmNames, net, vms } from '../settings.ts';
import type { GrownShop } from '../shop/grown.ts';
import { shopUnits } from '../shop/units.ts';

/** Makes the operator's key, every machine's host key, and the file of known hosts. */
export async function ensureSshKeys(): Promise<void> {
  await mkdir(state('ssh'), { recursive: true, mode: 0o700 });
  await ensureKey(places.sshKey(), 'ops@lab');
  const lines = await Promise.all(grownVmNames.map(knownHostLine));
  await writeWhole(places.knownHosts(), lines.join(''), 0o600);
}

async function ensureKey(path: string, comment: string): Promise<void> {
  if (!existsSync(`${path}.pub`)) await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', path]);
}

async function knownHostLine(vm: VmName): Promise<string> {
  await mkdir(vmDir(vm, 'ssh'), { recursive: true, mode: 0o700 });
  await ensureKey(vmDir(vm, 'ssh', 'ssh_host_ed25519_key'), `root@${vm}`);
  const { address, sshPort } = vms[vm];
  const [type, key] = (await readFile(vmDir(vm, 'ssh', 'ssh_host_ed25519_key.pub'), 'utf8')).split(' ');
  return `${sshPort === 22 ? address : `[${address}]:${sshPort}`} ${type} ${key}\n`;
}

/** Debian's own timers go by the time of day, and leave files: a test that compares a machine with itself would see them. */
const CALENDAR = [
  'apt-daily',
  'apt-daily-upgrade',
  'dpkg-db-backup',
  'e2scrub_all',
  'fstrim',
  'systemd-tmpfiles-clean',
].map((name) => `${name}.timer`);

/** Writes what makes a fresh root this machine: name, address, keys, units. */
export async function seedRoot(vm: VmName, parts: Parts, grown?: GrownShop): Promise<void> {
  for (const [path, text] of Object.entries(await seedFiles(vm))) await writeWhole(vmRoot(vm, path), text);
  await chmod(vmRoot(vm, 'etc/sudoers.d/ops'), 0o440);
  await installHostKey(vm);
  await copyFile(join(parts.shopd, 'shopd'), vmRoot(vm, 'usr/local/bin/shopd'));
  await chmod(vmRoot(vm, 'usr/local/bin/shopd'), 0o755);
  const ssh = vmRoot(vm, 'home/ops/.ssh');
  await run('chroot', [vmRoot(vm), 'chown', '-R', 'ops:ops', '/home/ops/.ssh']);
  await chmod(ssh, 0o700);
  await enable(vm, 'lab-net.service', 'multi-user.target');
  for (const timer of CALENDAR) await symlink('/dev/null', vmRoot(vm, 'etc/systemd/system', timer));
  for (const { name, text, wantedBy } of shopUnits(vm, grown)) {
    await writeWhole(vmRoot(vm, 'etc/systemd/system', name), text);
    if (wantedBy !== undefined) await enable(vm, name, wantedBy);
  }
}

async function installHostKey(vm: VmName): Promise<void> {
  const key = 'ssh_host_ed25519_key';
  await copyFile(vmDir(vm, 'ssh', key), vmRoot(vm, 'etc/ssh', key));
  await chmod(vmRoot(vm, 'etc/ssh', key), 0o600);
  await copyFile(vmDir(vm, 'ssh', `${key}.pub`), vmRoot(vm, 'etc/ssh', `${key}.pub`));
}

async function enable(vm: VmName, unit: string, target: string): Promise<void> {
  const wants = vmRoot(vm, `etc/systemd/system/${target}.wants`);
  await mkdir(wants, { recursive: true });
  await symlink(`/etc/systemd/system/${unit}`, join(wants, unit));
}

async function seedFiles(vm: VmName): Promise<Record<string, string>> {
  const { address, sshPort } = vms[vm];
  return {
    'etc/hostname': `${vm}\n`,
    'etc/hosts': `127.0.0.1 localhost\n127.0.1.1 ${vm}\n::1 localhost ip6-localhost\n`,
    'etc/resolv.conf': `nameserver ${net.host}\n`,
    'etc/sudoers.d/ops': 'ops ALL=(ALL) NOPASSWD: ALL\n',
    'etc/ssh/sshd_config.d/lab.conf': `Port ${sshPort}\nPasswordAuthentication no\nUseDNS no\nHostKey /etc/ssh/ssh_host_ed25519_key\nMaxStartups 100\n`,
    'home/ops/.ssh/authorized_keys': await readFile(`${places.sshKey()}.pub`, 'utf8'),
    'etc/systemd/system/lab-net.service': netUnit(address),
  };
}

/** The machine configures its own interface, so that it also comes back after a reboot. */
export function netUnit(address: string, link = 'host0'): string {
  const script = `ip link set lo up; ip addr replace ${address}/24 dev ${link}; ip link set ${link} up; ip route replace default via ${net.host}`;
  return `[Unit]
Description=Network of the lab
Before=network.target network-online.target ssh.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c '${script}'

[Install]
WantedBy=multi-user.target
`;
}
