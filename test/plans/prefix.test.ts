import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPlan } from '../../src/plans/create.ts';
import { commitPointOf, type MigrationPlan, type Step } from '../../src/plans/plan.ts';
import { sha256Digest } from '../../src/ports/hash.ts';
import { providerOf } from '../../src/providers/index.ts';
import { ModelRun } from '../fakes/run.ts';
import { randomEstate } from '../generators/estate.ts';
import { waveProblems } from '../generators/wave-limits.ts';
import { World } from '../generators/world.ts';

const seeds = fc.integer({ min: 1, max: 0x7fffffff });
const digest = sha256Digest('x');

function planOf({ estate, inventory }: Pick<ReturnType<typeof randomEstate>, 'estate' | 'inventory'>): MigrationPlan {
  const digests = { estate: digest, inventory: digest };
  return createPlan({ id: 'random', estate, inventory, provider: providerOf('istio'), digests, hash: sha256Digest, moves: 200 });
}

/** The steps of a plan by id, each with the host that its stage captures. */
function stepsOf(plan: MigrationPlan): Map<string, { step: Step; host: string | undefined }> {
  return new Map(
    plan.stages.flatMap(({ steps }) => {
      const host = steps.flatMap(({ apply }) => apply).find(({ op }) => op === 'host.capture');
      const name = host && 'host' in host ? host.host : undefined;
      return steps.map((step) => [step.id, { step, host: name }] as const);
    }),
  );
}

/** Plays what a run did, and says what was wrong after each of its deeds. */
function replay(run: ModelRun, world: World, from = 0): string[] {
  const steps = stepsOf(run.plan);
  return run.deeds.slice(from).flatMap((deed) => {
    const [direction, id = ''] = deed.split(' ') as ['apply' | 'revert', string];
    const { step, host } = steps.get(id) ?? {};
    if (!step) throw new Error(`no step ${id}`);
    world.take(step, direction, host);
    return world.problems().map((problem) => `after ${deed}: ${problem}`);
  });
}

describe('the plan of any estate', () => {
  test('breaks no hard rule at any instant, all the way to its end', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { sketch, ...inputs } = randomEstate(seed);
        const run = new ModelRun(planOf(inputs));
        run.goal('forward', null, true);
        expect(run.run()).toMatchObject({ do: 'finish' });
        expect(replay(run, new World(sketch))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test('breaks none on the way back from any of its stages, and ends where it began', () => {
    fc.assert(
      fc.property(seeds, fc.nat(), (seed, pick) => {
        const { sketch, ...inputs } = randomEstate(seed);
        const plan = planOf(inputs);
        const free = plan.stages.filter((stage) => commitPointOf(stage) === undefined);
        const last = free[pick % Math.max(1, free.length)];
        if (last === undefined) return;
        const run = new ModelRun(plan);
        run.goal('forward', last.id);
        expect(run.run()).toMatchObject({ do: 'finish' });
        const world = new World(sketch);
        const start = JSON.stringify([[...world.captured], [...world.injected], [...world.policies]]);
        expect(replay(run, world)).toEqual([]);
        const forward = run.deeds.length;
        run.goal('back');
        expect(run.run()).toMatchObject({ do: 'finish' });
        expect(replay(run, world, forward)).toEqual([]);
        expect(JSON.stringify([[...world.captured], [...world.injected], [...world.policies]])).toBe(start);
        expect([...world.weights.values()].every((weight) => weight === 0)).toBe(true);
        expect(world.scopes.names).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test('keeps every wave within the limits of the policy', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { sketch, ...inputs } = randomEstate(seed);
        const plan = planOf(inputs);
        if (plan.findings.some(({ code }) => code === 'MW1340' || code === 'MW1341')) return;
        expect(waveProblems(sketch, plan)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test('leaves no workload without a stage, a reason to wait, or a reason to stay out', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { sketch, ...inputs } = randomEstate(seed);
        const plan = planOf(inputs);
        const moved = (id: string, move: string): boolean =>
          plan.stages.some((stage) => stage.move === move && stage.subjects.includes(id));
        const waits = (name: string, move: string): boolean =>
          plan.deferred.some(({ subject, move: waiting }) => subject === name && waiting === move);
        const refused = new Set(plan.findings.filter(({ level }) => level === 'error').map(({ subject }) => subject));
        const { workloads } = inputs.inventory;
        const lost = workloads.flatMap(({ id, service, position, role }) => {
          if (refused.has(service)) return [];
          const path = sketch.services.find(({ name }) => name === service)?.path;
          const isPlain = path === 'platform-first' || path === 'direct';
          // A unit that never joins has no proxy to refuse anything; a twin on path direct joins in the stage of its shift.
          if (isPlain && role !== 'twin') return moved(id, path === 'direct' ? 'publish' : 'shift') ? [] : [`${id} ${path}`];
          const wanted = [
            ...(position.mesh === 'off' && path !== 'direct' ? ['join'] : []),
            'enforce',
            ...(role === 'twin' && path !== 'stay' ? ['shift'] : []),
          ];
          return wanted
            .filter((move) => !moved(id, move) && !waits(service, move === 'shift' ? 'replatform' : move))
            .map((move) => `${id} ${move}`);
        });
        expect(lost).toEqual([]);
        expect(sketch.services.filter(({ name, retire, protocol }) => retire && protocol === 'http' && !refused.has(name) && !plan.stages.some(({ id }) => id === `retire-${name}`) && !waits(name, 'retire'))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test('is the same, byte for byte, in whatever order its inputs come', () => {
    fc.assert(
      fc.property(seeds, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (seed, random) => {
        const { estate, inventory } = randomEstate(seed);
        const shuffled = <T>(all: readonly T[]): T[] =>
          all.map((one) => ({ one, key: random.next().value ?? 0 })).sort((a, b) => a.key - b.key).map(({ one }) => one);
        const other = planOf({
          estate: { ...estate, services: shuffled(estate.services), hosts: shuffled(estate.hosts), exemptions: shuffled(estate.exemptions) },
          inventory: {
            ...inventory,
            hosts: shuffled(inventory.hosts),
            workloads: shuffled(inventory.workloads),
            dependencies: shuffled(inventory.dependencies),
            clusters: inventory.clusters.map((cluster) => ({ ...cluster, workloads: shuffled(cluster.workloads) })),
          },
        });
        expect(JSON.stringify(other)).toBe(JSON.stringify(planOf({ estate, inventory })));
      }),
      { numRuns: 100 },
    );
  });
});
