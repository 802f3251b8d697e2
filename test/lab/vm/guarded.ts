import { ensureParts } from '../parts/all.ts';
import { guardedRoot } from '../parts/guarded-root.ts';
import { ensurePart } from '../parts/part.ts';
import { waitFor } from '../progress.ts';
import type { VmName } from '../settings.ts';
import { inVm, recreateVm } from './machine.ts';

/** Else runc can make no session keyring for a container. */
const CONTAINERS = ['--system-call-filter=@keyring'];

/**
 * Gives a virtual machine an untouched disk on which firewalld and Docker are installed; neither is started. A reboot
 * keeps what containers need of its keeper, and `resetShop` makes the machine as it always is.
 */
export async function recreateGuardedVm(vm: VmName): Promise<void> {
  const parts = await ensureParts();
  await recreateVm(vm, { ...parts, baseRoot: await ensurePart(guardedRoot) }, undefined, CONTAINERS);
}

/** Starts firewalld as it is installed, with ports that it was told to open before. */
export async function startFirewalld(vm: VmName, ports: readonly number[]): Promise<void> {
  await inVm(vm, `firewall-offline-cmd ${ports.map((port) => `--add-port=${port}/tcp`).join(' ')}`);
  await inVm(vm, 'systemctl enable --now --quiet firewalld');
  await firewalldRuns(vm);
}

/** systemd takes it for started before its rules are loaded; it answers only after that. */
export async function firewalldRuns(vm: VmName): Promise<void> {
  const ask = () => inVm(vm, 'firewall-cmd --state', { tolerant: true, timeoutMs: 10_000 });
  await waitFor(`firewalld on ${vm}`, 30_000, async () => (await ask()).ok);
}

/** The rules of firewalld, without counters and handles. */
export async function firewalldRules(vm: VmName): Promise<string> {
  return (await inVm(vm, 'nft --stateless list table inet firewalld')).stdout;
}

/** Starts Docker with a container of the shop's program behind a published port. Nothing is pulled from anywhere. */
export async function startDocker(vm: VmName, port: number): Promise<void> {
  await inVm(vm, 'systemctl start docker', { timeoutMs: 60_000 });
  const image = `tar -C /usr/local/bin -c shopd | docker import --change 'ENTRYPOINT ["/shopd"]' - lab/shopd`;
  const options = `--name published --restart always --publish ${port}:8080`;
  await inVm(vm, `${image} && docker run --detach ${options} lab/shopd -name published -listen :8080 -counts /`);
}

/** The rules of all tables of iptables but ours, without counters: in the order in which they are asked. */
export async function othersRules(vm: VmName): Promise<string> {
  const rules = await inVm(vm, `iptables-save | grep -v -e '^#' -e MESHWAY_ | sed 's/ *\\[[0-9:]*\\]//'`);
  return rules.stdout;
}
