import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditEntries } from '../../src/execute/audit/audit.ts';
import { takeMeasure } from '../../src/execute/take-measure.ts';
import type { Target } from '../../src/execute/target.ts';
import { meshError } from '../../src/errors/index.ts';
import type { EntryBody } from '../../src/journal/entry.ts';
import { readJournal } from '../../src/journal/file.ts';
import { fold } from '../../src/journal/fold.ts';
import { journalPath, runNames } from '../../src/journal/runs.ts';
import type { Measure } from '../../src/plans/measure.ts';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { Bench, policyPlan } from '../fakes/executor.ts';
import { planOf } from '../fakes/plan.ts';
import { Crash, ModelRun } from '../fakes/run.ts';

const range = { low: 1, high: 2 };
const measure: Measure = {
  windowSeconds: 30,
  proxies: [
    { subject: 'vm-a', host: 'vm-a', addedMs: 'added', perSecond: 'passing' },
    { subject: 'shop/web', addedMs: 'added', perSecond: 'passing' },
  ],
  predicted: { p50Ms: range, p99Ms: range, millicoresPerThousand: range },
};

/** Two stages; after the first the mesh is measured. */
function measuring(): MigrationPlan {
  const plan = planOf([{ steps: 1 }, { steps: 1 }]);
  return { ...plan, stages: plan.stages.map((stage, at) => (at === 0 ? { ...stage, measure } : stage)) };
}

const story = ({ entries }: ModelRun): string[] =>
  entries.flatMap((entry) => {
    if (entry.type === 'note' && entry.note.about === 'measured') return [`measured ${entry.note.stage}`];
    if (entry.type === 'gate') return [`gate ${entry.of} ${entry.outcome}`];
    return entry.type === 'intent' ? [`${entry.direction} ${entry.step}`] : [];
  });

describe('the mesh', () => {
  it('is measured once, when the stage has passed its gate and before the next begins', () => {
    const run = new ModelRun(measuring());
    run.goal('forward');
    expect(run.run()).toEqual({ do: 'finish', goal: 'end' });
    expect(story(run)).toEqual([
      'apply stage-0/step-0',
      'gate stage-0 pass',
      'measured stage-0',
      'apply stage-1/step-0',
      'gate stage-1 pass',
    ]);
    run.goal('forward');
    run.run();
    expect(story(run).filter((one) => one.startsWith('measured'))).toHaveLength(1);
  });

  it('is measured anew when the stage went back and is done again', () => {
    const run = new ModelRun(measuring());
    run.goal('forward');
    run.run();
    run.goal('back');
    run.run();
    expect(fold(run.entries).measured.size).toBe(0);
    run.goal('forward');
    run.run();
    expect(story(run).filter((one) => one.startsWith('measured'))).toHaveLength(2);
  });

  it('is measured whenever the process dies, and exactly once where that is on record', () => {
    for (let budget = 0; ; budget += 1) {
      const run = new ModelRun(measuring());
      run.budget = budget;
      try {
        run.goal('forward');
        run.run();
        break;
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
      }
      run.budget = Number.POSITIVE_INFINITY;
      run.goal('forward');
      expect(run.run()).toEqual({ do: 'finish', goal: 'end' });
      expect(story(run).filter((one) => one.startsWith('measured'))).toHaveLength(1);
    }
  });
});

describe('a measured run', () => {
  it('has a journal that proves true, and one with a second measurement does not', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'measure-'));
    const bench = new Bench(directory);
    const { stages, ...rest } = policyPlan(['one', 'two']);
    const only = measure.proxies.filter(({ host }) => host === undefined);
    const plan = {
      ...rest,
      stages: stages.map((stage, at) => (at === 0 ? { ...stage, measure: { ...measure, proxies: only } } : stage)),
    };
    await bench.forward(plan);
    const [run = ''] = await runNames(directory);
    const entries = await readJournal(journalPath(directory, run));
    await rm(directory, { recursive: true });
    const at = entries.findIndex((entry) => entry.type === 'note' && entry.note.about === 'measured');
    expect(at).toBeGreaterThan(0);
    expect(auditEntries(entries, plan)).toBeUndefined();
    const twice = entries.toSpliced(at, 0, ...entries.slice(at, at + 1));
    expect(auditEntries(twice, plan)?.reason).toContain('it notes `measured`');
  });
});

describe('a measurement', () => {
  const taken = async (cost: NonNullable<Target['cost']>): Promise<unknown> => {
    const [stage] = measuring().stages;
    if (!stage) throw new Error('no stage');
    const written: EntryBody[] = [];
    const journal = { append: (body: EntryBody) => Promise.resolve(void written.push(body)) } as never;
    await takeMeasure({ do: 'measure', stage }, { journal, target: { cost } as Target, watch: () => undefined });
    return written;
  };

  it('is in the journal, proxy by proxy; of one that cannot be asked, why', async () => {
    const cost: NonNullable<Target['cost']> = ({ host }) =>
      host === undefined
        ? Promise.reject(meshError('MW1504', { source: 'prometheus', reason: 'it is down' }))
        : Promise.resolve({ addedMs: 0.5, perSecond: 80, millicores: 20 });
    const proxies = [
      { subject: 'vm-a', addedMs: 0.5, perSecond: 80, millicores: 20 },
      {
        subject: 'shop/web',
        addedMs: null,
        perSecond: null,
        millicores: null,
        lack: expect.stringContaining('it is down') as string,
      },
    ];
    expect(await taken(cost)).toEqual([{ type: 'note', note: { about: 'measured', stage: 'stage-0', proxies } }]);
  });

  it('does not hide our own mistakes', async () => {
    await expect(taken(() => Promise.reject(new TypeError('ours')))).rejects.toThrow('ours');
  });
});
