import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { readIfThere, writeWhole } from './files.ts';
import { state } from './paths.ts';

/** What the lab, or a program it starts, sets. */
const touched = [
  'net/ipv4/ip_forward',
  'net/ipv4/conf/all/forwarding',
  'net/ipv4/conf/all/route_localnet',
  'net/ipv4/conf/default/forwarding',
  'net/bridge/bridge-nf-call-iptables',
  'net/bridge/bridge-nf-call-ip6tables',
  'net/ipv6/conf/all/forwarding',
  'vm/overcommit_memory',
  'vm/panic_on_oom',
  'kernel/panic',
  'kernel/panic_on_oops',
  'kernel/keys/root_maxkeys',
  'kernel/keys/root_maxbytes',
  'net/netfilter/nf_conntrack_max',
  'net/netfilter/nf_conntrack_tcp_timeout_established',
  'net/netfilter/nf_conntrack_tcp_timeout_close_wait',
  'net/netfilter/nf_conntrack_tcp_timeout_close',
];

const recordFile = (): string => state('sysctls.json');

/** Writes down the kernel's settings as they are, once, before the lab changes any. */
export async function recordSysctls(): Promise<void> {
  if (existsSync(recordFile())) return;
  const entries = await Promise.all(
    touched.map(async (name) => [name, (await readIfThere(`/proc/sys/${name}`))?.trim()] as const),
  );
  await writeWhole(
    recordFile(),
    JSON.stringify(Object.fromEntries(entries.filter(([, value]) => value !== undefined))),
  );
}

/** Sets what pods and virtual machines need. */
export async function setSysctls(): Promise<void> {
  await writeFile('/proc/sys/net/ipv4/ip_forward', '1');
  await writeFile('/proc/sys/net/bridge/bridge-nf-call-iptables', '1');
}

/** Settings that differ from how they were found. */
export async function changedSysctls(): Promise<Record<string, string>> {
  const text = await readIfThere(recordFile());
  const changed: Record<string, string> = {};
  for (const [name, value] of Object.entries(JSON.parse(text ?? '{}') as Record<string, string>)) {
    const now = (await readFile(`/proc/sys/${name}`, 'utf8').catch(() => value)).trim();
    if (now !== value) changed[name] = value;
  }
  return changed;
}

/** Puts the kernel's settings back. */
export async function restoreSysctls(): Promise<void> {
  for (const [name, value] of Object.entries(await changedSysctls())) await writeFile(`/proc/sys/${name}`, value);
}
