import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostChecks } from '../../src/execute/checks/host.ts';
import { PROXY_UNIT } from '../../src/plans/host-paths.ts';
import { labPaths, net, rebootVm, resetShop, vms, vmShell } from './handle.ts';
import { EchoSession, KeepAliveClient, Load, pause } from './host-clients.ts';
import { captureOperation, CAPTURED, codeOf } from './host-errors.ts';
import { openHostLab, type HostLab } from './host-fixture.ts';
import { SNAPSHOT } from './host-snapshot.ts';

const VM = 'vm-b';
const PORT = 8081;
const DEADMAN_SECONDS = 15;
const { address, sshPort } = vms[VM];

let lab: HostLab;
let before = '';
const capture = (): Parameters<HostLab['apply']>[0] => captureOperation(lab, DEADMAN_SECONDS);
const nat = (): Promise<string> => lab.shell(`iptables-nft-save -t nat | grep -v '^#'; exit 0`);
/** Packets that the jump to a chain has counted. */
const counted = async (chain: string): Promise<number> =>
  Number(
    /^\[(\d+):/m.exec(
      await lab.shell(`iptables-nft-save -c -t nat | grep -- '-j ${chain}$' | grep MESHWAY_ | head -n 1`),
    )?.[1] ?? 0,
  );

beforeAll(async () => {
  await resetShop();
  lab = await openHostLab(labPaths().estate, VM, [PORT], labPaths().state);
  await lab.leave();
  before = await lab.shell(SNAPSHOT);
  await lab.makeIdentity();
});

afterAll(async () => {
  await lab.leave();
  await lab.removeIdentity();
  await lab.world.ssh.close();
});

/** The names of the entries that istiod has made. */
async function registered(): Promise<string[]> {
  const kind = { apiVersion: 'networking.istio.io/v1', kind: 'WorkloadEntry', namespace: 'host-test' };
  return (await lab.world.kube('lab').list(kind)).map(({ metadata }) => metadata.name);
}

describe('joining', () => {
  test('the proxy comes up on files that only their users can read, and registers', async () => {
    await lab.startProxy();
    const modes = await lab.shell(
      `cd /var/lib/meshway && stat -c '%a %u %n' . proxy/var/run/secrets/tokens/istio-token proxy/proxy.env proxy/etc/certs owner runs`,
    );
    expect(modes.trim().split('\n')).toEqual([
      '711 0 .',
      '600 1337 proxy/var/run/secrets/tokens/istio-token',
      '600 0 proxy/proxy.env',
      '700 1337 proxy/etc/certs',
      '600 0 owner',
      '700 0 runs',
    ]);
    expect(await hostChecks['proxy.ready']({ check: 'proxy.ready', host: VM }, lab.world)).toEqual({ answer: 'yes' });
    expect(await lab.probe({ op: 'host.files', host: VM, files: lab.bundle.files })).toBe('done');
    expect(await lab.probe({ op: 'host.unit', host: VM, unit: PROXY_UNIT, want: 'running' })).toBe('done');
    expect(await registered()).toEqual([`sample-vm-${address}`]);
  });

  test('a host whose address has changed registers the new one when its proxy starts', async () => {
    const other = '10.200.0.22';
    // As at a boot: the proxy says goodbye while it still has the old address.
    const become = async (from: string, to: string): Promise<void> => {
      await vmShell(VM, `systemctl stop ${PROXY_UNIT}`);
      await vmShell(VM, `ip addr del ${from}/24 dev host0; ip addr add ${to}/24 dev host0`);
      await vmShell(VM, `ip route replace default via ${net.host}; systemctl start ${PROXY_UNIT}`);
      await expect.poll(registered, { timeout: 40_000, interval: 500 }).toEqual([`sample-vm-${to}`]);
    };
    await become(address, other);
    await become(other, address);
    await lab.world.ssh.close();
  });

  test('capture is refused when the real login port is not among the excluded ones', async () => {
    const excludeInboundPorts = lab.capture.excludeInboundPorts.filter((port) => port !== sshPort);
    const refused = lab.apply({
      op: 'host.capture',
      host: VM,
      capture: { ...lab.capture, excludeInboundPorts },
      deadmanSeconds: DEADMAN_SECONDS,
    });
    expect(await codeOf(refused)).toBe('MW1423');
    expect(await nat()).not.toMatch(CAPTURED);
  });

  test('established connections live on, idle ones too, and new ones are captured', async () => {
    const session = new EchoSession(VM);
    const idleSession = new EchoSession(VM);
    const client = await KeepAliveClient.open(address, PORT);
    const idle = await KeepAliveClient.open(address, PORT);
    try {
      expect((await session.echo('before')) && (await idleSession.echo('before'))).toBe(true);
      expect(await client.get('/before')).toContain('200');
      expect(await lab.probe(capture())).toBe('not-done');
      const lines = await lab.apply(capture());
      expect(lines.join('\n')).toContain('confirmed by a new login that looked up');
      expect(await lab.probe(capture())).toBe('done');
      await pause(9000);
      expect((await session.echo('after')) && (await idleSession.echo('after'))).toBe(true);
      expect(await client.get('/after')).not.toContain('envoy');
      expect(await idle.get('/first')).toContain('200');
      expect(await counted('MESHWAY_IN_REDIRECT')).toBe(0);

      const fresh = await KeepAliveClient.open(address, PORT);
      expect(await fresh.get('/new')).toContain('server: istio-envoy');
      fresh.close();
      expect(await counted('MESHWAY_IN_REDIRECT')).toBe(1);
      const outbound = await counted('MESHWAY_REDIRECT');
      expect(
        await lab.shell(`curl -s -o /dev/null -w '%{http_code}' http://${net.host}:${net.prometheusPort}/-/ready`),
      ).toBe('200');
      expect(await counted('MESHWAY_REDIRECT')).toBe(outbound + 1);
    } finally {
      for (const connection of [session, idleSession, client, idle]) connection.close();
    }
  });

  test('a capture that is in force is left as it is', async () => {
    const live = await nat();
    expect(await lab.apply(capture())).toEqual([`host ${VM} was captured already`]);
    expect(await nat()).toBe(live);
    expect(await hostChecks['host.captured']({ check: 'host.captured', host: VM, captured: true }, lab.world)).toEqual({
      answer: 'yes',
    });
    expect(await hostChecks['host.login']({ check: 'host.login', host: VM }, lab.world)).toEqual({ answer: 'yes' });
  });

  test('another run and a former holder change nothing', async () => {
    const other = lab.as({ run: 'somebody-else' });
    expect(await lab.probe(capture(), other)).toBe('foreign');
    expect(await codeOf(lab.apply({ op: 'host.uncapture', host: VM }, other))).toBe('MW1407');
    await lab.apply(capture(), lab.as({ token: 5 }));
    expect(await codeOf(lab.apply({ op: 'host.uncapture', host: VM }, lab.as({ token: 4 })))).toBe('MW1421');
    expect(await nat()).toContain('MESHWAY_OUTPUT');
    lab.context.stamp.token = 5;
  });

  test('the capture and the proxy come back after a boot', async () => {
    await rebootVm(VM);
    await lab.world.ssh.close();
    for (let wait = 0; wait < 40; wait++) {
      if ((await lab.shell('iptables-nft-save -t nat; exit 0').catch(() => '')).includes('-j MESHWAY_OUTPUT')) break;
      await pause(500);
    }
    expect(await lab.probe(capture())).toBe('done');
    const fresh = await KeepAliveClient.open(address, PORT);
    expect(await fresh.get('/')).toContain('server: istio-envoy');
    fresh.close();
  });
});

describe('leaving', () => {
  test('a proxied connection outlives the capture, is asked to close, and the drain waits for it', async () => {
    const client = await KeepAliveClient.open(address, PORT);
    expect(await client.get('/')).toContain('server: istio-envoy');
    expect(await lab.apply({ op: 'host.uncapture', host: VM })).toEqual([`host ${VM} no longer captured`]);
    expect(await client.get('/')).toContain('server: istio-envoy');
    const idle = lab.apply({ op: 'host.drain', host: VM, timeoutSeconds: 2 });
    expect(await codeOf(idle)).toBe('MW1431');
    expect(client.ended).toBe(false);
    expect(await lab.probe({ op: 'host.drain', host: VM, timeoutSeconds: 2 })).toBe('partial');
    expect((await client.get('/')).toLowerCase()).toContain('connection: close');
    await lab.apply({ op: 'host.drain', host: VM, timeoutSeconds: 20 });
    expect(await lab.probe({ op: 'host.drain', host: VM, timeoutSeconds: 2 })).toBe('done');
    const direct = await KeepAliveClient.open(address, PORT);
    expect(await direct.get('/')).not.toContain('istio-envoy');
    direct.close();
  });

  test('a proxy that was drained is a new one when the host is captured again', async () => {
    const pid = await lab.shell(`systemctl show -p MainPID --value ${PROXY_UNIT}`);
    await lab.apply(capture());
    expect(await lab.shell(`systemctl show -p MainPID --value ${PROXY_UNIT}`)).not.toBe(pid);
    const client = await KeepAliveClient.open(address, PORT);
    expect((await client.get('/')).toLowerCase()).not.toContain('connection: close');
    client.close();
    await lab.apply({ op: 'host.uncapture', host: VM });
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

  test('leaving twice does nothing', async () => {
    await lab.leave();
    expect(await lab.shell(SNAPSHOT)).toBe(before);
  });
});

describe('under load', () => {
  test('joining and leaving lose no request and cut no connection', async () => {
    await lab.startProxy();
    const load = new Load(address, PORT, { newPerSecond: 200, kept: 10 });
    await pause(2000);
    await lab.apply(capture());
    await pause(4000);
    await lab.apply({ op: 'host.uncapture', host: VM });
    await lab.apply({ op: 'host.drain', host: VM, timeoutSeconds: 30 });
    await lab.leave();
    await pause(2000);
    const { requests, proxied, lost, cuts } = await load.stop();
    expect({ lost, cuts }).toEqual({ lost: [], cuts: 0 });
    expect(requests).toBeGreaterThan(1500);
    expect(proxied).toBeGreaterThan(500);
  });
});
