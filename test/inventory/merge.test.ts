import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeInventories } from '../../src/inventory/merge.ts';
import { SampleUnion } from '../../src/inventory/merge-samples.ts';
import { assemble } from '../../src/inventory/assemble.ts';
import { inventorySchema, type Flow, type Inventory } from '../../src/inventory/schema.ts';
import { sha256Digest } from '../../src/ports/hash.ts';
import { cluster, edges, estate, flow, host, unitFacts } from './observed.ts';

const app = { process: 'app', unit: 'catalog.service' };
const merge = (first: Inventory, ...others: Inventory[]): Inventory =>
  inventorySchema.parse(mergeInventories([first, ...others], sha256Digest));
const day = (number: number, second = 0): string => new Date(Date.UTC(2026, 0, number, 0, 0, second)).toISOString();
const from = (address: string): Flow => flow('inbound', ['10.0.0.1', 8080], [address, 1], app);

interface Run {
  day: number;
  /** Of each sample: who called; null where vm-a did not answer. */
  samples: (string[] | null)[];
  services: number;
  hostname: string;
  hasCluster: boolean;
}

/** A run of discovery: one moment where there is one sample, a window else. */
function runOf({ day: number, samples, services, hostname, hasCluster }: Run): Inventory {
  const described = { ...estate, services: estate.services.slice(0, services) };
  const union = new SampleUnion(described, `sha256:${services}`);
  const seen = samples.map((callers, index) => ({
    capturedAt: day(number, index),
    hosts: [
      ...(callers === null ? [] : [host('vm-a', { hostname, flows: callers.map(from) })]),
      host('vm-b', { units: [unitFacts('pricing.service', ['catalog.corp', 8080])] }),
    ],
    clusters: hasCluster ? [cluster()] : [],
    findings: [],
  }));
  const [only, ...more] = seen;
  if (only !== undefined && more.length === 0)
    return inventorySchema.parse(assemble({ ...only, estate: described, estateDigest: `sha256:${services}` }));
  for (const sample of seen) union.add({ ...sample, asked: { clusters: hasCluster } });
  return inventorySchema.parse(union.inventory());
}

const run = (change: Partial<Run> = {}): Inventory =>
  runOf({ day: 1, samples: [['10.244.0.6']], services: 3, hostname: 'a', hasCluster: true, ...change });

const anyRun = fc
  .record({
    day: fc.integer({ min: 1, max: 4 }),
    samples: fc.array(fc.option(fc.subarray(['10.244.0.5', '10.244.0.7', '192.0.2.9', '192.0.2.10']), { freq: 4 }), {
      minLength: 1,
      maxLength: 3,
    }),
    services: fc.integer({ min: 2, max: 3 }),
    hostname: fc.constantFrom('a', 'b'),
    hasCluster: fc.boolean(),
  })
  .map(runOf);
const text = (inventory: Inventory): string => JSON.stringify(inventory);
const edgeKeys = ({ dependencies }: Inventory): string[] =>
  dependencies.map(({ from: caller, to, port }) => `${caller} ${to} ${port}`);

describe('a merge', () => {
  test('is the same to the byte in whatever order', () => {
    fc.assert(
      fc.property(anyRun, anyRun, anyRun, (a, b, c) => {
        const merged = text(merge(a, b, c));
        for (const order of [
          [a, c, b],
          [b, a, c],
          [b, c, a],
          [c, a, b],
          [c, b, a],
        ] as const)
          expect(text(merge(...order))).toBe(merged);
      }),
      { numRuns: 100 },
    );
  });

  test('is the same in whatever groups', () => {
    fc.assert(
      fc.property(anyRun, anyRun, anyRun, (a, b, c) => {
        expect(text(merge(merge(a, b), c))).toBe(text(merge(a, merge(b, c))));
        expect(text(merge(merge(a, b), merge(b, c)))).toBe(text(merge(a, b, c)));
      }),
      { numRuns: 150 },
    );
  });

  test('of the same again adds nothing', () => {
    fc.assert(
      fc.property(anyRun, anyRun, (a, b) => {
        const merged = merge(a, b);
        expect(text(merge(a, a))).toBe(text(a));
        expect(text(merge(merged, a))).toBe(text(merged));
        expect(text(merge(merged, merged))).toBe(text(merged));
      }),
      { numRuns: 100 },
    );
  });

  test('loses no edge, and counts what each run saw', () => {
    fc.assert(
      fc.property(anyRun, anyRun, (a, b) => {
        const merged = merge(a, b);
        expect(edgeKeys(merged)).toEqual([...new Set([...edgeKeys(a), ...edgeKeys(b)])].sort());
        if (text(a) === text(b)) return;
        const total = (one: Inventory): number =>
          one.dependencies
            .flatMap(({ evidence }) => evidence)
            .reduce((sum, { count, confidence }) => sum + (confidence === 'declared' ? 0 : count), 0);
        expect(total(merged)).toBe(total(a) + total(b));
        expect(merged.window?.samples).toBe((a.window?.samples ?? 1) + (b.window?.samples ?? 1));
      }),
      { numRuns: 100 },
    );
  });

  test('has first and last times over all runs, and when each run was', () => {
    const merged = merge(run(), run({ day: 3, samples: [['10.244.0.6'], ['10.244.0.6']] }));
    expect(merged.dependencies.find(({ from: caller }) => caller.endsWith('/web'))?.evidence).toMatchObject([
      { count: 3, firstAt: day(1), at: day(3, 1) },
    ]);
    expect(merged.window).toMatchObject({ from: day(1), to: day(3, 1), samples: 3, runs: [{ to: day(1) }, {}] });
    expect(merged.capturedAt).toBe(day(3, 1));
  });

  test('takes the facts of a host from the newest run that could read it', () => {
    const merged = merge(run({ hostname: 'a' }), run({ day: 2, hostname: 'b' }), run({ day: 3, samples: [null] }));
    expect(merged.hosts.map(({ hostname, readAt }) => [hostname, readAt])).toEqual([
      ['b', day(2)],
      ['vm-b', day(3)],
    ]);
    expect(merged.findings.filter(({ code }) => code === 'MW1350').map(({ message }) => message)).toEqual([
      expect.stringContaining(`vm-a could not be read in 1 of 3 samples. Its facts are of ${day(2)}`),
    ]);
    const unit = merged.workloads.find(({ id }) => id === 'vm/vm-a/catalog.service');
    expect(unit?.evidence).toMatchObject([{ source: 'systemd', at: day(2) }]);
  });

  test('keeps a call of what is gone from the estate, and says so', () => {
    const old = run();
    const merged = merge(old, run({ day: 2, services: 1, samples: [[]] }));
    expect(merged.workloads.map(({ service }) => service)).toEqual(['web']);
    expect(edges(merged)).toEqual(expect.arrayContaining(edges(old)));
    const gone = merged.findings.filter(({ code }) => code === 'MW1354');
    expect(gone.map(({ subject, level }) => [subject, level])).toEqual(
      old.dependencies.map(({ from: caller }) => [caller, 'warning']).sort(),
    );
    expect(merge(old, run({ day: 2 })).findings.filter(({ code }) => code === 'MW1354')).toEqual([]);
  });

  test('prefers what a cluster said to what manifests say, however new they are', () => {
    const written = run({ day: 5 });
    written.clusters = written.clusters.map((one) => ({ ...one, origin: 'files' as const }));
    expect(merge(run(), written).clusters.map(({ origin }) => origin)).toEqual([undefined]);
  });

  test('hands on the limits that any run met', () => {
    const limited = run();
    limited.findings.push({ code: 'MW1351', level: 'warning', subject: 'vm-a', message: 'more' });
    expect(merge(limited, run({ day: 2 })).findings.map(({ code }) => code)).toContain('MW1351');
  });
});
