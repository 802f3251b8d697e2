import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubeWorkload } from '../../src/inventory/schema.ts';
import { estate, cluster, edges, flow, host, inventoryOf, pods, unitFacts } from './observed.ts';

const WEB = 'k8s/lab/shop/Deployment/web';
const TWIN = 'k8s/lab/shop/Deployment/catalog';
const CATALOG = 'vm/vm-a/catalog.service';
const app = { process: 'app', unit: 'catalog.service' };
const pricingApp = { process: 'app', unit: 'pricing.service' };

describe('who calls whom', () => {
  test('a Service that also fits pods beside those of a workload of the estate stands for that workload', () => {
    const flows = [flow('outbound', ['10.0.0.2', 40_000], ['10.96.0.7', 80], pricingApp)];
    const beside = (kind: string, name: string) => pods(name, [], { kind, podLabels: { app: 'catalog' } });
    const calledIn = (...workloads: KubeWorkload[]) =>
      edges(inventoryOf([host('vm-b', { flows })], [cluster({ workloads })]));
    const [job, cron, other] = [beside('Job', 'import'), beside('CronJob', 'clean'), beside('StatefulSet', 'other')];
    const from = 'vm/vm-b/pricing.service';
    expect(calledIn(cron, pods('catalog', []), job)).toEqual([`${from} → ${TWIN}:80 unknown observed`]);
    expect(calledIn(cron, job, other)).toEqual([
      `${from} → external/k8s/lab/shop/StatefulSet/other:80 unknown observed`,
    ]);
  });

  test('a pod that calls a VM is seen on the VM, by its address', () => {
    const inventory = inventoryOf([
      host('vm-a', { flows: [flow('inbound', ['10.0.0.1', 8080], ['10.244.0.6', 40_000], app)] }),
    ]);
    expect(edges(inventory)).toEqual([`${WEB} → service/catalog:8080 unknown observed`]);
  });

  test('a connection and a declaration by name are one dependency by name', () => {
    const clusters = [
      cluster({
        workloads: [
          pods('web', ['10.244.0.6'], { declares: [{ host: 'catalog.corp', port: 8080, from: 'command' }] }),
          pods('catalog', []),
        ],
      }),
    ];
    const inventory = inventoryOf(
      [host('vm-a', { flows: [flow('inbound', ['10.0.0.1', 8080], ['10.244.0.6', 40_000], app)] })],
      clusters,
    );
    expect(edges(inventory)).toEqual([`${WEB} → service/catalog:8080 name declared+observed`]);
  });

  test('both ends of a connection between hosts are one dependency', () => {
    const inventory = inventoryOf([
      host('vm-a', { flows: [flow('outbound', ['10.0.0.1', 40_000], ['10.0.0.2', 8081], app)] }),
      host('vm-b', { flows: [flow('inbound', ['10.0.0.2', 8081], ['10.0.0.1', 40_000], pricingApp)] }),
    ]);
    expect(edges(inventory)).toEqual([`${CATALOG} → service/pricing:8081 unknown observed`]);
    expect(inventory.dependencies[0]).toMatchObject({
      protocol: 'tcp',
      evidence: [{ source: 'ss' }, { source: 'ss' }],
    });
  });

  test('a twin that only declares its callee has a declared dependency', () => {
    const clusters = [
      cluster({
        workloads: [
          pods('web', []),
          pods('catalog', [], { declares: [{ host: 'PRICING.corp', port: 8081, from: 'environment' }] }),
        ],
      }),
    ];
    expect(edges(inventoryOf([host('vm-b')], clusters))).toEqual([`${TWIN} → service/pricing:8081 name declared`]);
  });

  test('a literal address is by ip, even where a name is declared too', () => {
    const units = [unitFacts('catalog.service', ['10.0.0.2', 8081], ['pricing.corp', 8081])];
    expect(edges(inventoryOf([host('vm-a', { units }), host('vm-b')]))).toEqual([
      `${CATALOG} → service/pricing:8081 ip declared`,
    ]);
  });

  test('a host that calls the ClusterIP of a twin calls the twin, not the name that it will answer for', () => {
    const inventory = inventoryOf([
      host('vm-b', { flows: [flow('outbound', ['10.0.0.2', 40_000], ['10.96.0.7', 80], pricingApp)] }),
    ]);
    expect(edges(inventory)).toEqual(['vm/vm-b/pricing.service → k8s/lab/shop/Deployment/catalog:80 unknown observed']);
  });

  test('a cluster name stands for the Service behind it, in each of its forms', () => {
    for (const name of ['catalog.shop', 'catalog.shop.svc', 'catalog.shop.svc.cluster.local']) {
      const inventory = inventoryOf([host('vm-b', { units: [unitFacts('pricing.service', [name, 80])] })]);
      expect(edges(inventory)).toEqual(['vm/vm-b/pricing.service → k8s/lab/shop/Deployment/catalog:80 name declared']);
    }
  });

  test('strangers are external nodes: an address, a unit or a workload that the estate does not list', () => {
    const clusters = [cluster({ workloads: [pods('cron', ['10.244.0.9'])] })];
    const flows = [
      flow('inbound', ['10.0.0.1', 8080], ['192.0.2.7', 1234], app),
      flow('inbound', ['10.0.0.1', 8080], ['10.244.0.9', 1234], app),
      flow('outbound', ['10.0.0.1', 4000], ['10.0.0.1', 8080], { unit: 'backup.service', process: 'sh' }),
    ];
    expect(edges(inventoryOf([host('vm-a', { flows })], clusters))).toEqual([
      'external/192.0.2.7 → service/catalog:8080 unknown observed',
      'external/k8s/lab/shop/Deployment/cron → service/catalog:8080 unknown observed',
      'external/vm/vm-a/backup.service → service/catalog:8080 unknown observed',
    ]);
  });

  test('what a service calls outside the estate is kept, with its address', () => {
    const flows = [flow('outbound', ['10.0.0.1', 4000], ['198.51.100.1', 443], app)];
    expect(edges(inventoryOf([host('vm-a', { flows })]))).toEqual([
      `${CATALOG} → external/198.51.100.1:443 unknown observed`,
    ]);
  });

  test('a caller on a host that could not be asked goes by the host’s name', () => {
    const flows = [flow('inbound', ['10.0.0.2', 8081], ['10.0.0.1', 40_000], pricingApp)];
    expect(edges(inventoryOf([host('vm-b', { flows })]))).toEqual([
      'external/vm/vm-a → service/pricing:8081 unknown observed',
    ]);
  });
});

describe('connections that nobody saw from both ends', () => {
  const late = [flow('inbound', ['10.0.0.2', 8081], ['10.0.0.1', 40_001], pricingApp)];

  test('are the one unit’s that is known to call', () => {
    const inventory = inventoryOf([
      host('vm-a', { units: [unitFacts('catalog.service', ['pricing.corp', 8081])] }),
      host('vm-b', { flows: late }),
    ]);
    expect(edges(inventory)).toEqual([`${CATALOG} → service/pricing:8081 name declared+inferred`]);
  });

  test('tell nothing new where several are', () => {
    const units = [
      unitFacts('catalog.service', ['pricing.corp', 8081]),
      unitFacts('report.service', ['pricing.corp', 8081]),
    ];
    expect(edges(inventoryOf([host('vm-a', { units }), host('vm-b', { flows: late })]))).toEqual([
      'external/vm/vm-a/report.service → service/pricing:8081 name declared',
      `${CATALOG} → service/pricing:8081 name declared`,
    ]);
  });

  test('are the host’s where none is: an unseen caller must not vanish', () => {
    expect(edges(inventoryOf([host('vm-a'), host('vm-b', { flows: late })]))).toEqual([
      'external/vm/vm-a → service/pricing:8081 unknown observed',
    ]);
  });

  test('without root nobody sees owners: the estate’s port says who is called', () => {
    const facts = host('vm-a', {
      privilege: 'none',
      listeners: [{ protocol: 'tcp', address: '*', port: 8080 }],
      flows: [flow('inbound', ['10.0.0.1', 8080], ['10.244.0.6', 1])],
    });
    expect(edges(inventoryOf([facts]))).toEqual([`${WEB} → service/catalog:8080 unknown observed`]);
  });
});

describe('a host under capture', () => {
  const envoy = { process: 'envoy', unit: 'meshway-proxy.service' };

  test('shows its callers at the proxy, and its proxy to nobody', () => {
    const flows = [
      flow('inbound', ['10.0.0.1', 15_006], ['10.244.0.6', 40_000], envoy),
      flow('inbound', ['10.0.0.1', 8080], ['127.0.0.6', 33_000], app),
      flow('outbound', ['127.0.0.6', 33_000], ['10.0.0.1', 8080], envoy),
      flow('outbound', ['10.0.0.1', 41_000], ['10.0.0.2', 8081], app),
      flow('outbound', ['10.0.0.1', 41_001], ['10.0.0.2', 8081], envoy),
      flow('inbound', ['127.0.0.1', 15_001], ['10.0.0.1', 41_000], envoy),
      flow('outbound', ['10.0.0.1', 41_002], ['10.96.0.9', 15_012], {
        process: 'pilot-agent',
        unit: 'meshway-proxy.service',
      }),
    ];
    const inventory = inventoryOf([
      host('vm-a', { meshed: true, flows }),
      host('vm-b', { flows: [flow('inbound', ['10.0.0.2', 8081], ['10.0.0.1', 41_001], pricingApp)] }),
    ]);
    expect(edges(inventory)).toEqual([
      `${WEB} → service/catalog:8080 unknown observed`,
      `${CATALOG} → service/pricing:8081 unknown inferred+observed`,
    ]);
    expect(inventory.workloads.find(({ id }) => id === CATALOG)?.position).toEqual({ platform: 'vm', mesh: 'on' });
  });
});

test('logins, metrics, name lookups and the mesh’s own connections are no dependencies', () => {
  const flows = [
    flow('inbound', ['10.0.0.2', 22], ['10.9.9.9', 1], { unit: 'ssh.service', process: 'sshd' }),
    flow('inbound', ['10.0.0.2', 9999], ['10.9.9.9', 1], pricingApp),
    flow('inbound', ['10.0.0.2', 15_090], ['10.9.9.9', 1], { process: 'envoy' }),
    flow('outbound', ['10.0.0.2', 4000], ['10.0.0.53', 53], pricingApp),
    flow('outbound', ['10.0.0.2', 4000], ['127.0.0.1', 8081], pricingApp),
    flow('inbound', ['127.0.0.1', 8081], ['127.0.0.1', 4000], pricingApp),
  ];
  expect(edges(inventoryOf([host('vm-b', { flows })]))).toEqual([]);
});

test('workloads that nobody saw rest on the estate’s word', () => {
  const { workloads } = inventoryOf([], []);
  expect(workloads.map(({ id, role, evidence }) => [id, role, evidence[0]?.source])).toEqual([
    [WEB, 'primary', 'estate'],
    [CATALOG, 'primary', 'estate'],
    [TWIN, 'twin', 'estate'],
    ['vm/vm-b/pricing.service', 'primary', 'estate'],
  ]);
});

test('the order in which facts come home does not matter', () => {
  const hosts = [
    host('vm-a', { flows: [flow('outbound', ['10.0.0.1', 40_000], ['10.0.0.2', 8081], app)] }),
    host('vm-b', { flows: [flow('inbound', ['10.0.0.2', 8081], ['10.244.0.6', 1], pricingApp)] }),
  ];
  expect(JSON.stringify(inventoryOf(hosts.toReversed()))).toBe(JSON.stringify(inventoryOf(hosts)));
});

test('any flows make an inventory that fits its schema', () => {
  const address = fc.constantFrom(
    '10.0.0.1',
    '10.0.0.2',
    '10.244.0.5',
    '10.96.0.7',
    '127.0.0.1',
    '127.0.0.6',
    '192.0.2.1',
    '::1',
  );
  const port = fc.constantFrom(22, 53, 80, 8080, 8081, 15_006, 40_000);
  const owner = fc.constantFrom({}, app, pricingApp, { process: 'envoy' }, { process: 'odd name' });
  const anyFlow = fc
    .tuple(
      fc.constantFrom('inbound' as const, 'outbound' as const, 'unknown' as const),
      address,
      port,
      address,
      port,
      owner,
    )
    .map(([direction, a, b, c, d, who]) => flow(direction, [a, b], [c, d], who));
  fc.assert(
    fc.property(fc.array(anyFlow, { maxLength: 30 }), fc.array(anyFlow, { maxLength: 30 }), (a, b) => {
      const { dependencies } = inventoryOf([host('vm-a', { flows: a }), host('vm-b', { flows: b })]);
      for (const { from, to } of dependencies)
        expect(from === to || (from.startsWith('external/') && to.startsWith('external/'))).toBe(false);
    }),
  );
  expect(estate.services).toHaveLength(3);
});
