import { describe, expect, it } from 'vitest';
import type { Inventory } from '../../../src/inventory/schema.ts';
import { createLock } from '../../../src/plans/lock/create-lock.ts';
import { driftOf } from '../../../src/plans/lock/drift.ts';
import { lockFileOf, type PlanLock } from '../../../src/plans/lock/lock.ts';
import { hasExpired, matchLock, printLock, readLock } from '../../../src/plans/lock/read-lock.ts';
import { sha256Digest } from '../../../src/ports/hash.ts';
import { shopEstate, shopInventory, shopPlan, type ShopParts, shopYaml } from '../../fakes/shop.ts';
import type { MetricCheck } from '../../../src/plans/gate.ts';

const queriesOf = (metric: MetricCheck): string[] => {
  if (metric.test === 'latency') return [metric.judged.buckets, metric.control.buckets];
  if (metric.test !== 'errors') return [metric.query];
  return [metric.judged, ...(metric.control ? [metric.control] : [])].flatMap(({ requests, errors }) => [requests, errors]);
};

const nowMs = Date.parse('2026-03-01T12:00:00.000Z');
const lockOf = (yaml = shopYaml): PlanLock =>
  createLock({
    plan: shopPlan(undefined, yaml),
    estate: shopEstate(yaml),
    inventory: shopInventory(),
    tool: '0.1.0',
    nowMs,
    hash: sha256Digest,
  });
const drift = (change: (parts: ShopParts) => void): string[] => {
  const { matters, elsewhere } = driftOf(
    lockOf(),
    { plan: shopPlan(), estate: shopEstate(), inventory: shopInventory(change) },
    sha256Digest,
  );
  const lines = matters.map(({ object, field, before, after }) => `${object} ${field} ${String(before)} > ${String(after)}`);
  return [...lines, `elsewhere ${elsewhere.count}`];
};
const deployment = (inventory: Inventory): Inventory['clusters'][number]['workloads'][number] =>
  structuredClone(inventory.clusters[0]!.workloads[0]!);

describe('a lock file', () => {
  it('reads back as itself, with the plan’s digest, versions and queries', () => {
    const lock = lockOf();
    expect(readLock(printLock(lock), 'lock', sha256Digest)).toEqual(lock);
    expect(lock.plan.digest).toBe(shopPlan().digest);
    expect(lock.made).toMatchObject({ meshway: '0.1.0', provider: 'istio', artifacts: { envoy: { version: '1.0' } } });
    const asked = shopPlan().stages.flatMap(({ gate, steps }) => [gate, ...steps.flatMap((step) => step.gate ?? [])]);
    expect(lock.queries.map(({ query }) => query).toSorted()).toEqual(
      asked.flatMap(({ metrics }) => metrics.flatMap(queriesOf)).toSorted(),
    );
  });

  it('says of each object just what the plan depends on', () => {
    const { objects } = lockOf();
    expect(Object.keys(objects)).toEqual([
      'host/vm-a',
      'host/vm-b',
      'mesh/lab',
      'name/catalog.shop.internal',
      'name/pricing.shop.internal',
      'service/catalog',
      'service/pricing',
      'service/web',
      'workload/lab/shop/Deployment/catalog',
      'workload/lab/shop/Deployment/web',
    ]);
    expect(objects['host/vm-b']?.fields).toMatchObject({ address: '192.0.2.12', sshdPorts: [2222], kernel: '6.1' });
    expect(objects['service/catalog']?.fields).toMatchObject({ callers: ['k8s/lab/shop/Deployment/web'] });
  });

  it('is good for 14 days, or for as long as the estate says, and not a moment longer', () => {
    const day = 86_400_000;
    const short = lockOf(`${shopYaml}policy: { planValidDays: 3 }\n`);
    expect([hasExpired(lockOf(), nowMs + 14 * day - 1), hasExpired(lockOf(), nowMs + 14 * day)]).toEqual([false, true]);
    expect([hasExpired(short, nowMs + 3 * day - 1), hasExpired(short, nowMs + 3 * day)]).toEqual([false, true]);
  });

  it('lies beside its plan', () => {
    expect(['plans/shop.plan.yaml', 'a.yml', 'b'].map(lockFileOf)).toEqual(['plans/shop.plan.lock.yaml', 'a.lock.yaml', 'b.lock.yaml']);
  });
});

describe('a lock file that is not as it was written', () => {
  const text = printLock(lockOf());
  it.each([
    ['a later day', text.replace(/expiresAt: .*/, 'expiresAt: 2036-03-15T12:00:00.000Z'), 'MW1379'],
    ['another fact', text.replace('kernel: "6.1"', 'kernel: "6.2"'), 'MW1379'],
    ['a later format', text.replace('formatVersion: 1', 'formatVersion: 2\nnew: true'), 'MW1376'],
    ['an unknown field', `${text}new: true\n`, 'MW1380'],
    ['an alias', `${text}other: [&a x, *a]\n`, 'MW1380'],
    ['nothing', '', 'MW1380'],
  ])('%s is refused', (_, edited, code) => {
    expect(edited).not.toBe(text);
    expect(() => readLock(edited, 'lock', sha256Digest)).toThrow(expect.objectContaining({ code }));
  });

  it('another plan’s is refused', () => {
    expect(() => matchLock(lockOf(), 'lock', { digest: sha256Digest('x') }, 'plan')).toThrow(
      expect.objectContaining({ code: 'MW1377', exit: 7 }),
    );
  });
});

describe('drift', () => {
  it('is none where only what passes is different', () => {
    const passes = drift(({ vmA, twin, inventory }) => {
      Object.assign(vmA, { clockOffsetMs: 7, readAt: '2026-02-01T00:00:00.000Z' });
      vmA.units[0]!.mainPid = 99;
      twin.podAddresses = ['10.1.1.1'];
      inventory.capturedAt = '2026-02-01T00:00:00.000Z';
      inventory.dependencies.reverse();
    });
    expect(passes).toEqual(['elsewhere 0']);
  });

  it.each<[string, (parts: ShopParts) => void, string[]]>([
    ['an address', ({ vmA }) => (vmA.address = '192.0.2.91'), ['host/vm-a address 192.0.2.11 > 192.0.2.91']],
    ['an sshd port', ({ vmB }) => vmB.sshdPorts.push(22), ['host/vm-b sshdPorts 2222 > 22,2222']],
    ['a kernel', ({ vmA }) => (vmA.os.kernel = '6.2'), ['host/vm-a kernel 6.1 > 6.2']],
    [
      'a firewall',
      ({ vmA }) => (vmA.firewall.backend = 'iptables-legacy'),
      ['host/vm-a firewall iptables-nft /usr/sbin/iptables > iptables-legacy /usr/sbin/iptables'],
    ],
    [
      'a unit that is gone',
      ({ vmA }) => (vmA.units = []),
      ['host/vm-a units catalog.service active enabled root > '],
    ],
    ['the port of a unit', ({ vmA }) => (vmA.listeners[0]!.port = 8088), ['host/vm-a listeners tcp 0.0.0.0:8080 catalog.service > tcp 0.0.0.0:8088 catalog.service']],
    ['a host that is gone', ({ inventory }) => inventory.hosts.pop(), ['host/vm-b exists true > false']],
    ['replicas', ({ twin }) => (twin.replicas = 5), ['workload/lab/shop/Deployment/catalog replicas 2 > 5']],
    ['a selector', ({ twin }) => (twin.selector = { app: 'other' }), ['workload/lab/shop/Deployment/catalog selector app=catalog > app=other']],
    ['surge', ({ web }) => (web.surges = false), ['workload/lab/shop/Deployment/web surges true > false']],
    ['the mesh’s version', ({ mesh }) => (mesh.version = '1.32'), ['mesh/lab version 1.31 > 1.32']],
    ['the trust domain', ({ mesh }) => (mesh.trustDomain = 'other'), ['mesh/lab trustDomain cluster.local > other']],
    [
      'the injection of a namespace',
      ({ mesh }) => (mesh.injectedNamespaces = ['shop', 'other']),
      [
        'mesh/lab injectedNamespaces  > shop',
        'workload/lab/shop/Deployment/catalog namespaceInjects false > true',
        'workload/lab/shop/Deployment/web namespaceInjects false > true',
      ],
    ],
    [
      'a policy in its namespace',
      ({ cluster }) =>
        (cluster.policies = [
          { kind: 'PeerAuthentication', namespace: 'shop', name: 'all', selector: {}, mode: 'STRICT', portModes: {} },
          { kind: 'PeerAuthentication', namespace: 'far', name: 'all', selector: {}, mode: 'STRICT', portModes: {} },
        ]),
      ['mesh/lab policies  > PeerAuthentication shop/all {} STRICT {}'],
    ],
    [
      'what a name resolves to',
      ({ vmB }) => (vmB.names['catalog.shop.internal'] = ['192.0.2.77']),
      ['name/catalog.shop.internal answers 192.0.2.11 > 192.0.2.11,192.0.2.77'],
    ],
    [
      'a new caller',
      ({ inventory, webCallsCatalog }) => inventory.dependencies.push({ ...webCallsCatalog, from: 'external/192.0.2.9' }),
      [
        'service/catalog callers k8s/lab/shop/Deployment/web > external/192.0.2.9,k8s/lab/shop/Deployment/web',
        'service/catalog observedCallers k8s/lab/shop/Deployment/web > external/192.0.2.9,k8s/lab/shop/Deployment/web',
      ],
    ],
  ])('%s matters', (_, change, expected) => {
    const told = drift(change);
    expect(told.slice(0, -1)).toEqual(expected);
  });

  it.each<[string, (parts: ShopParts) => void, number]>([
    ['another unit', ({ vmA }) => vmA.units.push({ ...vmA.units[0]!, name: 'cron.service' }), 1],
    ['another port', ({ vmA }) => vmA.listeners.push({ protocol: 'tcp', address: '0.0.0.0', port: 5555 }), 1],
    ['another Deployment', ({ inventory }) => inventory.clusters[0]!.workloads.push({ ...deployment(inventory), name: 'blog' }), 1],
    [
      'a call of others',
      ({ inventory, webCallsCatalog }) => inventory.dependencies.push({ ...webCallsCatalog, from: 'external/a', to: 'external/b' }),
      1,
    ],
    ['a host that nobody moves', ({ inventory, vmA }) => inventory.hosts.push({ ...structuredClone(vmA), name: 'vm-z' }), 1],
    ['the cluster’s version', ({ cluster }) => (cluster.version = 'v1.35.0'), 1],
  ])('%s is elsewhere', (_, change, count) => {
    expect(drift(change)).toEqual([`elsewhere ${count}`]);
  });
});
