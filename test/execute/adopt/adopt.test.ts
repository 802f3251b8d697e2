import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { meshError } from '../../../src/errors/index.ts';
import { greatestToken } from '../../../src/execute/adopt/take-over.ts';
import type { World } from '../../../src/execute/handler.ts';
import { readJournal } from '../../../src/journal/file.ts';
import { journalPath } from '../../../src/journal/runs.ts';
import { Bench, policyPlan } from '../../fakes/executor.ts';
import { shopPlan } from '../../fakes/shop.ts';

let directory = '';
let lost: Bench;
const names = ['one', 'two', 'three'];
const plan = policyPlan(names);
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'adopt-'));
  lost = new Bench(join(directory, 'lost'));
});
afterEach(() => rm(directory, { recursive: true }));

/** Another machine with the same estate before it. */
function elsewhere(name = 'elsewhere'): Bench {
  return new Bench(join(directory, name), lost.kube);
}
async function runOf(bench: Bench): Promise<string> {
  return (await readdir(join(bench.stateDir, 'runs')))[0] ?? '';
}
const codeOf = async (run: Promise<unknown>): Promise<unknown> =>
  await run.then(
    () => 'no error',
    (error: unknown) => (error as { code: string }).code,
  );

describe('a run whose journal is lost', () => {
  it.each(names)('is carried on elsewhere to the same end, after stage %s', async (last) => {
    await lost.forward(plan, last);
    const before = lost.policies().length;
    const bench = elsewhere();
    expect(await bench.go(plan, { direction: 'forward', to: null }, await runOf(lost))).toBe('end');
    expect(bench.policies()).toEqual([...names].sort());
    const done = bench.events.filter(({ event }) => event === 'step.done').length;
    // The last step is seen once more; what came before is not touched.
    expect(done).toBe(names.length - before + 1);
  });

  it.each(names)('is taken back elsewhere, and leaves nothing, after stage %s', async (last) => {
    await lost.forward(plan, last);
    const bench = elsewhere();
    expect(await bench.go(plan, { direction: 'back', to: null }, await runOf(lost))).toBe('start');
    expect(bench.policies()).toEqual([]);
  });

  it('needs no adoption the second time, and keeps its name', async () => {
    await lost.forward(plan, 'one');
    const bench = elsewhere();
    await bench.go(plan, { direction: 'forward', to: 'two' }, await runOf(lost));
    expect(await bench.forward(plan)).toBe('end');
    expect(await runOf(bench)).toBe(await runOf(lost));
  });

  it('is refused where its old journal turns up again', async () => {
    await lost.forward(plan, 'two');
    const bench = elsewhere();
    await bench.go(plan, { direction: 'forward', to: 'two' }, await runOf(lost));
    expect(await codeOf(lost.forward(plan))).toBe('MW1610');
    expect(await codeOf(lost.back(plan))).toBe('MW1610');
    expect(bench.policies()).toEqual(['one', 'two']);
    expect(await bench.forward(plan)).toBe('end');
  });

  it('shuts out a former holder that still runs: its next change is refused', async () => {
    const bench = elsewhere();
    let adopted = '';
    // The adoption comes while the former holder asks its gate; the gate fails, and it wants to go back.
    lost.metrics = async (query) => {
      if (adopted === '') {
        adopted = await runOf(lost);
        await bench.go(plan, { direction: 'forward', to: 'one' }, adopted);
      }
      return query === 'total' ? 100 : 1;
    };
    expect(await codeOf(lost.forward(plan))).toBe('MW1612');
    expect(bench.policies()).toEqual(['one']);
    expect(await bench.forward(plan)).toBe('end');
  });

  it('counts on from the greatest token', async () => {
    await lost.forward(plan, 'one');
    await elsewhere('second').go(plan, { direction: 'forward', to: 'one' }, await runOf(lost));
    const bench = elsewhere('third');
    await bench.go(plan, { direction: 'forward', to: 'one' }, await runOf(lost));
    const [opened] = await readJournal(journalPath(bench.stateDir, await runOf(lost)));
    expect(opened?.token).toBe(3);
  });

  it('is refused where its journal is, where nothing of it is, and with another plan', async () => {
    await lost.forward(plan, 'one');
    const run = await runOf(lost);
    const forward = { direction: 'forward', to: null } as const;
    expect(await codeOf(lost.go(plan, forward, run))).toBe('MW1609');
    expect(await codeOf(elsewhere().go(plan, forward, 'shop-000000'))).toBe('MW1608');
    expect(await codeOf(elsewhere().go(plan, forward, '../../elsewhere'))).toBe('MW1608');
    expect(await codeOf(elsewhere().go(policyPlan(['one', 'four']), forward, run))).toBe('MW1603');
    expect(await readdir(directory)).not.toContain('runs');
  });
});

describe('the greatest token of a run', () => {
  const hosts = ['vm-a', 'vm-b'];
  /** Each host prints its own marker, or cannot be reached. */
  function world(markers: Record<string, string | undefined>): World {
    const script = async ({ name: host }: { name: string }): Promise<object> => {
      const marker = markers[host];
      if (marker === undefined) throw meshError('MW1103', { host, address: host, reason: 'it is off' });
      return await Promise.resolve({ exitCode: 0, stdout: marker, stderr: '' });
    };
    return { ...lost.world, ssh: { script } } as unknown as World;
  }
  const marker = (run: string, token: number): string => `owner ${run}\nplan p\ntoken ${token}\n`;

  it('is that of a host too, and not that of another run', async () => {
    const both = world({ 'vm-a': marker('r1', 7), 'vm-b': marker('r2', 9) });
    expect(await greatestToken('r1', shopPlan(), both, false)).toBe(7);
  });

  it('is 0 where the run left nothing', async () => {
    expect(await greatestToken('r1', plan, lost.world, false)).toBe(0);
  });

  it('needs every host on the way forward, and passes over one that is off on the way back', async () => {
    for (const off of hosts) {
      const one = world({ ...Object.fromEntries(hosts.map((host) => [host, marker('r1', 4)])), [off]: undefined });
      expect(await codeOf(greatestToken('r1', shopPlan(), one, false))).toBe('MW1103');
      expect(await greatestToken('r1', shopPlan(), one, true)).toBe(4);
    }
  });

  it('asks no host that the plan does not change', async () => {
    expect(await greatestToken('r1', plan, world({}), false)).toBe(0);
  });
});
