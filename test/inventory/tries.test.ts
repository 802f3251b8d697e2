import { describe, expect, it } from 'vitest';
import { isTriable } from '../../src/inventory/triable.ts';
import { decideTries, MAX_TRIES } from '../../src/inventory/tries.ts';
import { shopEstate, shopInventory, shopYaml, type ShopParts } from '../fakes/shop.ts';

const web = 'k8s/lab/shop/Deployment/web';
const twin = 'k8s/lab/shop/Deployment/catalog';
const catalog = 'vm/vm-a/catalog.service';
const istiod = 'k8s/lab/istio-system/Service/istiod';

/** `FROM > ADDRESS:PORT`, with `?` where somebody listens. */
function triesOf(change?: (parts: ShopParts) => void, yaml = shopYaml): string[] {
  const { connections } = decideTries(shopEstate(yaml), shopInventory(change));
  return connections.map(({ from, address, port, listens }) => `${from} > ${address}:${port}${listens ? '?' : ''}`);
}

const withPods = ({ web: first, twin: second }: ShopParts): void => {
  first.podAddresses = ['198.51.100.5'];
  second.podAddresses = ['198.51.100.6', '198.51.100.7', '198.51.100.8'];
};

/** Pricing on vm-b calls the twin's service, and catalog has a database that only its environment names. */
const calling = (parts: ShopParts): void => {
  withPods(parts);
  const { inventory, vmA, webCallsCatalog } = parts;
  inventory.dependencies.push(
    { ...webCallsCatalog, from: 'vm/vm-b/pricing.service', to: 'service/catalog' },
    { ...webCallsCatalog, from: catalog, to: 'external/203.0.113.9', port: 5432 },
  );
  vmA.units[0]?.declares.push({ host: 'mail.corp.internal', port: 25, from: 'environment' });
};

describe('what an active discovery tries', () => {
  it('is each way that calls need, on the real ports, and every server at once with its silence', () => {
    expect(triesOf(withPods)).toEqual([
      'vm-a > 198.51.100.1:15012',
      'vm-a > 192.0.2.11:8080?',
      'vm-b > 198.51.100.1:15012',
      'vm-b > 192.0.2.12:8081?',
      `${web} > 192.0.2.11:8080`,
      `${web} > 198.51.100.5:8080?`,
      `${twin} > 192.0.2.12:8081`,
      `${twin} > pricing.shop.internal:8081`,
      `${twin} > 198.51.100.6:8080?`,
    ]);
  });

  it('goes from hosts to pods of what they call, and from the twin to all that its unit calls, by name too', () => {
    const tries = triesOf(calling);
    expect(tries.filter((one) => one.startsWith('vm-b'))).toEqual([
      'vm-b > 198.51.100.1:15012',
      // Two pods stand for all; the first is listened at on the way.
      'vm-b > 198.51.100.6:8080?',
      'vm-b > 198.51.100.7:8080',
      'vm-b > 192.0.2.12:8081?',
    ]);
    expect(tries.filter((one) => one.startsWith(twin))).toEqual([
      `${twin} > 192.0.2.12:8081`,
      `${twin} > pricing.shop.internal:8081`,
      `${twin} > 203.0.113.9:5432`,
      `${twin} > mail.corp.internal:25`,
    ]);
  });

  it('says what each is for', () => {
    const { connections } = decideTries(shopEstate(), shopInventory(calling));
    const forOf = (address: string): string[] | undefined => connections.find((one) => one.address === address)?.for;
    expect(forOf('192.0.2.12')).toEqual(['vm/vm-b/pricing.service']);
    expect(connections.find(({ from, port }) => from === twin && port === 8081)?.for).toEqual([
      'service/pricing',
      'vm/vm-b/pricing.service',
    ]);
    expect(forOf('198.51.100.1')).toEqual([istiod]);
    expect(forOf('mail.corp.internal')).toEqual(['external/mail.corp.internal']);
  });

  it('goes to the port of the pods behind a Service, not to the Service', () => {
    const tries = triesOf(
      (parts) => {
        calling(parts);
        const { cluster, twin: pods, inventory } = parts;
        pods.ports = [9090];
        cluster.services.push({
          ...{ namespace: 'shop', name: 'catalog', clusterIP: '198.51.100.99', selector: { app: 'catalog' } },
          ...{ ports: [80], endpoints: [], portWords: [{ port: 80, targetPort: 9090 }] },
        });
        for (const one of inventory.dependencies) if (one.from.startsWith('vm/vm-b')) one.port = 80;
      },
      shopYaml.replace(/workload: \{ host: vm-a, unit: catalog.service \}\n.*twin:/, 'workload:'),
    );
    expect(tries.filter((one) => one.startsWith('vm-b > 198.51.100.6'))).toEqual(['vm-b > 198.51.100.6:9090?']);
    expect(tries.join()).not.toContain('198.51.100.99');
  });

  it('has nothing from a captured host, whose own proxy would answer, and hears no server behind one', () => {
    const tries = triesOf((parts) => {
      withPods(parts);
      parts.vmA.meshed = true;
      parts.twin.meshed = true;
    });
    expect(tries.filter((one) => one.startsWith('vm-a') || one.includes('198.51.100.6'))).toEqual([]);
    expect(tries).toContain(`${web} > 192.0.2.11:8080`);
  });

  it('has nothing for a cluster that files alone tell of', () => {
    const { connections, clusters, lookups } = decideTries(
      shopEstate(),
      shopInventory((parts) => {
        withPods(parts);
        parts.cluster.origin = 'files';
        parts.cluster.mesh = null;
      }),
    );
    expect(clusters).toEqual([]);
    expect(lookups).toEqual([]);
    expect(connections.filter(({ address }) => address.startsWith('198.'))).toEqual([]);
  });

  it('is bounded for each source, and says how much it leaves out', () => {
    const { connections, leftOut } = decideTries(
      shopEstate(),
      shopInventory(({ vmA }) => {
        for (let port = 1; port <= 200; port++)
          vmA.units[0]?.declares.push({ host: 'db.corp.internal', port, from: 'environment' });
      }),
    );
    expect(connections.filter(({ from }) => from === twin)).toHaveLength(MAX_TRIES);
    expect(leftOut).toEqual([{ from: twin, count: 202 - MAX_TRIES }]);
  });

  it('tries the same in the same order, each once', () => {
    const [first, second] = [triesOf(calling), triesOf(calling)];
    expect(first).toEqual(second);
    expect(new Set(first.map((one) => one.replace('?', ''))).size).toBe(first.length);
  });

  it('looks names up in pods, and what both sides declare on both sides', () => {
    const { lookups } = decideTries(shopEstate(), shopInventory(calling));
    expect(lookups.map(({ from, name }) => `${from} ${name}`)).toEqual([
      `${web} catalog.shop.internal`,
      `${web} pricing.shop.internal`,
      'vm-a mail.corp.internal',
      `${twin} catalog.shop.internal`,
      `${twin} mail.corp.internal`,
      `${twin} pricing.shop.internal`,
    ]);
  });
});

describe('what may be tried', () => {
  it.each([
    ['192.0.2.1', 80, true],
    ['2001:db8::1', 443, true],
    ['db.corp.internal', 5432, true],
    ['db-1', 1, true],
    ['127.0.0.1', 80, false],
    ['0.0.0.0', 80, false],
    ['169.254.169.254', 80, false],
    ['224.0.0.1', 80, false],
    ['255.255.255.255', 80, false],
    ['999.1.1.1', 80, false],
    ['1.2.3', 80, false],
    ['::1', 80, false],
    ['::ffff:127.0.0.1', 80, false],
    ['fe80::1', 80, false],
    ['ff02::1', 80, false],
    ['localhost', 80, false],
    ['db.localhost', 80, false],
    ['-oProxyCommand=x', 80, false],
    ['a b', 80, false],
    ['a,b', 80, false],
    ['$(id)', 80, false],
    ["x'; id #", 80, false],
    ['', 80, false],
    ['192.0.2.1', 0, false],
    ['192.0.2.1', 65_536, false],
    ['192.0.2.1', 80.5, false],
  ])('%s port %d: %s', (address, port, may) => expect(isTriable(address, port)).toBe(may));
});
