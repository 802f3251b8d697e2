import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { cgroupDirs, cgroupPids } from './cgroups.ts';
import { output } from './exec.ts';
import { emptyNftTables, ownRules } from './firewall.ts';
import { strayFiles } from './found.ts';
import { mountsUnder } from './mounts.ts';
import { labLinks } from './network.ts';
import { stateDir } from './paths.ts';
import { net } from './settings.ts';
import { changedSysctls } from './sysctls.ts';

/** Everything on this machine that is the lab's, a line each, but for its state directory. */
export async function leftovers(): Promise<string[]> {
  const found = await Promise.all([
    label('process', processes()),
    label('mount', mountsUnder(stateDir())),
    label('interface', labLinks()),
    label('route', routes()),
    label('network namespace', networkNamespaces()),
    label('firewall rule', ownRules()),
    label(
      'empty firewall table',
      emptyNftTables().then((tables) => tables.map((table) => table.join(' '))),
    ),
    label('cgroup', cgroupDirs()),
    label('sysctl', changedSysctls().then(Object.keys)),
    label('file', strayFiles()),
  ]);
  return found.flat();
}

async function label(kind: string, names: Promise<string[]>): Promise<string[]> {
  return (await names).map((name) => `${kind} ${name}`);
}

/** Processes in the lab's groups, and any other that was started with a path of the lab's state. */
async function processes(): Promise<string[]> {
  const members = new Set(await cgroupPids());
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const lines = await Promise.all(pids.map(async (pid) => ({ pid, line: await commandLine(pid) })));
  const ours = lines.filter(({ pid, line }) => pid !== process.pid && (members.has(pid) || daemonOf(line)));
  return ours.map(({ pid, line }) => `${pid} ${line.slice(0, 100)}`);
}

const programs = /(^|\/)(etcd|kube-\S+|kubelet|containerd\S*|coredns|prometheus|systemd-nspawn)$/;

function daemonOf(line: string): boolean {
  return programs.test(line.split(' ')[0] ?? '') && line.includes(`${stateDir()}/`);
}

async function commandLine(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return text.replaceAll('\0', ' ').trim();
}

async function routes(): Promise<string[]> {
  const lines = (await output('ip', ['route', 'show', 'table', 'all'])).split('\n');
  const prefixes = [net.vmCidr, net.podCidr, net.serviceCidr].map((cidr) => cidr.split('.').slice(0, 2).join('.'));
  return lines.filter((line) =>
    prefixes.some((prefix) => line.includes(` ${prefix}.`) || line.startsWith(`${prefix}.`)),
  );
}

async function networkNamespaces(): Promise<string[]> {
  if (!existsSync('/run/netns')) return [];
  return (await readdir('/run/netns')).filter((name) => name.startsWith('cni-'));
}
