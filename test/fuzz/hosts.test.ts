import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { estateSchema } from '../../src/estate/schema.ts';
import { type Inventory, inventorySchema } from '../../src/inventory/schema.ts';
import type { KubePort, SshPort } from '../../src/ports/contracts.ts';
import { discover } from '../../src/probes/discover.ts';
import { meshError } from '../../src/errors/mesh-error.ts';
import { root } from '../run-mesh.ts';
import { asDecoded, hostileText } from './attacks.ts';
import { expectHarmless } from './reports.ts';

const estate = estateSchema.parse({
  apiVersion: 'meshway/v1alpha1',
  kind: 'Estate',
  name: 'shop',
  provider: { name: 'istio', cluster: 'lab' },
  hosts: [
    { name: 'vm-a', address: '10.200.0.11', user: 'ops' },
    { name: 'vm-b', address: '10.200.0.12', user: 'ops' },
  ],
  clusters: [{ name: 'lab', namespaces: ['shop'] }],
  services: [service('catalog', 8080, 'vm-a'), service('pricing', 8081, 'vm-b')],
});

function service(name: string, port: number, host: string): object {
  return { name, hostname: `${name}.shop.internal`, port, workload: { host, unit: `${name}.service` } };
}

const texts = Object.fromEntries(
  ['vm-a-under-load', 'vm-a-captured', 'vm-b-captured'].map((name) => [
    name,
    readFileSync(join(root, 'test', 'probes', 'host', 'captured', `${name}.txt`), 'utf8'),
  ]),
);
const captured = (name: string): string => texts[name] ?? '';
const good = captured('vm-b-captured');
const real = `${captured('vm-a-under-load')}${captured('vm-a-captured')}`.split('\n').filter((line) => line !== '');

/** Sections and single facts by turns, else most lines would be about sockets. */
const kinds = Map.groupBy(real, (line) =>
  line
    .split('\t')
    .slice(0, line.startsWith('fact\t') ? 2 : 1)
    .join('\t'),
);
const realLine = fc.constantFrom(...kinds.values()).chain((lines) => fc.constantFrom(...lines));

/** A line that a host really sent, with an attack in one of its fields, in all of them, or beside it. */
const bentLine = fc
  .tuple(realLine, hostileText, fc.nat(40), fc.constantFrom('field', 'all', 'before', 'after', 'whole'))
  .map(([line, attack, at, how]) => bend(line, attack, at, how));

function bend(line: string, attack: string, at: number, how: string): string {
  const [section = '', ...rest] = line.split('\t');
  const words = rest.join('\t').split(/([ =:,"()\t])/);
  if (how === 'field') words[at % words.length] = attack;
  const text = how === 'all' ? words.map((word) => (/^\w+$/.test(word) ? attack : word)).join('') : words.join('');
  const whole = { before: `${attack}${text}`, after: `${text}${attack}`, whole: attack }[how] ?? text;
  return `${section}\t${whole}`;
}

/** A heap of lines in any order. */
const heap = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: bentLine },
    { weight: 2, arbitrary: realLine },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...kinds.keys()), hostileText).map((parts) => parts.join('\t')) },
    { weight: 1, arbitrary: hostileText },
  ),
  { minLength: 1, maxLength: 60 },
);

/** A whole answer of a real host in which some lines are bent, so that what belongs together is together. */
const bentAnswer = fc
  .tuple(fc.constantFrom('vm-a-under-load', 'vm-a-captured'), hostileText, fc.nat(40), fc.integer({ min: 1, max: 12 }))
  .map(([name, attack, at, each]) =>
    captured(name)
      .split('\n')
      .map((line, index) => (index % each === at % each ? bend(line, attack, at + index, 'field') : line)),
  );

const answer = fc.oneof(heap, bentAnswer).map((lines) => asDecoded(lines.join('\n')));

/** vm-a sends what it likes; vm-b is itself; the cluster lets nobody in. */
async function discovered(hostile: string): Promise<Inventory> {
  const ssh: Pick<SshPort, 'script'> = {
    script: ({ name }) => Promise.resolve({ exitCode: 0, stdout: name === 'vm-a' ? hostile : good, stderr: '' }),
  };
  const forbidden = (): Promise<never> =>
    Promise.reject(meshError('MW1203', { cluster: 'lab', verb: 'list', resource: 'pods', scope: 'everywhere' }));
  const kube = (): KubePort => ({ cluster: 'lab', identity: forbidden, list: forbidden }) as unknown as KubePort;
  const clock = { now: () => Date.parse('2026-01-01T00:00:00Z'), sleep: () => Promise.resolve(true) };
  return await discover(estate, { ssh: ssh as SshPort, kube, clock }, { estateDigest: 'sha256:x' });
}

let [generated, reached] = [0, 0];
afterAll(() => console.log(`hostile hosts: ${generated}; an attack got as far as the inventory in ${reached}`));

it('nothing that a host sends harms a report, or another host', async () => {
  const untouched = JSON.stringify((await discovered('')).hosts.find(({ name }) => name === 'vm-b'));
  await fc.assert(
    fc.asyncProperty(answer, async (hostile) => {
      const inventory = await discovered(hostile);
      generated += 1;
      reached += /owned|forged|evil|reboot|onerror|alert/.test(JSON.stringify(inventory)) ? 1 : 0;
      expect(inventorySchema.safeParse(inventory).error?.issues ?? []).toEqual([]);
      expect(JSON.stringify(inventory.hosts.find(({ name }) => name === 'vm-b'))).toBe(untouched);
      for (const { code } of inventory.findings) expect(code).toMatch(/^MW\d{4}$/);
      expectHarmless(inventory, estate);
    }),
    { numRuns: 1_000 },
  );
  // Else the parser takes nothing in, and the reports are not tried at all.
  expect(reached).toBeGreaterThan(100);
}, 180_000);
