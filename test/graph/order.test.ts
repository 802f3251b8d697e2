import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { components } from '../../src/graph/components.ts';
import { calleesFirst } from '../../src/graph/order.ts';

const graphs = fc.integer({ min: 1, max: 12 }).chain((count) =>
  fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 40 }).map((edges) => ({
    count,
    successors: Array.from({ length: count }, (_, node) => edges.filter(([from]) => from === node).map(([, to]) => to)),
  })),
);

function reaches(successors: readonly (readonly number[])[], from: number): Set<number> {
  const seen = new Set<number>();
  const open = [from];
  for (let node = open.pop(); node !== undefined; node = open.pop())
    for (const next of successors[node] ?? []) {
      if (!seen.has(next)) open.push(next);
      seen.add(next);
    }
  return seen;
}

describe('components', () => {
  it('puts two nodes together exactly when each reaches the other, and callees first', () => {
    fc.assert(
      fc.property(graphs, ({ count, successors }) => {
        const found = components(count, successors);
        const placeOf = new Map(found.flatMap((members, place) => members.map((member) => [member, place])));
        expect(placeOf.size).toBe(count);
        for (let a = 0; a < count; a += 1)
          for (const b of reaches(successors, a)) {
            const together = a === b || reaches(successors, b).has(a);
            expect(placeOf.get(a) === placeOf.get(b)).toBe(together);
            expect(placeOf.get(b)).toBeLessThanOrEqual(placeOf.get(a) ?? -1);
          }
      }),
    );
  });

  it('survives a chain of 200,000 nodes', () => {
    const count = 200_000;
    const found = components(
      count,
      Array.from({ length: count }, (_, node) => (node + 1 < count ? [node + 1] : [])),
    );
    expect(found).toHaveLength(count);
    expect(found[0]).toEqual([count - 1]);
  });
});

const alone = (names: string[]): Map<string, string> => new Map(names.map((name) => [name, name]));

describe('calleesFirst', () => {
  const at = '2026-01-01T00:00:00.000Z';
  const workload = (service: string) => ({
    id: `vm/${service}/${service}.service`,
    service,
    role: 'primary' as const,
    position: { platform: 'vm' as const, mesh: 'off' as const },
    listeners: [],
    evidence: [],
  });
  const call = (from: string, to: string) => ({
    from: `vm/${from}/${from}.service`,
    to: `service/${to}`,
    port: 80,
    protocol: 'http' as const,
    addressedBy: 'name' as const,
    evidence: [{ source: 'ss' as const, detail: '', at, count: 1, confidence: 'observed' as const }],
  });

  it('orders a chain from its end', () => {
    const names = ['web', 'catalog', 'pricing'];
    expect(
      calleesFirst(alone(names), names.map(workload), [call('web', 'catalog'), call('catalog', 'pricing')]),
    ).toEqual([['pricing'], ['catalog'], ['web']]);
  });

  it('keeps a circle together', () => {
    const names = ['a', 'b', 'c'];
    expect(calleesFirst(alone(names), names.map(workload), [call('a', 'b'), call('b', 'a'), call('c', 'a')])).toEqual([
      ['a', 'b'],
      ['c'],
    ]);
  });
});
