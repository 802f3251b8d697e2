import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OperationContext } from '../../src/execute/handler.ts';
import { targetOn } from '../../src/execute/operations/host/session.ts';
import { ARM_SCRIPT } from '../../src/execute/operations/host/scripts/arm.ts';
import { PROXY_UNIT } from '../../src/plans/host-paths.ts';
import { killVm, labPaths, resetShop, startVm, vms, vmShell } from './handle.ts';
import { pause } from './host-clients.ts';
import { captureOperation, CAPTURED, codeOf } from './host-errors.ts';
import { openHostLab, type HostLab } from './host-fixture.ts';

const VM = 'vm-b';
const DEADMAN_SECONDS = 15;
/** The timer is exact to 100 ms; taking the rules away and a new login take their time. */
const SLACK_MS = 10_000;
const { sshPort } = vms[VM];
const FOREIGN = 'PREROUTING -p tcp -m tcp --dport 9999 -m comment --comment somebody -j REDIRECT --to-ports 9998';

let lab: HostLab;
const capture = (): Parameters<HostLab['apply']>[0] => captureOperation(lab, DEADMAN_SECONDS);
/** The nat rules, seen past the network; those of others alone. */
const nat = async (): Promise<string> => (await vmShell(VM, `iptables-nft-save -t nat | grep -v '^#'; exit 0`)).stdout;
const others = async (): Promise<string> => (await nat()).replaceAll(/^.*MESHWAY.*\n/gm, '');

/** The same world, in which rules are changed before they are loaded, and something happens right after. */
function withArm(change: (rules: string) => string, after: () => Promise<unknown>): OperationContext {
  const { ssh } = lab.world;
  const script: typeof ssh.script = async (target, text, variables, options) => {
    if (text !== ARM_SCRIPT) return await ssh.script(target, text, variables, options);
    const armed = await ssh.script(target, text, { ...variables, rules: change(variables['rules'] ?? '') }, options);
    await after();
    return armed;
  };
  const port = {
    script,
    upload: ssh.upload.bind(ssh),
    close: ssh.close.bind(ssh),
    freshLogin: ssh.freshLogin.bind(ssh),
  };
  return { ...lab.context, world: { ...lab.world, ssh: port } };
}

async function logIn(): Promise<void> {
  await lab.world.ssh.close();
  await lab.world.ssh.freshLogin(targetOn(lab.world, VM), { timeoutMs: 5_000 });
}

/** A new login works again within the timer, and the host is plain, by nobody's help. */
async function seeFree(since: number, rules: string): Promise<void> {
  const deadline = since + DEADMAN_SECONDS * 1000 + SLACK_MS;
  while ((await codeOf(logIn())) !== 'no error') {
    expect(Date.now()).toBeLessThan(deadline);
    await pause(500);
  }
  expect(Date.now()).toBeLessThan(deadline);
  expect(await nat()).not.toMatch(CAPTURED);
  expect(await others()).toBe(rules);
  expect(await lab.probe(capture())).toBe('not-done');
}

beforeAll(async () => {
  await resetShop();
  lab = await openHostLab(labPaths().estate, VM, [8081], labPaths().state);
  await lab.leave();
  await lab.makeIdentity();
});
beforeEach(async () => {
  await lab.startProxy();
  await vmShell(VM, `iptables-nft -t nat -C ${FOREIGN} 2>/dev/null || iptables-nft -t nat -A ${FOREIGN}`);
});
afterAll(async () => {
  await lab.leave();
  await vmShell(VM, `iptables-nft -t nat -D ${FOREIGN}`);
  await lab.removeIdentity();
  await lab.world.ssh.close();
});

describe('nobody is locked out', () => {
  test('by a capture that takes the SSH port too, with the proxy dead', async () => {
    const rules = await others();
    const wrong = (text: string): string =>
      text.replace('-A MESHWAY_INBOUND', `-A MESHWAY_INBOUND -p tcp --dport ${sshPort} -j MESHWAY_IN_REDIRECT\n$&`);
    const context = withArm(wrong, async () => {
      await vmShell(VM, `systemctl kill -s KILL ${PROXY_UNIT}; systemctl stop ${PROXY_UNIT}`);
      expect(await codeOf(logIn())).toBe('MW1103');
    });
    const began = Date.now();
    expect(await codeOf(lab.apply(capture(), context))).toBe('MW1404');
    await seeFree(began, rules);
  });

  test('by a proxy that never becomes ready: nothing is captured', async () => {
    const rules = await others();
    await vmShell(VM, `systemctl stop ${PROXY_UNIT}`);
    expect(await codeOf(lab.apply(capture()))).toBe('MW1425');
    await seeFree(Date.now(), rules);
  });

  test('by a network that is cut in the middle of a capture', async () => {
    const rules = await others();
    const began = Date.now();
    const attempt = codeOf(
      lab.apply(
        capture(),
        withArm(
          (text) => text,
          () => vmShell(VM, 'ip link set host0 down'),
        ),
      ),
    );
    for (;;) {
      await pause(500);
      if (Date.now() > began + 5_000 && !CAPTURED.test(await nat())) break;
      expect(Date.now()).toBeLessThan(began + DEADMAN_SECONDS * 1000 + SLACK_MS);
    }
    await vmShell(VM, 'ip link set host0 up; ip route show default | grep -q . || systemctl restart lab-net.service');
    expect(await attempt).toBe('MW1404');
    await seeFree(Date.now(), rules);
  });

  test('by a power loss between capture and confirmation', async () => {
    const rules = await others();
    const context = withArm(
      (text) => text,
      async () => {
        await killVm(VM);
        await startVm(VM);
      },
    );
    const began = Date.now();
    expect(await codeOf(lab.apply(capture(), context))).toMatch(/^MW14(03|04|26)$/);
    // Rules of others that nobody saved are gone with the power; none of ours came back.
    await vmShell(VM, `iptables-nft -t nat -C ${FOREIGN} 2>/dev/null || iptables-nft -t nat -A ${FOREIGN}`);
    await seeFree(Math.max(began, Date.now()), rules);
  });
});
