import { run, succeeds } from './exec.ts';
import { confineTraffic, isConfined } from './firewall.ts';
import { net } from './settings.ts';
import { recordSysctls, setSysctls } from './sysctls.ts';

/** Makes the bridges of virtual machines and pods, and confines their traffic. */
export async function ensureNetwork(): Promise<void> {
  await recordSysctls();
  await setSysctls();
  if (!(await isConfined())) await confineTraffic();
  await ensureBridge(net.bridge);
  await run('ip', ['addr', 'replace', net.hostCidr, 'dev', net.bridge]);
  // Service addresses are rewritten before they are routed, if the Service exists; else they must not leave by the default route.
  await run('ip', ['route', 'replace', net.serviceCidr, 'dev', net.bridge]);
}

/** Whether the network stands. */
export async function isNetworkUp(): Promise<boolean> {
  return (await linkExists(net.bridge)) && (await isConfined());
}

async function ensureBridge(name: string): Promise<void> {
  if (!(await linkExists(name))) await run('ip', ['link', 'add', name, 'type', 'bridge']);
  await run('ip', ['link', 'set', name, 'up']);
}

function linkExists(name: string): Promise<boolean> {
  return succeeds('ip', ['link', 'show', name]);
}

/** Interfaces of the lab that stand: bridges, and what is plugged into them. */
export async function labLinks(): Promise<string[]> {
  const { stdout } = await run('ip', ['-j', 'link', 'show']);
  const links = JSON.parse(stdout) as { ifname: string; master?: string }[];
  const bridges: readonly string[] = [net.bridge, net.podBridge];
  const own = [...bridges, net.applianceLink];
  return links
    .filter(({ ifname, master }) => own.includes(ifname) || bridges.includes(master ?? ''))
    .map(({ ifname }) => ifname);
}

/** Removes all interfaces of the lab. */
export async function removeLinks(): Promise<void> {
  for (const link of await labLinks()) await run('ip', ['link', 'del', link], { tolerant: true });
}
