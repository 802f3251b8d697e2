import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { meshError } from '../../src/errors/index.ts';
import { Bench, endOf, policyPlan } from '../fakes/executor.ts';

let directory = '';
let bench: Bench;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'executor-'));
  bench = new Bench(directory);
});
afterEach(() => rm(directory, { recursive: true }));

const plan = policyPlan(['one', 'two']);
const foreign = {
  apiVersion: 'security.istio.io/v1',
  kind: 'PeerAuthentication',
  metadata: { name: 'two', namespace: 'shop' },
  spec: {},
};

/** The journal as a crash leaves it that comes before its last entry of a type. */
async function forgetLast(type: string): Promise<void> {
  const [run = ''] = await readdir(join(directory, 'runs'));
  const file = join(directory, 'runs', run, 'journal.jsonl');
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  const last = lines.findLastIndex((line) => (JSON.parse(line) as { type: string }).type === type);
  await writeFile(
    file,
    lines
      .slice(0, last)
      .map((line) => `${line}\n`)
      .join(''),
  );
}

describe('a run', () => {
  it('goes to the end and back to the start, and leaves nothing', async () => {
    expect(await bench.forward(plan)).toBe('end');
    expect(bench.policies()).toEqual(['one', 'two']);
    expect(await bench.back(plan)).toBe('start');
    expect(bench.policies()).toEqual([]);
  });

  it('does nothing the second time', async () => {
    await bench.forward(plan);
    const before = bench.objects();
    bench.events.length = 0;
    expect(await bench.forward(plan)).toBe('end');
    expect(bench.objects()).toEqual(before);
    expect(bench.events.map(({ event }) => event)).toEqual(['run.finished']);
  });

  it('is a new run after it was taken back', async () => {
    await bench.forward(plan);
    await bench.back(plan);
    await bench.forward(plan, 'one');
    expect(await readdir(join(directory, 'runs'))).toHaveLength(2);
  });

  it('stops at what is not ours, with 1, and changes nothing of it', async () => {
    bench.kube.put(foreign);
    expect(await endOf(bench.forward(plan))).toEqual(['MW1407', 1]);
    expect(bench.policies()).toEqual(['one', 'two']);
    expect(await endOf(bench.forward(plan))).toEqual(['MW1407', 1]);
    const theirs = await bench.kube.get({ ...foreign, namespace: 'shop', name: 'two' });
    if (theirs) await bench.kube.remove(theirs);
    expect(await bench.forward(plan)).toBe('end');
  });

  it('ends with 5 as well when it finds that out after a crash', async () => {
    await bench.forward(plan);
    const ours = await bench.kube.get({ ...foreign, namespace: 'shop', name: 'two' });
    if (ours) await bench.kube.remove(ours);
    bench.kube.put(foreign);
    expect(await endOf(bench.back(plan))).toEqual(['MW1405', 5]);
    await forgetLast('result');
    expect(await endOf(bench.back(plan))).toEqual(['MW1405', 5]);
    const theirs = await bench.kube.get({ ...foreign, namespace: 'shop', name: 'two' });
    if (theirs) await bench.kube.remove(theirs);
    expect(await bench.back(plan)).toBe('start');
  });

  it('ends with 5 when the way back is blocked, and finishes it later', async () => {
    await bench.forward(plan);
    const ours = await bench.kube.get({ ...foreign, namespace: 'shop', name: 'two' });
    if (ours) await bench.kube.remove(ours);
    bench.kube.put(foreign);
    expect(await endOf(bench.back(plan))).toEqual(['MW1405', 5]);
    const theirs = await bench.kube.get({ ...foreign, namespace: 'shop', name: 'two' });
    if (theirs) await bench.kube.remove(theirs);
    expect(await bench.back(plan)).toBe('start');
    expect(bench.policies()).toEqual([]);
  });

  it('ends with 130 after the first Ctrl-C, having recorded the step at hand, and carries on', async () => {
    bench.kube.put({ ...foreign, metadata: { name: 'other', namespace: 'shop' } });
    const { clock } = bench;
    const sleep = clock.sleep;
    clock.sleep = async (ms) => {
      bench.interrupt.abort(meshError('MW1901'));
      return await sleep(ms);
    };
    expect(await endOf(bench.forward(plan))).toEqual(['MW1901', 130]);
    expect(bench.policies()).toEqual(['one', 'other']);
    bench.interrupt = new AbortController();
    clock.sleep = sleep;
    expect(await bench.forward(plan)).toBe('end');
  });

  it('refuses to go back past the commit point, and stands where it stood', async () => {
    const final = policyPlan(['one', 'two'], { lastIsFinal: true });
    await bench.forward(final, null, true);
    const [run = ''] = await readdir(join(directory, 'runs'));
    const journal = (): Promise<string> => readFile(join(directory, 'runs', run, 'journal.jsonl'), 'utf8');
    const before = await journal();
    expect(await endOf(bench.back(final))).toEqual(['MW1406', 7]);
    expect(await endOf(bench.back(final, 'one'))).toEqual(['MW1406', 7]);
    expect([bench.policies(), await journal()]).toEqual([['one', 'two'], before]);
    expect(await bench.back(final, 'two')).toBe('back to two');
    expect(await bench.forward(final)).toBe('end');
  });

  it('stops before the commit point with 3 until somebody says that it may be passed', async () => {
    const final = policyPlan(['one', 'two'], { lastIsFinal: true });
    expect(await bench.forward(final, 'one')).toBe('one');
    expect(await endOf(bench.forward(final))).toEqual(['MW1412', 3]);
    expect(bench.policies()).toEqual(['one']);
    expect(await bench.back(final)).toBe('start');
    expect(await bench.forward(final, null, true)).toBe('end');
    expect(bench.policies()).toEqual(['one', 'two']);
  });

  it('pauses with 3 where a gate fails after the commit point, and is watched anew', async () => {
    const final = policyPlan(['one', 'two'], { lastIsFinal: true });
    bench.metrics = (query) => (query === 'total' ? 100 : bench.policies().includes('two') ? 5 : 0);
    expect(await endOf(bench.forward(final, null, true))).toEqual(['MW1410', 3]);
    expect(bench.policies()).toEqual(['one', 'two']);
    bench.metrics = (query) => (query === 'total' ? 100 : 0);
    expect(await bench.forward(final)).toBe('end');
  });

  it('of which an adopted journal tells nothing is past its commit point all the same', async () => {
    const final = policyPlan(['one', 'two', 'three'], { lastIsFinal: true });
    await bench.forward(final, null, true);
    const [run = ''] = await readdir(join(directory, 'runs'));
    const elsewhere = new Bench(join(directory, 'elsewhere'), bench.kube);
    // The last step is asked about: it is there, so it was done.
    expect(await endOf(elsewhere.go(final, { direction: 'back', to: null }, run))).toEqual(['MW1406', 7]);
    expect(bench.policies()).toEqual(['one', 'three', 'two']);
    expect(await elsewhere.forward(final)).toBe('end');
  });
});

describe('a gate', () => {
  it('that fails takes its own stage back and ends with 4', async () => {
    bench.metrics = (query) => (query === 'total' ? 100 : bench.policies().includes('two') ? 5 : 0);
    expect(await endOf(bench.forward(plan))).toEqual(['MW1501', 4]);
    expect(bench.policies()).toEqual(['one']);
    bench.metrics = (query) => (query === 'total' ? 100 : 0);
    expect(await bench.forward(plan)).toBe('end');
  });

  it('without data never passes: it pauses with 3 and keeps what was done', async () => {
    bench.metrics = () => null;
    expect(await endOf(bench.forward(plan))).toEqual(['MW1502', 3]);
    expect(bench.policies()).toEqual(['one']);
  });

  it('that cannot be asked pauses with 3', async () => {
    bench.metrics = () => {
      throw meshError('MW1504', { source: 'prometheus', reason: 'it is down' });
    };
    expect(await endOf(bench.forward(plan))).toEqual(['MW1503', 3]);
  });
});

describe('what stood in the way', () => {
  const broken = async (run: () => Promise<unknown>): Promise<void> => {
    const { get } = bench.kube;
    bench.kube.get = () =>
      Promise.reject(meshError('MW1201', { cluster: 'lab', server: 'https://lab', reason: 'it is away' }));
    await run();
    bench.kube.get = get;
  };

  it('is asked about again when the operator comes back', async () => {
    const { create } = bench.kube;
    bench.kube.create = () => Promise.reject(new Error('killed'));
    await expect(bench.forward(plan)).rejects.toThrow('killed');
    bench.kube.create = create;
    const one = { ...foreign, metadata: { name: 'one', namespace: 'shop' } };
    bench.kube.put(one);
    expect(await endOf(bench.forward(plan))).toEqual(['MW1407', 1]);
    const theirs = await bench.kube.get({ ...one, namespace: 'shop', name: 'one' });
    if (theirs) await bench.kube.remove(theirs);
    expect(await bench.forward(plan)).toBe('end');
  });

  it('does not keep a retreat from being finished', async () => {
    bench.metrics = (query) => (query === 'total' ? 100 : bench.policies().includes('two') ? 5 : 0);
    const watch = bench.events;
    const push = watch.push.bind(watch);
    const { get } = bench.kube;
    watch.push = (...events) => {
      if (events.some(({ event }) => event === 'retreat'))
        bench.kube.get = () =>
          Promise.reject(meshError('MW1201', { cluster: 'lab', server: 'https://lab', reason: 'it is away' }));
      return push(...events);
    };
    expect(await endOf(bench.forward(plan))).toEqual(['MW1405', 5]);
    bench.kube.get = get;
    watch.push = push;
    expect(await endOf(bench.forward(plan))).toEqual(['MW1501', 4]);
    expect(bench.policies()).toEqual(['one']);
  });

  it('is no run directory without a journal', async () => {
    await mkdir(join(directory, 'runs', 'shop-dead00'), { recursive: true });
    expect(await bench.forward(plan)).toBe('end');
  });

  it('leaves the run resumable when the cluster goes away', async () => {
    await broken(async () => expect(await endOf(bench.forward(plan))).toEqual(['MW1201', 9]));
    expect(await bench.forward(plan)).toBe('end');
  });
});
