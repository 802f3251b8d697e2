import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { meshError } from '../../../src/errors/mesh-error.ts';
import { inventorySchema } from '../../../src/inventory/schema.ts';
import type { SshPort } from '../../../src/ports/contracts.ts';
import { OpenSsh } from '../../../src/ports/ssh.ts';
import { readClusterClock } from '../../../src/probes/active/cluster-clock.ts';
import { tryFromHost } from '../../../src/probes/active/from-host.ts';
import { tryOut } from '../../../src/probes/active/index.ts';
import { FakeKube } from '../../fakes/kube.ts';
import { shopEstate, shopInventory } from '../../fakes/shop.ts';
import { sshdMissing, startSshd, type TestSshd } from '../../ports/sshd.ts';
import { greeting, listen, type Listener } from './listeners.ts';

const NOW = Date.parse('2026-01-01T00:00:10.500Z');
const clock = { now: () => NOW, sleep: () => Promise.resolve(true) };
const web = 'k8s/lab/shop/Deployment/web';

/** vm-a answers with all ways open, vm-b is down. */
const ssh: Pick<SshPort, 'script'> = {
  script: ({ name, address }, _script, { targets = '' }, options) => {
    expect(options.root).toBeUndefined();
    if (name === 'vm-b') return Promise.reject(meshError('MW1103', { host: name, address, reason: 'down' }));
    const lines = targets.split(' ').map((one) => `tried\t${one.split(',')[0]}\topen`);
    const stdout = ['tool\t0\tbash', 'resolver\t0\tgetent', ...lines, 'end\t0\t'].join('\n');
    return Promise.resolve({ exitCode: 0, stdout, stderr: '' });
  },
};

describe('an active discovery', () => {
  it('adds to the inventory what came of each try, and says what could not be tried', async () => {
    const kube = new FakeKube();
    kube.date = () => Promise.resolve(NOW - 10_500);
    const steps: string[] = [];
    const seen = shopInventory();
    const inventory = await tryOut(
      shopEstate(),
      seen,
      { ssh: ssh as SshPort, kube: () => kube, clock },
      ({ from, done, total, reason }) => steps.push(`${done}/${total} ${from} ${reason === undefined}`),
    );
    expect(inventorySchema.parse(inventory)).toEqual(inventory);
    const { tried, findings, ...rest } = inventory;
    expect({ ...rest, findings: [] }).toEqual(seen);
    expect(tried?.at).toBe('2026-01-01T00:00:10.500Z');
    expect(tried?.connections.filter(({ from }) => from === 'vm-a').map(({ outcome }) => outcome)).toEqual([
      ...['open', 'open'],
    ]);
    expect(tried?.connections.find(({ from }) => from === 'vm-b')?.reason).toContain('MW1103');
    expect(tried?.clocks).toEqual([{ cluster: 'lab', leastMs: 9500, mostMs: 10_500 }]);
    expect(findings.map(({ code, level, subject }) => `${code} ${level} ${subject}`)).toEqual([
      'MW1140 info vm-b',
      `MW1140 info ${web}`,
      'MW1140 info k8s/lab/shop/Deployment/catalog',
    ]);
    expect(findings[1]?.message).toContain('3 of 3');
    expect(steps.toSorted()).toHaveLength(4);
    expect(steps.some((one) => one.endsWith('vm-a true'))).toBe(true);
    expect(kube.writes).toEqual([]);
  });

  it('says how much is beyond the limit of a source', async () => {
    const inventory = await tryOut(
      shopEstate(),
      shopInventory(({ vmA }) => {
        for (let port = 1; port <= 70; port++)
          vmA.units[0]?.declares.push({ host: 'db.corp.internal', port, from: 'environment' });
      }),
      { ssh: ssh as SshPort, kube: () => new FakeKube(), clock },
    );
    const codes = inventory.findings.map(({ code, subject }) => `${code} ${subject}`);
    expect(codes).toContain('MW1141 k8s/lab/shop/Deployment/catalog');
    expect(codes).toContain('MW1142 lab');
  });
});

describe('the clock of a cluster', () => {
  it('is known to a second, and to the length of the answer', async () => {
    const kube = new FakeKube();
    kube.date = () => Promise.resolve(NOW - 500);
    let now = NOW;
    const ticking = { ...clock, now: () => (now += 40) };
    const { clock: told } = await readClusterClock(kube, ticking);
    expect(told).toEqual({ cluster: 'lab', leastMs: 40 - 500, mostMs: 80 + 500 });
  });

  it.each([
    ['its answer has no date', () => Promise.resolve(null)],
    ['does not exist', () => Promise.reject(meshError('MW1210', { object: 'version', cluster: 'lab' }))],
  ])('is not known where %s', async (why, answer) => {
    const kube = new FakeKube();
    kube.date = answer;
    const { clock: told, findings } = await readClusterClock(kube, clock);
    expect([told, findings.map(({ code }) => code)]).toEqual([undefined, ['MW1142']]);
    expect(findings[0]?.message).toContain(why);
  });
});

describe.skipIf(sshdMissing !== undefined)('tries over a real sshd', () => {
  let sshd: TestSshd;
  let mail: Listener;
  const real = new OpenSsh();
  beforeAll(async () => {
    [sshd, mail] = await Promise.all([startSshd(), listen(greeting('+OK POP3\r\n'))]);
  });
  afterAll(async () => {
    mail.close();
    await real.close();
    await sshd.stop();
  });

  it('come back with what the server said, over the connection of the login', async () => {
    const { name, address, port, user, identityFile, knownHostsFile } = sshd.target;
    const base = shopEstate();
    const hosts = base.hosts.slice(0, 1).map((one) => ({ ...one, name, address, port, user }));
    const keys = { identityFile: identityFile ?? '', knownHostsFile: knownHostsFile ?? '' };
    const estate = { ...base, ssh: keys, hosts };
    const target = { from: name, address: '127.0.0.1', port: mail.port, for: ['external/x'], listens: true };
    const { connections, unable } = await tryFromHost(real, estate, name, { connections: [target], lookups: [] });
    expect(unable).toBeUndefined();
    expect(connections[0]).toMatchObject({ outcome: 'open', banner: { bytes: 10, kind: 'POP3', text: '+OK POP3' } });
    expect([mail.connections, mail.received]).toEqual([1, 0]);
  }, 30_000);
});
