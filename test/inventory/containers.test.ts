import { describe, expect, test } from 'vitest';
import { examine } from '../../src/inventory/findings.ts';
import type { HostFacts } from '../../src/inventory/schema.ts';
import { container, docker, published } from './container.ts';
import { AT, cluster, edges, estate, flow, host, inventoryOf, pods, unitFacts } from './observed.ts';

const ID = '0123456789ab'.padEnd(64, 'f');
const CACHE = 'external/container/vm-a/cache';
const scope = { process: 'redis', unit: `docker-${ID}.scope` };
const app = { process: 'app', unit: 'catalog.service' };
const proxy = { process: 'docker-proxy', unit: 'docker.service' };
const called = (name: string, port: number): { host: string; port: number; from: 'environment' }[] => [
  { host: name, port, from: 'environment' },
];
const findings = (...hosts: HostFacts[]): string[] =>
  examine(estate, hosts, [cluster()], Date.parse(AT)).map(({ code, level, subject }) => `${code} ${level} ${subject}`);

describe('a container with a network of its own', () => {
  test('is called at the port that the engine forwards to it', () => {
    const hosts = [
      host('vm-a', docker(container({ ports: published(6379) }))),
      host('vm-b', {
        flows: [
          flow('outbound', ['10.0.0.2', 40_000], ['10.0.0.1', 6379], { process: 'app', unit: 'pricing.service' }),
        ],
      }),
    ];
    expect(edges(inventoryOf(hosts))).toEqual([`vm/vm-b/pricing.service → ${CACHE}:6379 unknown observed`]);
  });

  test('is called at a port that is forwarded for the host alone by the host alone', () => {
    const outbound = (address: string): string[] =>
      edges(
        inventoryOf([
          host('vm-a', {
            ...docker(container({ ports: published(6379, '127.0.0.1') })),
            flows: [flow('outbound', [address, 40_000], [address, 6379], app)],
          }),
        ]),
      );
    expect(outbound('127.0.0.1')).toEqual([`vm/vm-a/catalog.service → ${CACHE}:6379 unknown observed`]);
    expect(outbound('10.0.0.1').join()).not.toContain('cache');
  });

  test('is called and calls by its own address, whatever another host has at the same', () => {
    const a = host('vm-a', {
      ...docker(container()),
      flows: [
        flow('inbound', ['172.17.0.1', 8080], ['172.17.0.2', 40_000], app),
        flow('outbound', ['172.17.0.1', 40_001], ['172.17.0.2', 6379], app),
      ],
      addresses: ['10.0.0.1', '172.17.0.1'],
    });
    const b = host('vm-b', { ...docker(container({ name: 'other' })), addresses: ['10.0.0.2', '172.17.0.1'] });
    expect(edges(inventoryOf([a, b]))).toEqual([
      `${CACHE} → service/catalog:8080 unknown observed`,
      `vm/vm-a/catalog.service → ${CACHE}:6379 unknown observed`,
    ]);
  });

  test('calls other hosts from behind its own, which may have given another container the same address', () => {
    const end = (address: string, port: number): { address: string; port: number } => ({ address, port });
    const translations = [
      {
        client: end('172.17.0.2', 40_000),
        server: end('10.0.0.2', 8081),
        seenServer: end('10.0.0.2', 8081),
        seenClient: end('10.0.0.1', 61_000),
      },
    ];
    const owner = { process: 'app', unit: 'pricing.service' };
    const flows = [flow('inbound', ['10.0.0.2', 8081], ['10.0.0.1', 61_000], owner)];
    const a = host('vm-a', { ...docker(container()), translations });
    const edge = `${CACHE} → service/pricing:8081 unknown observed`;
    expect(edges(inventoryOf([a, host('vm-b', { flows })]))).toEqual([edge]);
    const b = host('vm-b', { ...docker(container({ name: 'other' })), flows });
    expect(edges(inventoryOf([a, b]))).toEqual([edge]);
  });

  test('calls whom its environment names, by name and through its host', () => {
    const declares = [
      ...called('pricing.corp', 8081),
      ...called('host.docker.internal', 8080),
      ...called('127.0.0.1', 8080),
    ];
    const hosts = [host('vm-a', docker(container({ declares }))), host('vm-b')];
    expect(edges(inventoryOf(hosts))).toEqual([
      `${CACHE} → service/catalog:8080 name declared`,
      `${CACHE} → service/pricing:8081 name declared`,
    ]);
  });

  test('has the connections that come from its host and that nobody there holds', () => {
    const hosts = [
      host('vm-a', docker(container({ declares: called('pricing.corp', 8081) }))),
      host('vm-b', {
        flows: [flow('inbound', ['10.0.0.2', 8081], ['10.0.0.1', 40_000], { process: 'app', unit: 'pricing.service' })],
      }),
    ];
    expect(edges(inventoryOf(hosts))).toEqual([`${CACHE} → service/pricing:8081 name declared+inferred`]);
  });

  test('means a neighbour by a name that is an estate’s too, and nobody’s where it has ended', () => {
    const neighbour = container({ id: 'b'.repeat(12), name: 'pricing.corp' });
    const caller = container({ declares: called('pricing.corp', 8081) });
    const of = (...list: ReturnType<typeof container>[]): string[] =>
      edges(inventoryOf([host('vm-a', docker(...list)), host('vm-b')]));
    expect(of(caller, neighbour)).toEqual([]);
    expect(of(caller, { ...neighbour, networks: [{ name: 'back', address: '172.18.0.2' }] })).toHaveLength(1);
    expect(of({ ...caller, state: 'exited' })).toEqual([]);
  });

  test('that has the port of a service is called as that service, and stays itself where it calls', () => {
    const a = host('vm-a', {
      ...docker(container({ name: 'catalog', ports: published(8080), declares: called('pricing.corp', 8081) })),
      listeners: [{ protocol: 'tcp', address: '0.0.0.0', port: 8080, ...proxy }],
      flows: [flow('inbound', ['10.0.0.1', 8080], ['10.244.0.6', 40_000], proxy)],
    });
    const inventory = inventoryOf(
      [a, host('vm-b')],
      [cluster({ workloads: [pods('web', ['10.244.0.6']), pods('catalog', [])] })],
    );
    expect(edges(inventory)).toEqual([
      'external/container/vm-a/catalog → service/pricing:8081 name declared',
      'k8s/lab/shop/Deployment/web → service/catalog:8080 unknown observed',
    ]);
    expect(findings(a)).toEqual(['MW1061 error catalog']);
    expect(inventory.findings[0]?.message).toContain('container catalog (redis:7): docker forwards port 8080');
  });
});

describe('a container on the network of its host', () => {
  const shared = container({ networkMode: 'host', networks: [] });

  test('is a thing of the host as any process is', () => {
    const hosts = [
      host('vm-a', { ...docker(shared), flows: [flow('outbound', ['10.0.0.1', 40_000], ['10.0.0.2', 8081], scope)] }),
      host('vm-b'),
    ];
    expect(edges(inventoryOf(hosts))).toEqual([
      'external/vm/vm-a/cache.container → service/pricing:8081 unknown observed',
    ]);
  });

  test('is so too where it is on the network of one that is', () => {
    const other = container({
      id: 'b'.repeat(12),
      name: 'side.service',
      networkMode: 'container:0123456789ab',
      declares: called('127.0.0.1', 8080),
    });
    expect(edges(inventoryOf([host('vm-a', docker(shared, { ...other, networks: [] }))]))).toEqual([
      'external/vm/vm-a/side.service.container → service/catalog:8080 ip declared',
    ]);
  });

  test('stands for the unit that runs it, where it listens on the service’s port', () => {
    const a = host('vm-a', {
      ...docker({ ...shared, declares: called('pricing.corp', 8081) }),
      units: [unitFacts('catalog.service')],
      listeners: [{ protocol: 'tcp', address: '*', port: 8080, ...scope }],
      flows: [flow('inbound', ['10.0.0.1', 8080], ['10.244.0.6', 40_000], scope)],
    });
    const inventory = inventoryOf(
      [a, host('vm-b')],
      [cluster({ workloads: [pods('web', ['10.244.0.6']), pods('catalog', [])] })],
    );
    expect(edges(inventory)).toEqual([
      'k8s/lab/shop/Deployment/web → service/catalog:8080 unknown observed',
      'vm/vm-a/catalog.service → service/pricing:8081 name declared',
    ]);
    expect(findings(a)).toEqual([]);
  });
});

describe('an engine', () => {
  const engine = (state: 'read' | 'idle' | 'unread', reason?: string): HostFacts =>
    host('vm-a', {
      containers: { engines: [{ name: 'docker', state, ...(reason === undefined ? {} : { reason }) }], list: [] },
    });

  test.for([
    ['that was read', engine('read'), []],
    ['that does not run', engine('idle'), []],
    ['that was not read', engine('unread', 'why'), ['MW1060 warning vm-a']],
    ['that was read in part', engine('read', 'why'), ['MW1062 warning vm-a']],
  ] as const)('%s', ([, facts, expected]) => {
    expect(findings(facts)).toEqual(expected);
  });
});
