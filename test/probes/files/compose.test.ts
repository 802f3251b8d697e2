import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { interpolate } from '../../../src/probes/files/compose/interpolate.ts';
import { edgesOf, inventoryOfFiles, parsed } from './sources.ts';

const codesOf = (findings: readonly { code: string }[]): string[] => findings.map(({ code }) => code).sort();

/** Edges of Compose files, without what is the same for all. */
function edges(texts: Readonly<Record<string, string>>): string[] {
  return edgesOf(inventoryOfFiles(parsed(texts))).map((edge) =>
    edge.replace('vm/compose-shop/', '').replace('.service', '').replace('service/', '').replace(' compose', ''),
  );
}
/** Edges of one file of a project `shop` with the default network. */
const edgesIn = (services: string, more: Readonly<Record<string, string>> = {}): string[] =>
  edges({ 'shop/compose.yaml': `services:\n${services}`, ...more });

describe('calls that a Compose file tells of', () => {
  test.for<[string, string, string[]]>([
    ['a URL', '  a: { environment: { B: "http://b:81/x" } }\n  b: {}', ['a → b:81']],
    ['a list of variables', '  a: { environment: ["B=http://b:81", SHELL] }\n  b: {}', ['a → b:81']],
    ['a pair', '  a: { environment: { B: "b:81" } }\n  b: {}', ['a → b:81']],
    ['arguments', '  a: { command: ["--b", "b:81"] }\n  b: {}', ['a → b:81']],
    ['a command of one text', '  a: { command: "run --b http://b:81 --token b:82" }\n  b: {}', ['a → b:81']],
    ['a name with its port beside it', '  a: { environment: { B_HOST: b, B_PORT: 81 } }\n  b: {}', ['a → b:81']],
    [
      'a name alone, of one that exposes a port',
      '  a: { environment: { B_HOST: b } }\n  b: { expose: ["81"] }',
      ['a → b:81'],
    ],
    [
      'a name alone, of an image that is known',
      '  a: { environment: { B_HOST: b } }\n  b: { image: "x.example:5000/library/redis:7" }',
      ['a → b:6379'],
    ],
    ['a name that is no host', '  a: { environment: { POSTGRES_USER: b } }\n  b: {}', []],
    ['its own name', '  a: { environment: { MY_HOST: a, URL: "http://a:80" } }', []],
    ['a secret', '  a: { environment: { B_PASSWORD: "http://b:81", B_TOKEN_HOST: b } }\n  b: {}', []],
    ['`depends_on`', '  a: { depends_on: [b] }\n  b: { ports: ["8080:80"] }', ['a → b:80']],
    [
      '`depends_on` with conditions',
      '  a: { depends_on: { b: { condition: service_healthy }, c: { condition: service_completed_successfully } } }\n  b: {}\n  c: {}',
      ['a → b:0'],
    ],
    [
      '`depends_on` of one that is called by another port',
      '  a: { depends_on: [b], environment: { B: "b:82" } }\n  b: { expose: [81] }',
      ['a → b:82'],
    ],
    ['`links`', '  a: { links: ["b:database"], environment: { B: "database:81" } }\n  b: {}', ['a → b:81']],
    ['a container’s name', '  a: { environment: { B: "the-b:81" } }\n  b: { container_name: the-b }', ['a → b:81']],
    [
      'an alias on a network of both',
      '  a: { networks: [n], environment: { B: "alias:81" } }\n  b: { networks: { n: { aliases: [alias] } } }',
      ['a → b:81'],
    ],
    ['a name on another network', '  a: { networks: [n], environment: { B: "b:81" } }\n  b: { networks: [m] }', []],
    [
      'the network of another service',
      '  a: { network_mode: "service:c", environment: { B: "b:81" } }\n  b: { networks: [m] }\n  c: { networks: [m] }',
      ['a → b:81'],
    ],
    [
      'a published port by the host’s name',
      '  a: { environment: { B: "http://host.docker.internal:8081" } }\n  b: { ports: ["127.0.0.1:8081:81/tcp"] }',
      ['a → b:8081'],
    ],
    [
      'a published port from the host’s network',
      '  a: { network_mode: host, environment: { B: "http://localhost:8081" } }\n  b: { ports: [{ target: 81, published: "8081" }] }',
      ['a → b:8081'],
    ],
    ['its own loopback', '  a: { environment: { B: "http://127.0.0.1:8081" } }\n  b: { ports: ["8081:81"] }', []],
    [
      'a range of ports',
      '  a: { depends_on: [b] }\n  b: { ports: ["9090-9091:8080-8081", "70000:70000", "53/udp"] }',
      ['a → b:8080'],
    ],
    ['a profile', '  a: { profiles: [debug], environment: { B: "b:81" } }\n  b: {}', ['a → b:81']],
    [
      'merge keys',
      '  a: &a { environment: &e { B: "b:81" } }\n  b: {}\n  c: { <<: *a, environment: { <<: *e, X: "1" } }',
      ['a → b:81', 'c → b:81'],
    ],
  ])('by %s', ([, services, expected]) => {
    expect(edgesIn(services)).toEqual(expected);
  });

  it('in the first version’s form, and with a version’s key', () => {
    expect(edges({ 'shop/docker-compose.yml': 'a:\n  image: a\n  links: [b]\nb:\n  image: redis\n' })).toEqual([
      'a → b:6379',
    ]);
    expect(
      edges({ 'shop/docker-compose.yml': 'version: "2.1"\nservices: { a: { depends_on: [b] }, b: { image: redis } }' }),
    ).toEqual(['a → b:6379']);
  });
});

describe('variables', () => {
  const values = new Map([
    ['A', 'a'],
    ['E', ''],
    ['HOST', 'b'],
  ]);
  test.for<[string, string, string[]]>([
    ['$A-${A}', 'a-a', []],
    ['$$A $${A}', '$A ${A}', []],
    ['${X:-x} ${X-x} ${E:-x} ${E-x}|', 'x x x |', []],
    ['${X:-${Y:-${A}}}', 'a', []],
    ['${A:+x} ${E:+x} ${E+x} ${X+x}|', 'x  x |', []],
    ['$X ${Y}', ' ', ['X', 'Y']],
    ['${X:?no} ${A:?no}', ' a', ['X!']],
    ['$ ${ ${} ${A $9 {A}', '$ ${ ${} ${A $9 {A}', []],
  ])('%s', ([text, expected, unset]) => {
    const found = interpolate(text, values);
    expect(found.text).toBe(expected);
    expect(found.unset.map(({ variable, isRequired }) => `${variable}${isRequired ? '!' : ''}`)).toEqual(unset);
  });

  it('end, whatever the text is', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'$${}:-?+AE_9 '), maxLength: 200 }), (text) => {
        expect(interpolate(text, values).text.length).toBeLessThan(2_000);
      }),
      { numRuns: 500 },
    );
  });

  it('come from the files given, and never from our own environment', () => {
    const services = '  a: { environment: { B: "${B_NAME}:${B_PORT:-81}", H: "${HOME}" } }\n  b: {}';
    expect(edgesIn(services, { 'shop/.env': 'export B_NAME=b # the one\nB_PORT="8${NOTHING:-2}"\n' })).toEqual([
      'a → b:82',
    ]);
    const without = parsed({ 'shop/compose.yaml': `services:\n${services}` });
    expect(codesOf(without.findings)).toEqual(['MW1042', 'MW1065', 'MW1065']);
    expect(JSON.stringify(without)).not.toContain(process.env['HOME'] ?? '?');
  });

  it('of environment files come after those of the service', () => {
    const services =
      '  a: { env_file: [one.env, { path: two.env }, { path: three.env, required: false }], environment: { B: "b:81" } }\n  b: {}';
    const files = { 'shop/one.env': 'C=b:1\nD=b:2\n', 'shop/two.env': 'B=b:3\nC=b:4\n' };
    expect(edgesIn(services, files)).toEqual(['a → b:2', 'a → b:4', 'a → b:81']);
    expect(codesOf(parsed({ 'shop/compose.yaml': `services:\n${services}`, ...files }).findings)).toEqual(['MW1042']);
    expect(codesOf(parsed({ 'shop/compose.yaml': `services:\n${services}` }).findings)).toEqual([
      'MW1042',
      'MW1066',
      'MW1066',
    ]);
  });
});
