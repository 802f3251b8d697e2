import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { meshError } from '../../src/errors/mesh-error.ts';
import type { Added } from '../../src/inventory/merge-samples.ts';
import { inventorySchema, type Inventory } from '../../src/inventory/schema.ts';
import type { KubePort, SshPort } from '../../src/ports/contracts.ts';
import { CLUSTERS_EVERY_MS, discoverFor, jittered, type SampleOptions } from '../../src/probes/sample.ts';
import { estate } from '../inventory/observed.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const LISTENS =
  'listening\ttcp LISTEN 0 1 *:8081 *:* users:(("app",pid=7,fd=3))\nprocess\t7 0::/system.slice/pricing.service\n';
const CALLED = 'connected\tESTAB 0 0 10.0.0.2:8081 192.0.2.9:40000 users:(("app",pid=7,fd=4))\n';

/** A world in which time passes by sleeping alone. vm-a is up in every second sample, and vm-b is called in the third. */
class World {
  nowMs = START;
  readonly asked: Record<string, number> = {};
  readonly startedMs: number[] = [];
  readonly stop = new AbortController();
  onAsk: (name: string, times: number) => Promise<unknown> = () => Promise.resolve();

  get ports(): { ssh: SshPort; clock: { now(): number; sleep(ms: number): Promise<boolean> }; kube(): KubePort } {
    return {
      ssh: {
        script: async ({ name, address }: { name: string; address: string }) => await this.#answer(name, address),
      } as unknown as SshPort,
      clock: {
        now: () => this.nowMs,
        sleep: (ms) => {
          this.nowMs += ms;
          return Promise.resolve(!this.stop.signal.aborted);
        },
      },
      kube: () => ({ cluster: 'lab', identity: this.#forbidden, list: this.#forbidden }) as unknown as KubePort,
    };
  }

  options(change: Partial<SampleOptions> = {}): SampleOptions {
    return {
      estateDigest: 'sha256:x',
      forMs: 60_000,
      everyMs: 10_000,
      random: () => 0.5,
      interrupted: this.stop.signal,
      ...change,
    };
  }

  run(change: Partial<SampleOptions> = {}): Promise<Inventory> {
    return discoverFor(estate, this.ports, this.options(change));
  }

  readonly #forbidden = (): Promise<never> => {
    this.asked['cluster'] = (this.asked['cluster'] ?? 0) + 1;
    return Promise.reject(meshError('MW1203', { cluster: 'lab', verb: 'list', resource: 'pods', scope: 'all' }));
  };

  async #answer(name: string, address: string): Promise<{ exitCode: number; stdout: string; stderr: string }> {
    const times = (this.asked[name] = (this.asked[name] ?? 0) + 1);
    if (name === 'vm-b') this.startedMs.push(this.nowMs - START);
    await this.onAsk(name, times);
    if (name === 'vm-a' && times % 2 === 0)
      throw meshError('MW1103', { host: name, address, reason: 'Connection refused' });
    const seconds = this.nowMs / 1000;
    const called = name === 'vm-b' && times === 3 ? CALLED : '';
    return { exitCode: 0, stderr: '', stdout: `fact\tbegin\t${seconds}\n${LISTENS}${called}fact\tend\t${seconds}\n` };
  }
}

describe('discovery over time', () => {
  test('samples until the time is over, and once at its end', async () => {
    const world = new World();
    const told: (Added & { elapsedMs: number })[] = [];
    const inventory = inventorySchema.parse(await world.run({ onSample: (sample) => told.push(sample) }));
    expect(world.startedMs).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000]);
    expect(inventory.window).toEqual({
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-01-01T00:01:00.000Z',
      samples: 7,
      failed: { 'vm-a': 3 },
    });
    expect(told.map(({ sample, edges, new: added, failed }) => [sample, edges, added, failed.join()])).toEqual([
      [1, 0, 0, ''],
      [2, 0, 0, 'vm-a'],
      [3, 1, 1, ''],
      [4, 1, 0, 'vm-a'],
      [5, 1, 0, ''],
      [6, 1, 0, 'vm-a'],
      [7, 1, 0, ''],
    ]);
    expect(inventory.dependencies).toMatchObject([
      { from: 'external/192.0.2.9', to: 'service/pricing', evidence: [{ count: 1, at: '2026-01-01T00:00:20.000Z' }] },
    ]);
    expect(inventory.hosts.map(({ name }) => name)).toEqual(['vm-a', 'vm-b']);
    expect(inventory.findings.map(({ code }) => code)).toContain('MW1350');
  });

  test('asks once for root where the login has none', async () => {
    const world = new World();
    const { ssh, ...ports } = world.ports;
    const asRoot: unknown[] = [];
    const script: SshPort['script'] = (target, text, variables, options) => {
      if (target.name === 'vm-b') asRoot.push(options.root);
      if (options.root === true) return Promise.reject(meshError('MW1106', { host: target.name, user: 'ops' }));
      return ssh.script(target, text, variables, options);
    };
    const inventory = await discoverFor(
      estate,
      { ...ports, ssh: { script } as SshPort },
      world.options({ forMs: 20_000 }),
    );
    expect(asRoot).toEqual([true, false, false, false]);
    expect(inventory.hosts.map(({ privilege }) => privilege)).toEqual(['none', 'none']);
  });

  test('reads clusters once a minute', async () => {
    const once = new World();
    await once.run({ forMs: CLUSTERS_EVERY_MS - 1_000 });
    const thrice = new World();
    await thrice.run({ forMs: 2 * CLUSTERS_EVERY_MS });
    expect(thrice.asked['cluster']).toBe(3 * (once.asked['cluster'] ?? 0));
    expect(once.asked['cluster']).toBeGreaterThan(0);
  });

  test('a sample that takes longer than the pause is followed by the next at once, and by none at the same time', async () => {
    const world = new World();
    world.onAsk = (name) => {
      if (name === 'vm-b') world.nowMs += 25_000;
      return Promise.resolve();
    };
    const inventory = await world.run();
    expect(world.startedMs).toEqual([0, 25_000, 50_000]);
    expect(inventory.window?.samples).toBe(3);
  });

  test('when it is interrupted in a sample, that one does not count and the others do', async () => {
    const world = new World();
    world.onAsk = (_, times) => {
      if (times < 3) return Promise.resolve();
      world.stop.abort(meshError('MW1901'));
      return new Promise(() => undefined);
    };
    expect((await world.run()).window?.samples).toBe(2);
  });

  test('when it is interrupted in a pause, what was seen is there', async () => {
    const world = new World();
    const inventory = await world.run({ onSample: () => world.stop.abort(meshError('MW1901')) });
    expect(inventory.window?.samples).toBe(1);
  });

  test('when it is interrupted before anything was seen, it says no more than that', async () => {
    const world = new World();
    world.onAsk = () => {
      world.stop.abort(meshError('MW1901'));
      return new Promise(() => undefined);
    };
    await expect(world.run()).rejects.toMatchObject({ code: 'MW1901' });
  });

  test('an error without a code is our bug and is not hidden', async () => {
    const world = new World();
    world.onAsk = (_, times) => (times === 2 ? Promise.reject(new TypeError('bug')) : Promise.resolve());
    await expect(world.run()).rejects.toThrow('bug');
  });

  test('a rhythm of the estate does not hide from samples at the same step', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
        const random = sequence(seed);
        let atMs = 0;
        const phases = new Set<number>();
        // For an hour at the step of a job that connects every ten seconds, for one.
        for (; atMs < 3_600_000; atMs += jittered(10_000, random)) phases.add(Math.floor((atMs % 10_000) / 1_000));
        expect(phases.size).toBe(10);
      }),
      { numRuns: 50 },
    );
    expect([jittered(10_000, () => 0), jittered(10_000, () => 0.5)]).toEqual([5_000, 10_000]);
  });
});

/** Numbers from 0 to below 1 (Park and Miller's generator), the same for the same seed. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
