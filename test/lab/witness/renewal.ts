import type { HostRenewal } from '../../../src/execute/renew/renew-run.ts';
import { PROXY_UNIT } from '../../../src/plans/host-paths.ts';
import { kubectl, type VmName, vmShell } from '../handle.ts';
import { pause } from '../host-clients.ts';
import type { Operator } from './mesh.ts';
import { peersSeen } from './traffic.ts';

const CALLER = 'spiffe://cluster.local/ns/shop/sa/catalog-vm';
const CONTROL = '/var/lib/meshway/proxy/control';

/** What a root shell in a machine prints, whatever its status. */
export const shell = async (vm: VmName, script: string): Promise<string> =>
  (await vmShell(vm, script, { tolerant: true })).stdout.trim();

/** The process id of a machine's proxy unit. */
export const mainPid = (vm: VmName): Promise<string> => shell(vm, `systemctl show -p MainPID --value ${PROXY_UNIT}`);

/** Whether a machine's proxy says that it is ready. */
export const isReady = async (vm: VmName): Promise<boolean> =>
  (await shell(vm, `${CONTROL} ready >/dev/null 2>&1 && echo yes`)) === 'yes';

/** The last lines that a machine's proxy printed. */
export const proxyLog = (vm: VmName): Promise<string> =>
  shell(vm, `journalctl -u ${PROXY_UNIT} -o cat --no-pager | tail -n 400`);

/** The entries of the shop that istiod has made. */
export async function registered(): Promise<string[]> {
  const { stdout } = await kubectl(['-n', 'shop', 'get', 'workloadentry', '-o', 'jsonpath={.items[*].metadata.name}']);
  return stdout.split(' ');
}

/** Requests that pricing answered over mTLS for the catalog on vm-a, within so many seconds. */
export async function meshedRequests(seconds: number): Promise<number> {
  const count = async (): Promise<number> => (await peersSeen())['pricing']?.[CALLER] ?? 0;
  const before = await count();
  await pause(seconds * 1000);
  return (await count()) - before;
}

/** The credentials of the joined hosts, as `migrate status` tells them. */
export async function credentialsNow(
  operator: Operator,
): Promise<{ exitCode: number | null; hosts: Record<string, HostRenewal> }> {
  const { exitCode, stdout } = await operator.mesh('migrate', 'status', operator.plan, '--credentials', '--json');
  const [status] = JSON.parse(stdout) as { credentials: HostRenewal[] }[];
  return { exitCode, hosts: Object.fromEntries((status?.credentials ?? []).map((one) => [one.host, one])) };
}

/** Runs `hosts renew` and reads its answer. */
export async function renewJson(
  operator: Operator,
  ...args: string[]
): Promise<{ exitCode: number | null; hosts: HostRenewal[] }> {
  const { exitCode, stdout } = await operator.mesh('hosts', 'renew', operator.plan, '--json', ...args);
  return { exitCode, ...(JSON.parse(stdout) as { hosts: HostRenewal[] }) };
}
