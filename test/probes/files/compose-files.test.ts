import { describe, expect, it, test } from 'vitest';
import { estateSchema } from '../../../src/estate/schema.ts';
import { edgesOf, inventoryOfFiles, parsed } from './sources.ts';

const codesOf = (findings: readonly { code: string }[]): string[] => findings.map(({ code }) => code).sort();

/** Edges of Compose files, without what is the same for all. */
function edges(texts: Readonly<Record<string, string>>): string[] {
  return edgesOf(inventoryOfFiles(parsed(texts))).map((edge) =>
    edge.replace('vm/compose-shop/', '').replace('.service', '').replace('service/', '').replace(' compose', ''),
  );
}
describe('several files', () => {
  it('override one another in the order given', () => {
    const one = 'services: { a: { environment: { B: "b:81", C: "b:82" }, command: [x, "b:90"], expose: [1] }, b: {} }';
    const two = 'services: { a: { environment: ["C=b:83"], command: [y, "b:91"] }, c: { depends_on: { a: {} } } }';
    expect(edges({ 'shop/compose.one.yml': one, 'shop/compose.two.yml': two })).toEqual([
      'a → b:81',
      'a → b:83',
      'a → b:91',
      'c → a:1',
    ]);
    expect(edges({ 'shop/compose.two.yml': two, 'shop/compose.one.yml': one })).toEqual([
      'a → b:81',
      'a → b:82',
      'a → b:90',
      'c → a:1',
    ]);
  });

  it('extend and include one another', () => {
    const base = 'services: { base: { environment: { B: "b:81" }, env_file: base.env }, b: {} }';
    const texts = {
      'shop/compose.yaml':
        'include: [more/compose.yaml]\nservices: { a: { extends: { file: common/base.yml, service: base }, environment: { C: "c:82" } }, d: { extends: a } }',
      'shop/common/base.yml': base,
      'shop/common/base.env': 'X=b:83\n',
      'shop/more/compose.yaml': 'services: { b: {}, c: {} }',
    };
    expect(edges(texts)).toEqual(['a → b:81', 'a → b:83', 'a → c:82', 'd → b:81', 'd → b:83', 'd → c:82']);
  });

  test.for([
    ['a file that is not there', '{ file: no.yml, service: x }', 'MW1066'],
    ['a service that is not there', 'x', 'MW1064'],
    ['itself', 'a', 'MW1064'],
  ] as const)('of which one extends %s', ([, wanted, code]) => {
    const facts = parsed({
      'shop/compose.yaml': `services: { a: { extends: ${wanted}, environment: { B: "b:81" } }, b: {} }`,
    });
    expect(codesOf(facts.findings)).toContain(code);
    expect(facts.compose[0]?.services.map(({ declares }) => declares.length)).toEqual([1, 0]);
  });

  it('of two directories are two projects', () => {
    const text = 'services: { a: { depends_on: [b] }, b: { image: redis } }';
    const { compose, estate } = parsed({ 'x/shop/compose.yaml': text, 'y/shop/compose.yaml': text });
    expect(compose.map(({ name }) => name)).toEqual(['shop', 'shop-2']);
    expect(estate.hosts.map(({ name }) => name)).toEqual(['compose-shop', 'compose-shop-2']);
    expect(estate.services.map(({ name }) => name)).toEqual(['a', 'b', 'a.shop-2', 'b.shop-2']);
  });

  it('beside manifests leave these what they are', () => {
    const deployment =
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { selector: {}, template: { spec: { containers: [{ name: x, image: x }] } } }\n';
    const { cluster, compose, findings } = parsed({
      'shop/web.yaml': deployment,
      'shop/compose.yaml': 'services: { a: {} }',
    });
    expect([cluster.workloads.length, compose.length, codesOf(findings)]).toEqual([1, 1, ['MW1042']]);
  });
});

describe('with an estate', () => {
  const estate = estateSchema.parse({
    apiVersion: 'meshway/v1alpha1',
    kind: 'Estate',
    name: 'shop',
    provider: { name: 'istio', cluster: 'lab' },
    hosts: [{ name: 'vm-a', address: '192.0.2.11', user: 'ops' }],
    services: [
      { name: 'catalog', hostname: 'catalog.corp', port: 8080, workload: { host: 'vm-a', unit: 'catalog.service' } },
      { name: 'pricing', hostname: 'pricing.corp', port: 8081, workload: { host: 'vm-a', unit: 'pricing.service' } },
    ],
  });
  const text =
    'services: { catalog: { environment: { P: "http://pricing.corp:8081" }, depends_on: [cache] }, cache: { image: redis, environment: { C: "catalog:8080" } } }';

  it('services are the units that are named after them, and the others are strangers', () => {
    const facts = parsed({ 'shop/compose.yaml': text }, estate);
    const inventory = inventoryOfFiles(facts);
    expect(edgesOf(inventory)).toEqual([
      'external/compose/shop/cache → service/catalog:8080 compose',
      'vm/vm-a/catalog.service → external/compose/shop/cache:6379 compose',
      'vm/vm-a/catalog.service → service/pricing:8081 compose',
    ]);
    expect(facts.findings.map(({ code, message }) => `${code} ${message}`)).toContainEqual(
      expect.stringMatching(/^MW1067 .*cache\.service/),
    );
    expect(inventory.workloads.map(({ evidence }) => evidence[0]?.source)).toEqual(['compose', 'estate']);
  });
});

describe('a Compose file that is not as it should be', () => {
  test.for<[string, string, string]>([
    ['no map', 'services:\n  - a\n', 'MW1042'],
    ['a service that is none', 'services:\n  a: 7\n  b: {}\n', 'MW1064'],
    ['ports that are none', 'services:\n  a: { ports: { x: y } }\n  b: {}\n', 'MW1064'],
    ['a name that is none', 'services:\n  "a b": {}\n  b: {}\n', 'MW1064'],
    ['an include that is none', 'include: 7\nservices:\n  b: {}\n', 'MW1064'],
    ['a tag', 'services:\n  a: { ports: !reset [] }\n', 'MW1033'],
    ['a map that merges itself', 'services:\n  a: &a { <<: *a }\n', 'MW1033'],
    [
      'a prototype',
      'services:\n  __proto__: { environment: { B: "b:81" } }\n  b: { environment: { __proto__: x } }\n',
      'MW1042',
    ],
  ])('for %s', ([, text, code]) => {
    const estate = estateSchema.parse({
      apiVersion: 'meshway/v1alpha1',
      kind: 'Estate',
      name: 'shop',
      provider: { name: 'istio', cluster: 'lab' },
      services: [{ name: 'x', workload: { host: 'vm-a', unit: 'x.service' } }],
    });
    const facts = parsed({ 'shop/compose.yaml': text }, estate);
    expect(codesOf(facts.findings)).toContain(code);
    expect(inventoryOfFiles(facts).workloads).toHaveLength(1);
  });

  it('prints no byte of the file that a terminal would obey', () => {
    const text =
      'services:\n  "a\\e[31m": {}\n  b: { extends: "\\e]0;x", depends_on: [c], environment: { "X\\e": "${Y}" } }\n';
    const { findings } = parsed({ 'shop/compose.yaml': `${text}  c: { env_file: "\\e[2J" }\n` });
    expect(findings.length).toBeGreaterThan(2);
    expect(JSON.stringify(findings)).not.toContain('\\u001b');
  });

  it('of a thousand services is read to the limit, and in time', () => {
    const services = Array.from({ length: 1_200 }, (_, at) => `  s${at}: { environment: { N: "s${at + 1}:80" } }`);
    const began = performance.now();
    const facts = parsed({ 'shop/compose.yaml': `services:\n${services.join('\n')}\n` });
    expect(codesOf(facts.findings)).toEqual(['MW1031', 'MW1042']);
    expect(inventoryOfFiles(facts).dependencies).toHaveLength(999);
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});
