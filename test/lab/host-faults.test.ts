import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostChecks } from '../../src/execute/checks/host.ts';
import type { OperationContext } from '../../src/execute/handler.ts';
import { PROXY_UNIT } from '../../src/plans/host-paths.ts';
import { labPaths, net, rebootVm, resetShop, vms, vmShell } from './handle.ts';
import { Load, pause } from './host-clients.ts';
import { captureOperation, CAPTURED, codeOf } from './host-errors.ts';
import { openHostLab, type HostLab } from './host-fixture.ts';
import { SNAPSHOT } from './host-snapshot.ts';

const VM = 'vm-b';
const PORT = 8081;
const DEADMAN_SECONDS = 15;
const { address, sshPort } = vms[VM];
const FOREIGN_RULE =
  '-A PREROUTING -p tcp -m tcp --dport 9999 -m comment --comment somebody -j REDIRECT --to-ports 9998';

let lab: HostLab;
let before = '';
const capture = (): Parameters<HostLab['apply']>[0] => captureOperation(lab, DEADMAN_SECONDS);
const nat = (): Promise<string> => lab.shell(`iptables-nft-save -t nat | grep -v '^#'; exit 0`);

/** The same world, with a login that does what it is told. */
function withLogin(freshLogin: () => Promise<void>): OperationContext {
  const { ssh } = lab.world;
  const port = { script: ssh.script.bind(ssh), upload: ssh.upload.bind(ssh), close: ssh.close.bind(ssh), freshLogin };
  return { ...lab.context, world: { ...lab.world, ssh: port } };
}

beforeAll(async () => {
  await resetShop();
  lab = await openHostLab(labPaths().estate, VM, [PORT], labPaths().state);
  await lab.leave();
  before = await lab.shell(SNAPSHOT);
  await lab.makeIdentity();
  await lab.startProxy();
});

afterAll(async () => {
  await lab.leave();
  await lab.removeIdentity();
  await lab.world.ssh.close();
});

describe('when it goes wrong', () => {
  test('a login that no longer works: the host undoes the capture, and no rule of others', async () => {
    await lab.shell(`iptables-nft -t nat ${FOREIGN_RULE.replace('--comment somebody', '--comment before')}`);
    await vmShell(VM, `iptables-nft -I INPUT -p tcp --syn --dport ${sshPort} -j DROP`);
    const started = Date.now();
    const attempt = codeOf(lab.apply(capture()));
    await pause(3000);
    await vmShell(VM, `iptables-nft -t nat ${FOREIGN_RULE}`);
    expect(await nat()).toContain('MESHWAY_OUTPUT');
    expect(await attempt).toBe('MW1404');
    expect(Date.now() - started).toBeLessThan((DEADMAN_SECONDS + 10) * 1000);
    const rules = await nat();
    expect(rules).not.toMatch(CAPTURED);
    expect(rules).toContain(FOREIGN_RULE.replace('-A PREROUTING ', '').replace('somebody', 'before'));
    expect(rules).toContain('--comment somebody');
    expect(await lab.probe(capture())).toBe('not-done');
    await vmShell(
      VM,
      `iptables-nft -D INPUT -p tcp --syn --dport ${sshPort} -j DROP; for c in before somebody; do iptables-nft -t nat -D PREROUTING -p tcp --dport 9999 -m comment --comment $c -j REDIRECT --to-ports 9998; done; iptables-nft -X INPUT`,
    );
  });

  test('a switch that was faster than the confirmation wins', async () => {
    const slow = withLogin(() => pause((DEADMAN_SECONDS + 2) * 1000));
    expect(await codeOf(lab.apply(capture(), slow))).toBe('MW1403');
    expect(await nat()).not.toMatch(CAPTURED);
    expect(await lab.probe(capture())).toBe('not-done');
  });

  test('killed between arming and confirming: the next apply arms anew, and the switch holds until then', async () => {
    const dead = withLogin(() => new Promise(() => undefined));
    void lab.apply(capture(), dead);
    for (let wait = 0; wait < 50 && !(await nat()).includes('MESHWAY_OUTPUT'); wait++) await pause(100);
    expect(await lab.probe(capture())).toBe('partial');
    expect(
      await hostChecks['host.captured']({ check: 'host.captured', host: VM, captured: true }, lab.world),
    ).toMatchObject({ answer: 'no' });
    await lab.apply(capture());
    expect(await lab.probe(capture())).toBe('done');
    await pause((DEADMAN_SECONDS + 2) * 1000);
    expect(await lab.probe(capture())).toBe('done');
    await lab.apply({ op: 'host.uncapture', host: VM });
  });

  test('the switch fires under load: no request is lost, and what it captured meanwhile goes on', async () => {
    const load = new Load(address, PORT, { newPerSecond: 100, kept: 10 });
    await pause(1000);
    expect(
      await codeOf(
        lab.apply(
          capture(),
          withLogin(() => Promise.reject(new Error('nobody'))),
        ),
      ),
    ).toBe('MW1404');
    await pause(3000);
    const { proxied, lost, cuts } = await load.stop();
    expect({ lost, cuts }).toEqual({ lost: [], cuts: 0 });
    expect(proxied).toBeGreaterThan(500);
  });

  test('a boot before the confirmation leaves the host plain', async () => {
    const dead = withLogin(() => new Promise(() => undefined));
    void lab.apply(capture(), dead);
    for (let wait = 0; wait < 50 && !(await nat()).includes('MESHWAY_OUTPUT'); wait++) await pause(100);
    await rebootVm(VM);
    await lab.world.ssh.close();
    expect(await nat()).not.toMatch(CAPTURED);
    expect(await lab.probe(capture())).toBe('not-done');
    await lab.apply({ op: 'host.unit', host: VM, unit: PROXY_UNIT, want: 'running' });
  });

  test('no iptables, no sudo, no name for the artifact: a code each, and nothing changed', async () => {
    await vmShell(VM, 'for f in nft legacy; do mount --bind /dev/null /usr/sbin/xtables-$f-multi; done');
    expect(await codeOf(lab.apply(capture()))).toBe('MW1107');
    await vmShell(VM, 'umount /usr/sbin/xtables-nft-multi /usr/sbin/xtables-legacy-multi');
    const { sha256 } = lab.world.estate.provider.artifacts?.envoy ?? { sha256: '' };
    const install = { op: 'host.install', host: VM, artifact: 'envoy', version: '1', sha256, source: 'test' } as const;
    expect(await codeOf(lab.apply({ ...install, sha256: '0'.repeat(64) }))).toBe('MW1420');
    const sudoers = (await lab.shell('grep -l "^ops" /etc/sudoers.d/* | head -n 1')).trim();
    await vmShell(VM, `mount --bind /dev/null ${sudoers}`);
    expect(await codeOf(lab.apply(install))).toBe('MW1106');
    await vmShell(VM, `umount ${sudoers}`);
    expect(await nat()).not.toMatch(CAPTURED);
  });
});

describe('recycling', () => {
  const unit = 'old-caller.service';
  const peers = [{ address: net.host, port: net.prometheusPort }];
  const recycle = { op: 'host.recycle', host: VM, unit, peers, waitSeconds: 2 } as const;

  test('connections older than the capture are told from proxied ones, and end with their owner', async () => {
    const open = `exec 3<>/dev/tcp/${net.host}/${net.prometheusPort}; exec 4<>/dev/tcp/${net.host}/${net.prometheusPort}; sleep 300`;
    await vmShell(
      VM,
      `printf '[Service]\\nExecStart=/bin/bash -c "${open}"\\nKillMode=control-group\\n' > /run/systemd/system/${unit}; systemctl daemon-reload; systemctl start ${unit}; sleep 1`,
    );
    await lab.apply({ op: 'host.unit', host: VM, unit: PROXY_UNIT, want: 'running' });
    for (
      let wait = 0;
      wait < 40 && (await hostChecks['proxy.ready']({ check: 'proxy.ready', host: VM }, lab.world)).answer !== 'yes';
      wait++
    )
      await pause(500);
    await lab.apply(capture());
    const check = { check: 'host.proxied', host: VM, unit, peers } as const;
    expect(await hostChecks['host.proxied'](check, lab.world)).toMatchObject({
      answer: 'no',
      why: `2 connection(s) of ${unit} pass no proxy`,
    });
    const lines = await lab.apply(recycle);
    expect(lines[0]).toBe(`past the proxy: 2 found, 0 ended by themselves, 2 reset by a restart of ${unit}`);
    expect(await hostChecks['host.proxied'](check, lab.world)).toEqual({ answer: 'yes' });
    expect(await lab.shell(`ss -Htn state established '( sport = :15001 )' | wc -l`)).toMatch(/^[2-9]/);
    await vmShell(VM, `systemctl stop ${unit}; rm /run/systemd/system/${unit}; systemctl daemon-reload`);
  });
});

describe('the legacy backend', () => {
  test('is used where the rules of the host are, and left with nothing of ours', async () => {
    await lab.apply({ op: 'host.uncapture', host: VM });
    const foreign = '-p tcp --dport 7777 -j REDIRECT --to-ports 7778';
    await vmShell(VM, `iptables-legacy -t nat -A PREROUTING ${foreign}`);
    expect((await lab.apply(capture())).join('\n')).toContain('by iptables-legacy');
    expect(await lab.shell('iptables-legacy-save -t nat')).toMatch(CAPTURED);
    expect(await lab.probe(capture())).toBe('done');
    await lab.apply({ op: 'host.uncapture', host: VM });
    const rules = await lab.shell('iptables-legacy-save -t nat');
    expect(rules).not.toMatch(CAPTURED);
    expect(rules).toContain('--dport 7777');
    // A legacy table, once looked at, is there until the next boot.
    await rebootVm(VM);
    await lab.world.ssh.close();
  });
});

describe('gone', () => {
  test('files, units and firewall are as they were, to the byte', async () => {
    await lab.apply({ op: 'host.uncapture', host: VM });
    await lab.apply({ op: 'host.drain', host: VM, timeoutSeconds: 20 });
    await lab.leave();
    expect(await lab.probe({ op: 'host.remove', host: VM, units: lab.bundle.units, paths: lab.bundle.paths })).toBe(
      'done',
    );
    expect(await hostChecks['host.clean']({ check: 'host.clean', host: VM }, lab.world)).toEqual({ answer: 'yes' });
    expect(await lab.shell(SNAPSHOT)).toBe(before);
  });
});
