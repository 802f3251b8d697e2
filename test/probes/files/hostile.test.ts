import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { isMeshError } from '../../../src/errors/mesh-error.ts';
import { decodeText } from '../../../src/probes/files/decode.ts';
import { deployment, documents, inventoryOfFiles, parsed, service } from './sources.ts';

/** What no result may ever hold: it stands in a Secret, and under names that say secret. */
const MARK = 'hunter2.example.com:1';
const secret = JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { to: MARK } });
const guarded = deployment('guarded', { env: [{ name: 'DB_PASSWORD', value: MARK }], args: ['--token', MARK] });
const policy = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'p' },
  spec: {
    podSelector: { matchLabels: { app: 'catalog' } },
    ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port: 80, protocol: 'TCP' }] }],
    egress: [{ to: [{ podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] } }] }],
  },
};
const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { TO: 'catalog:80' } };
const web = deployment('web', {
  command: ['/bin/web', '--to=http://catalog:80'],
  env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'c', key: 'TO' } } }],
  envFrom: [{ prefix: 'X_', configMapRef: { name: 'c', optional: true } }],
  ports: [{ name: 'http', containerPort: 8080 }],
});
const good = [
  web,
  deployment('catalog'),
  service('catalog', 80, 8080),
  JSON.stringify(policy),
  JSON.stringify(configMap),
];

let generated = 0;
afterAll(() => console.log(`hostile inputs generated: ${generated}`));

/** A hostile document stands first; the Secret and the good one after it in the same file. */
function check(hostile: string): void {
  generated += 1;
  const texts = { 'a.yaml': documents(hostile, secret, guarded, deployment('good')), 'b.yaml': deployment('other') };
  const facts = parsed(texts);
  const inventory = inventoryOfFiles(facts);
  const names = facts.cluster.workloads.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['good', 'guarded', 'other']));
  expect(JSON.stringify(inventory)).not.toContain('hunter2');
  for (const { message, subject, code } of facts.findings) {
    expect(code).toMatch(/^MW10\d\d$/);
    expect(message + subject).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  }
  for (const { from, to } of inventory.dependencies) expect(from + to).toMatch(/^[\w./:-]+$/);
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
);
const word = fc.constantFrom(
  ...[
    'apiVersion: v1',
    'kind: List',
    'kind: Service',
    'items:',
    '- ',
    '  ',
    '? ',
    ': ',
    '&a ',
    '*a ',
    '<<: *a',
    '!!str ',
    '!x ',
  ],
  ...[
    '"',
    "'",
    '|',
    '>',
    '[',
    ']',
    '{',
    '}',
    ',',
    '#',
    '%YAML 1.1',
    '...',
    '--- ',
    '\n',
    '\n\n',
    '\t',
    '\r',
    '\u0000',
    '\uFEFF',
  ],
  ...[
    '\u202e',
    '\u001b[31m',
    '$(reboot)',
    '--all',
    '../..',
    '{{ .Values }}',
    '~',
    'null',
    '.inf',
    '0x1F',
    '1e999',
    '__proto__: 1',
  ],
);
/** Values that a manifest does not expect where they stand. */
const anyValue = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  anyText,
  fc.constantFrom(
    null,
    -1,
    1e308,
    '',
    [],
    {},
    [null],
    [[]],
    { __proto__: null, a: 1 },
    { name: '--all' },
    { name: 'constructor' },
    'toString',
  ),
);

/** A manifest with the value at one of its places replaced, or its key renamed. */
const bent = fc
  .tuple(fc.constantFrom(...good), fc.nat(), anyValue, fc.option(anyText))
  .map(([text, at, value, key]) => bend(JSON.parse(text) as object, at, value, key));

function bend(root: object, at: number, value: unknown, key: string | null): string {
  const places: [Record<string, unknown>, string][] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [name, part] of Object.entries(node)) {
      places.push([node as Record<string, unknown>, name]);
      walk(part);
    }
  };
  walk(root);
  const [node, name] = places[at % places.length] ?? [{}, ''];
  if (key !== null && !Array.isArray(node)) Object.assign(node, { [key]: node[name] });
  node[name] = value;
  return JSON.stringify(root);
}

/** A manifest with a piece of its text taken out and another put in. */
const broken = fc
  .tuple(fc.constantFrom(...good), fc.nat(), fc.nat(40), fc.oneof(word, anyText))
  .map(([text, at, length, put]) => text.slice(0, at % text.length) + put + text.slice((at % text.length) + length));

describe('no input', () => {
  it('makes the parser throw, lose another document or tell a secret', () => {
    const hostile = fc.oneof(
      anyText,
      fc.array(word, { maxLength: 60 }).map((words) => words.join('')),
      bent,
      broken,
    );
    fc.assert(fc.property(hostile, check), { numRuns: 1_500 });
  }, 120_000);

  it('that is an environment file does either', () => {
    const line = fc.oneof(
      anyText,
      word,
      fc.tuple(anyText, anyText).map(([name, value]) => `${name}=${value}`),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        generated += 1;
        const text = [...lines, `API_KEY=${MARK}`].join('\n').replaceAll('\\\n', '\n');
        const facts = parsed({ 'a.env': text, 'b.yaml': deployment('good') });
        expect(JSON.stringify(inventoryOfFiles(facts))).not.toContain('hunter2');
      }),
      { numRuns: 400 },
    );
  }, 60_000);

  it('of bytes is anything but text or a coded error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        generated += 1;
        try {
          check(decodeText(bytes, 'a.yaml'));
        } catch (error) {
          if (!isMeshError(error, 'MW1032')) throw error;
        }
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it('has a name that gets into a result unchecked', () => {
    fc.assert(
      fc.property(anyText, anyText, (name, namespace) =>
        check(documents(deployment(name), service(name), deployment('x', {}, { namespace }))),
      ),
      { numRuns: 300 },
    );
  }, 60_000);
});
