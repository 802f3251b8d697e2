import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CAPTURE_UNIT, KEEPER_UNIT } from '../../src/plans/host-paths.ts';
import * as guarded from '../lab/guarded-fixture.ts';
import { answer, CAPTURED_AND_OPEN, PLAIN_AND_OPEN, PORT, shell, sshPort, VM } from '../lab/guarded-fixture.ts';
import { rebootVm } from '../lab/handle.ts';
import { KeepAliveClient } from '../lab/host-clients.ts';
import { firewalldRules, firewalldRuns, startFirewalld } from '../lab/vm/guarded.ts';

let host: guarded.GuardedHost;
const nat = (): Promise<string> => shell('iptables-save -t nat');

/** Nobody does anything for it: the host's keeper does. */
async function comesBack(): Promise<void> {
  const state = (): Promise<unknown> => host.state().catch(String);
  await expect.poll(state, { timeout: 15_000, interval: 500 }).toEqual(CAPTURED_AND_OPEN);
}
const timesPutBack = async (): Promise<number> =>
  Number(await shell(`journalctl -u ${KEEPER_UNIT} -o cat --no-pager | grep -c 'are back'; exit 0`));

beforeAll(async () => {
  host = await guarded.openGuardedHost();
});
beforeEach(() => host.lab.startProxy());
afterEach(() => host.uncapture());
afterAll(() => host.close());

describe('a captured host on which firewalld is started', () => {
  afterAll(() => shell('systemctl disable --now --quiet firewalld'));

  // While a host is captured they are not tracked, and firewalld drops what is not (decision 0023).
  test('is captured again at once, but its connections from before the capture stall', async () => {
    const kept = await KeepAliveClient.open(guarded.address, PORT);
    expect(await kept.get('/')).toContain('200 OK');
    await host.capture();
    expect(await kept.get('/')).toContain('200 OK');
    await startFirewalld(VM, [sshPort, PORT]);
    expect(await kept.get('/')).toBe('');
    expect(kept.ended).toBe(false);
    kept.close();
    await host.lab.world.ssh.close();
    await comesBack();
    expect(await answer(PORT)).toBe('pricing by proxy');
  });
});

describe('a host with firewalld', () => {
  beforeAll(() => startFirewalld(VM, [sshPort, PORT]));
  afterAll(() => shell('systemctl disable --now --quiet firewalld'));

  test('keeps its rules through a capture and its end', async () => {
    const before = await firewalldRules(VM);
    expect(before).toMatch(new RegExp(`dport ${PORT} .*accept`));
    expect(await answer(PORT)).toBe('pricing');
    await host.capture();
    expect(await host.state()).toEqual(CAPTURED_AND_OPEN);
    expect(await answer(PORT)).toBe('pricing by proxy');
    expect(await firewalldRules(VM)).toBe(before);
    await host.uncapture();
    expect(await answer(PORT)).toBe('pricing');
    expect(await firewalldRules(VM)).toBe(before);
  });

  // Its version 1 empties all tables of iptables, whatever its own backend is, and nobody is told.
  test.each(['firewall-cmd --reload', 'systemctl restart firewalld'])(
    'has the capture back seconds after `%s`, and the proxy’s connections whole',
    async (command) => {
      await host.capture();
      const rules = await firewalldRules(VM);
      const kept = await KeepAliveClient.open(guarded.address, PORT);
      expect(await kept.get('/')).toContain('istio-envoy');
      const before = await timesPutBack();
      await shell(command);
      await firewalldRuns(VM);
      await comesBack();
      expect(await timesPutBack()).toBe(before + 1);
      expect(await answer(PORT)).toBe('pricing by proxy');
      expect(await kept.get('/')).toContain('istio-envoy');
      expect(await firewalldRules(VM)).toBe(rules);
      kept.close();
    },
  );

  test('whose keeper is gone loses the capture: it is seen, and the same operation brings both back', async () => {
    await host.capture();
    await shell(`systemctl stop ${KEEPER_UNIT}; firewall-cmd --reload`);
    expect(await nat()).not.toContain('MESHWAY_');
    expect(await host.state()).toEqual(PLAIN_AND_OPEN);
    expect(await host.probe()).toBe('partial');
    expect(await answer(PORT)).toBe('pricing');
    await host.capture();
    expect(await host.state()).toEqual(CAPTURED_AND_OPEN);
    expect(await answer(PORT)).toBe('pricing by proxy');
    await shell('firewall-cmd --reload');
    await comesBack();
  });

  test('is plain for good once the unit of its capture was stopped', async () => {
    await host.capture();
    await shell(`systemctl stop ${CAPTURE_UNIT}; firewall-cmd --reload; sleep 5`);
    expect((await shell(`systemctl is-active ${KEEPER_UNIT}; exit 0`)).trim()).toBe('inactive');
    expect(await answer(PORT)).toBe('pricing');
    await shell(`systemctl start ${CAPTURE_UNIT}`);
    expect(await host.state()).toEqual(CAPTURED_AND_OPEN);
    expect((await shell(`systemctl is-active ${KEEPER_UNIT}`)).trim()).toBe('active');
  });

  // It accepts what was rewritten on its way in before it looks at ports.
  test('lets anybody in on a captured port, also where it keeps that port closed', async () => {
    await shell(`firewall-cmd --remove-port=${PORT}/tcp`);
    expect(await answer(PORT)).toBe('EHOSTUNREACH');
    await host.capture();
    expect(await answer(PORT)).toBe('pricing by proxy');
    await host.uncapture();
    expect(await answer(PORT)).toBe('EHOSTUNREACH');
    await shell(`firewall-cmd --add-port=${PORT}/tcp`);
  });

  test('has both after a boot', async () => {
    await host.capture();
    const rules = await firewalldRules(VM);
    await rebootVm(VM);
    await host.lab.world.ssh.close();
    await firewalldRuns(VM);
    const state = (): Promise<unknown> => host.state().catch(String);
    await expect.poll(state, { timeout: 60_000, interval: 500 }).toEqual(CAPTURED_AND_OPEN);
    expect(await answer(PORT)).toBe('pricing by proxy');
    expect(await firewalldRules(VM)).toBe(rules);
  });
});

describe('a host whose rules of iptables name the ports that they accept', () => {
  const accept = (port: number): string => `iptables -A INPUT -p tcp --dport ${port} -j ACCEPT`;
  const tracked = 'iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT';

  // They see the port that a connection was sent on to, which is the proxy's.
  test('drops what is captured, until they accept port 15006', async () => {
    const rules = [tracked, 'iptables -A INPUT -i lo -j ACCEPT', accept(sshPort), accept(PORT)];
    await shell(`${rules.join('; ')}; iptables -P INPUT DROP`);
    expect(await answer(PORT)).toBe('pricing');
    await host.capture();
    expect(await host.state()).toEqual(CAPTURED_AND_OPEN);
    expect(await answer(PORT)).toBe('timeout');
    await shell(accept(15_006));
    expect(await answer(PORT)).toBe('pricing by proxy');
    await shell('iptables -P INPUT ACCEPT; iptables -F INPUT');
  });
});
