import { describe, expect, test } from 'vitest';
import type { Flow, Translation } from '../../src/inventory/schema.ts';
import { edges, flow, host, inventoryOf, unitFacts } from './observed.ts';

const CATALOG = 'vm/vm-a/catalog.service';
const app = { process: 'app', unit: 'catalog.service' };
const pricingApp = { process: 'app', unit: 'pricing.service' };
type End = [string, number];

/** A rewriting, as `client → server` was meant, and `seenClient → seenServer` came to be. */
const rewritten = (client: End, server: End, seenClient: End, seenServer: End): Translation => {
  const of = ([address, port]: End) => ({ address, port });
  return { client: of(client), server: of(server), seenClient: of(seenClient), seenServer: of(seenServer) };
};
const ended = (one: Flow): Flow => ({ ...one, state: 'time-wait' });

describe('addresses that a host rewrites', () => {
  const client: End = ['10.0.0.1', 40_000];
  const virtual: End = ['10.9.9.9', 80];
  const server: End = ['10.0.0.2', 8081];
  const call = host('vm-a', { flows: [flow('outbound', client, virtual, app)] });

  test('a call to a virtual address is one of the service behind it', () => {
    const translations = [rewritten(client, virtual, client, server)];
    expect(edges(inventoryOf([{ ...call, translations }, host('vm-b')]))).toEqual([
      `${CATALOG} → service/pricing:8081 unknown observed`,
    ]);
    // Whoever rewrites it, as a load balancer among the hosts.
    expect(edges(inventoryOf([call, host('vm-b', { translations })]))).toHaveLength(1);
    expect(edges(inventoryOf([call, host('vm-b')]))).toEqual([`${CATALOG} → external/10.9.9.9:80 unknown observed`]);
  });

  test('a call that is handed to something on its own host is meant for where it was sent', () => {
    const translations = [rewritten(client, virtual, client, ['127.0.0.1', 15_001])];
    expect(edges(inventoryOf([{ ...call, translations }, host('vm-b')]))).toEqual([
      `${CATALOG} → external/10.9.9.9:80 unknown observed`,
    ]);
  });

  test('a caller behind a masquerading address is the one who opened the connection', () => {
    const mask: End = ['10.0.0.7', 61_000];
    const answering = host('vm-b', { flows: [flow('inbound', server, mask, pricingApp)] });
    expect(edges(inventoryOf([call, answering]))).toContain(
      'external/10.0.0.7 → service/pricing:8081 unknown observed',
    );
    const translations = [rewritten(client, virtual, mask, server)];
    expect(edges(inventoryOf([{ ...call, translations }, answering]))).toEqual([
      `${CATALOG} → service/pricing:8081 unknown observed`,
    ]);
    const stranger = [rewritten(['192.0.2.7', 1234], virtual, mask, server)];
    expect(edges(inventoryOf([host('vm-a', { translations: stranger }), answering]))).toEqual([
      'external/192.0.2.7 → service/pricing:8081 unknown observed',
    ]);
  });

  test('a captured connection was meant for the port that connection tracking says', () => {
    const envoy = { process: 'envoy', unit: 'meshway-proxy.service' };
    const caught = flow('inbound', ['10.0.0.1', 15_006], ['10.244.0.6', 40_000], envoy);
    const meant = (port: number) =>
      rewritten(['10.244.0.6', 40_000], ['10.0.0.1', port], ['10.244.0.6', 40_000], ['10.0.0.1', 15_006]);
    const edgesFor = (port: number) =>
      edges(inventoryOf([host('vm-a', { meshed: true, flows: [caught], translations: [meant(port)] })]));
    expect(edgesFor(8080)).toEqual(['k8s/lab/shop/Deployment/web → service/catalog:8080 unknown observed']);
    // Another port of that host is no service of the estate, unless the same unit listens there.
    expect(edgesFor(9999)).toEqual([]);
    const listeners = [8080, 9090].map((port) => ({ protocol: 'tcp', address: '*', port, ...app }) as const);
    const facts = { meshed: true, listeners, flows: [caught], translations: [meant(9090)] };
    expect(edges(inventoryOf([host('vm-a', facts)]))).toEqual([
      'k8s/lab/shop/Deployment/web → service/catalog:9090 unknown observed',
    ]);
  });
});

describe('connections that have just ended', () => {
  test('are found for what a timer calls, by what its unit declares', () => {
    const facts = host('vm-a', {
      units: [unitFacts('catalog.service'), { ...unitFacts('report.service', ['pricing.corp', 8081]), mainPid: 0 }],
      flows: [ended(flow('outbound', ['10.0.0.1', 40_000], ['10.0.0.2', 8081]))],
    });
    const inventory = inventoryOf([facts, host('vm-b')]);
    expect(edges(inventory)).toEqual(['external/vm/vm-a/report.service → service/pricing:8081 name declared+inferred']);
    expect(inventory.dependencies[0]?.evidence.map(({ detail }) => detail)).toContainEqual(
      'ended within the last minute on vm-a, opened by unknown to 10.0.0.2:8081',
    );
  });

  test('reach the service that listens, whoever held the socket', () => {
    const flows = [ended(flow('inbound', ['10.0.0.1', 8080], ['10.244.0.6', 40_000]))];
    expect(edges(inventoryOf([host('vm-a', { flows })]))).toEqual([
      'k8s/lab/shop/Deployment/web → service/catalog:8080 unknown observed',
    ]);
  });

  test('of a proxy to its own host, and checks of health, are nobody’s calls', () => {
    const flows = [
      ended(flow('outbound', ['127.0.0.6', 40_000], ['10.0.0.1', 8080])),
      ended(flow('outbound', ['127.0.0.1', 40_000], ['127.0.0.1', 8080])),
      ended(flow('inbound', ['10.0.0.1', 15_006], ['10.244.0.6', 40_000])),
    ];
    const known = { protocol: 'tcp', address: '*', port: 8080, unit: 'catalog.service' } as const;
    const proxy = { protocol: 'tcp', address: '*', port: 15_006, unit: 'meshway-proxy.service' } as const;
    expect(edges(inventoryOf([host('vm-a', { meshed: true, flows, listeners: [known, proxy] })]))).toEqual([
      'k8s/lab/shop/Deployment/web → service/catalog:8080 unknown observed',
    ]);
  });
});

test('what a configuration file names is declared, and says where', () => {
  const unit = unitFacts('catalog.service');
  unit.declares = [{ host: 'pricing.corp', port: 8081, from: 'configuration' }];
  const [dependency] = inventoryOf([host('vm-a', { units: [unit] }), host('vm-b')]).dependencies;
  expect(dependency).toMatchObject({
    from: CATALOG,
    to: 'service/pricing',
    evidence: [{ source: 'configuration', detail: 'pricing.corp:8081 in its configuration files' }],
  });
});
