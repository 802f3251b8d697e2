import { describe, expect, test } from 'vitest';
import { MAX_CONVERSATIONS } from '../../src/inventory/merge-flows.ts';
import { MAX_OUTSIDE_EDGES, type Sample, SampleUnion } from '../../src/inventory/merge-samples.ts';
import { inventorySchema, type Flow, type HostFacts, type Inventory } from '../../src/inventory/schema.ts';
import { cluster, edges, estate, flow, host, unitFacts } from './observed.ts';

const app = { process: 'app', unit: 'catalog.service' };
const pricingApp = { process: 'app', unit: 'pricing.service' };
const at = (second: number): string => new Date(Date.parse('2026-01-01T00:00:00Z') + second * 1_000).toISOString();
const fromWeb = (port: number): Flow => flow('inbound', ['10.0.0.1', 8080], ['10.244.0.6', port], app);

/** The window of these samples, ten seconds apart, with the cluster read in the first one. */
function windowOf(...samples: (HostFacts[] | Partial<Sample>)[]): { inventory: Inventory; union: SampleUnion } {
  const union = new SampleUnion(estate, 'sha256:x');
  for (const [index, sample] of samples.entries())
    union.add({
      capturedAt: at(10 * index),
      clusters: index === 0 ? [cluster()] : [],
      asked: { clusters: index === 0 },
      findings: [],
      hosts: Array.isArray(sample) ? sample : [],
      ...(Array.isArray(sample) ? {} : sample),
    });
  return { inventory: inventorySchema.parse(union.inventory()), union };
}

describe('the union of samples', () => {
  test('an edge that one sample saw is there, with when and how often', () => {
    const { inventory } = windowOf(
      [host('vm-a', { flows: [fromWeb(1), fromWeb(2)] }), host('vm-b')],
      [host('vm-a'), host('vm-b')],
      [host('vm-a', { flows: [fromWeb(3), flow('inbound', ['10.0.0.1', 8080], ['192.0.2.9', 1], app)] }), host('vm-b')],
    );
    const seen = inventory.dependencies.map(({ from, evidence }) => [from, ...evidence]);
    expect(seen).toEqual([
      ['external/192.0.2.9', expect.objectContaining({ count: 1, at: at(20) })],
      ['k8s/lab/shop/Deployment/web', expect.objectContaining({ count: 3, firstAt: at(0), at: at(20) })],
    ]);
    expect(seen[0]?.[1]).not.toHaveProperty('firstAt');
    expect(inventory.window).toEqual({ from: at(0), to: at(20), samples: 3, failed: {} });
    expect(inventory.capturedAt).toBe(at(20));
  });

  test('a declaration that every sample reads is one declaration', () => {
    const declaring = host('vm-a', { units: [unitFacts('catalog.service', ['pricing.corp', 8081])] });
    const { inventory } = windowOf([declaring], [declaring], [declaring]);
    expect(inventory.dependencies[0]?.evidence).toMatchObject([{ confidence: 'declared', count: 1, firstAt: at(0) }]);
  });

  test('a host that fails in some samples keeps its last facts, and a finding says in how many', () => {
    const problem = { code: 'MW1103', level: 'error', subject: 'vm-b', message: 'refused' } as const;
    const { inventory } = windowOf(
      [host('vm-a'), host('vm-b', { hostname: 'first' })],
      { hosts: [host('vm-a')], findings: [problem] },
      [host('vm-a'), host('vm-b', { hostname: 'last' })],
      { hosts: [host('vm-a')], findings: [problem] },
    );
    expect(inventory.hosts.map(({ hostname, readAt }) => [hostname, readAt])).toEqual([
      ['vm-a', at(30)],
      ['last', at(20)],
    ]);
    expect(inventory.window?.failed).toEqual({ 'vm-b': 2 });
    const found = inventory.findings.filter(({ subject }) => subject === 'vm-b');
    expect(found.map(({ code, level }) => `${code} ${level}`)).toEqual(['MW1103 warning', 'MW1350 warning']);
    expect(found[1]?.message).toContain('2 of 4 samples');
    const unit = inventory.workloads.find(({ id }) => id === 'vm/vm-b/pricing.service');
    expect(unit?.evidence).toMatchObject([{ source: 'systemd', at: at(20) }]);
  });

  test('what failed before and works at the end has no error left', () => {
    const problem = { code: 'MW1103', level: 'error', subject: 'vm-b', message: 'refused' } as const;
    const { inventory } = windowOf({ hosts: [host('vm-a')], findings: [problem] }, [host('vm-a'), host('vm-b')]);
    expect(inventory.findings.map(({ code }) => code)).toEqual(['MW1350']);
  });

  test('a host that no sample could read is an error, as in one moment', () => {
    const problem = { code: 'MW1103', level: 'error', subject: 'vm-b', message: 'refused' } as const;
    const down = { hosts: [host('vm-a')], findings: [problem] };
    const { inventory } = windowOf(down, down);
    expect(inventory.hosts.map(({ name }) => name)).toEqual(['vm-a']);
    expect(inventory.findings.filter(({ subject }) => subject === 'vm-b')).toEqual([problem]);
  });

  test('while a host does not answer its addresses keep their meaning', () => {
    const call = flow('outbound', ['10.0.0.1', 40_000], ['10.0.0.2', 8081], app);
    const { inventory } = windowOf([host('vm-a'), host('vm-b')], [host('vm-a', { flows: [call] })]);
    expect(edges(inventory)).toEqual(['vm/vm-a/catalog.service → service/pricing:8081 unknown observed']);
  });

  test('a caller that one sample missed is the one that another saw', () => {
    const unseen = flow('inbound', ['10.0.0.2', 8081], ['10.0.0.1', 1], pricingApp);
    const opened = flow('outbound', ['10.0.0.1', 2], ['10.0.0.2', 8081], app);
    const { inventory } = windowOf(
      [host('vm-a'), host('vm-b', { flows: [unseen] })],
      [host('vm-a', { flows: [opened] })],
    );
    expect(edges(inventory)).toEqual(['vm/vm-a/catalog.service → service/pricing:8081 unknown inferred+observed']);
    const alone = windowOf([host('vm-a'), host('vm-b', { flows: [unseen] })]).inventory;
    expect(edges(alone)).toEqual(['external/vm/vm-a → service/pricing:8081 unknown observed']);
  });

  test('of two callers on one host a connection that nobody saw opened tells nothing new', () => {
    const unseen = flow('inbound', ['10.0.0.2', 8081], ['10.0.0.1', 1], pricingApp);
    const by = (process: string): Flow => flow('outbound', ['10.0.0.1', 2], ['10.0.0.2', 8081], { process });
    const { inventory } = windowOf(
      [host('vm-a'), host('vm-b', { flows: [unseen] })],
      [host('vm-a', { flows: [by('cron')] })],
      [host('vm-a', { flows: [by('backup')] })],
    );
    expect(inventory.dependencies.map(({ from }) => from)).toEqual([
      'external/vm/vm-a/backup',
      'external/vm/vm-a/cron',
    ]);
  });

  test('flows are the conversations of the whole window, one connection each', () => {
    const { inventory } = windowOf(
      [host('vm-a', { flows: [fromWeb(1), fromWeb(2)] })],
      [host('vm-a', { flows: [flow('outbound', ['10.0.0.1', 5], ['10.244.0.5', 80], { ...app, pid: 3 })] })],
      [host('vm-a', { flows: [flow('outbound', ['10.0.0.1', 6], ['10.244.0.5', 80], { ...app, pid: 4 })] })],
    );
    expect(inventory.hosts[0]?.flows.map(({ direction, peerAddress }) => `${direction} ${peerAddress}`)).toEqual([
      'inbound 10.244.0.6',
      'outbound 10.244.0.5',
    ]);
  });

  test('is no larger for a thousand samples of the same than for two', () => {
    const same = [host('vm-a', { flows: [fromWeb(1)] }), host('vm-b')];
    const sizeOf = (samples: number): number =>
      JSON.stringify(windowOf(...Array.from({ length: samples }, () => same)).inventory).length;
    expect(sizeOf(1_000)).toBeLessThan(sizeOf(2) + 20);
  });

  test('is cut at its limits, with a finding, and own edges are never', () => {
    const stranger = (n: number): Flow =>
      flow('inbound', ['10.0.0.1', 8080], [`10.${100 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`, 1], app);
    const strangers = Array.from({ length: MAX_OUTSIDE_EDGES + 5 }, (_, index) => stranger(index));
    const { inventory } = windowOf([host('vm-a', { flows: strangers })], [host('vm-a', { flows: [fromWeb(1)] })]);
    expect(inventory.dependencies).toHaveLength(MAX_OUTSIDE_EDGES + 1);
    expect(edges(inventory).at(-1)).toContain('Deployment/web → service/catalog');
    expect(inventory.hosts[0]?.flows).toHaveLength(MAX_CONVERSATIONS);
    const limits = inventory.findings.filter(({ code }) => code === 'MW1351');
    expect(limits.map(({ subject }) => subject)).toEqual(['shop', 'vm-a']);
  });

  test('before the first sample there is none', () => {
    expect(new SampleUnion(estate, 'sha256:x').inventory()).toBeUndefined();
  });
});
