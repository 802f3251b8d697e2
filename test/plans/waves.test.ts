import { describe, expect, it } from 'vitest';
import { createPlan } from '../../src/plans/create.ts';
import { type Estate, estateSchema } from '../../src/estate/schema.ts';
import { type Inventory, inventorySchema } from '../../src/inventory/schema.ts';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { sha256Digest } from '../../src/ports/hash.ts';
import { providerOf } from '../../src/providers/index.ts';
import { estateDocument, inventoryDocument } from '../generators/estate-documents.ts';
import type { Sketch, SketchedEstate } from '../generators/sketch.ts';

const digest = sha256Digest('x');
const calm = { maxShare: 1, maxWorkloads: 100, firstWorkloads: 100, maxTier0: 9 };

const pod = (name: string, more: Partial<Sketch> = {}): Sketch => ({
  ...{ name, platform: 'kubernetes', host: 'h0', twin: false, retire: false, state: 'none', protocol: 'http', meshed: false },
  rarely: [],
  hostname: `${name}.shop.internal`,
  ...more,
});
const vm = (name: string, host: string, more: Partial<Sketch> = {}): Sketch => pod(name, { platform: 'vm', host, ...more });

/** With s99 under the name that the stage of another's twin has. */
const named = (document: unknown): unknown => JSON.parse(JSON.stringify(document).replaceAll('s99', 's00-twin'));

/** A plan for services and calls, written `caller>callee`. */
function planOf(services: Sketch[], calls: string[], waves: Record<string, unknown> = {}): MigrationPlan {
  const sketch: SketchedEstate = {
    services,
    calls: calls.map((call) => {
      const [from = '', to = ''] = call.split('>');
      return { from, to, declared: false, exempt: false, byTwin: false };
    }),
    sites: new Map([
      ['h1', 'north'],
      ['h2', 'south'],
    ]),
    waves: { ...calm, ...waves },
  };
  const estate: Estate = estateSchema.parse(named(estateDocument(sketch)));
  const inventory: Inventory = inventorySchema.parse(named(inventoryDocument(sketch)));
  const digests = { estate: digest, inventory: digest };
  return createPlan({ id: 'w', estate, inventory, provider: providerOf('istio'), digests, hash: sha256Digest });
}

const joins = (plan: MigrationPlan): string[] => plan.order.joins.map(({ services }) => services.join(' '));
const whyOf = (plan: MigrationPlan): string => plan.order.joins.flatMap(({ why }) => why).join('\n');
const errorsOf = (plan: MigrationPlan): string[] =>
  plan.findings.filter(({ level }) => level === 'error').map(({ code, subject }) => `${code} ${subject}`);

describe('waves of joins', () => {
  it('are one where nothing limits them, for then no call is half in the mesh', () => {
    const plan = planOf([pod('s00'), pod('s01'), pod('s02')], ['s00>s01', 's01>s02']);
    expect(joins(plan)).toEqual(['s00 s01 s02']);
    expect(plan.order).toMatchObject({ exposure: 0, total: 24, waves: 1 });
  });

  it('keep together whose calls cost most when a wave is too small for all', () => {
    const busy = pod('s02', { requestsPerSecond: 1000 });
    const plan = planOf([pod('s00'), pod('s01'), busy, pod('s03')], ['s00>s01', 's01>s02', 's02>s03'], { maxWorkloads: 2 });
    expect(joins(plan)).toContain('s01 s02');
  });

  it('begin small, and with nothing of tier 0 where something else can go first', () => {
    const plan = planOf([pod('s00', { tier: 0 }), pod('s01'), pod('s02')], [], { firstWorkloads: 1 });
    expect(plan.order.joins[0]).toMatchObject({ workloads: 1, services: [expect.stringMatching('s0[12]')] });
  });

  it('begin with tier 0 where all else has to wait for it', () => {
    const plan = planOf([pod('s00'), vm('s01', 'h1', { tier: 0 })], ['s00>s01'], { firstWorkloads: 1 });
    expect(joins(plan)).toEqual(['s01', 's00']);
    expect(whyOf(plan)).toContain('s00 comes after s01, whose VM joins before its callers');
    expect(errorsOf(plan)).toEqual([]);
  });

  it('hold circles of calls together, and say so', () => {
    const plan = planOf([pod('s00'), pod('s01'), pod('s02')], ['s00>s01', 's01>s00'], { maxWorkloads: 2, firstWorkloads: 1 });
    expect(joins(plan)).toContain('s00 s01');
    expect(whyOf(plan)).toContain('s00, s01 move together');
    expect(errorsOf(plan)).toEqual([]);
  });

  it('join a VM before the pod that it calls in a circle with it', () => {
    const plan = planOf([pod('s00'), vm('s01', 'h1')], ['s00>s01', 's01>s00']);
    expect(plan.stages.filter(({ move }) => move === 'join').map(({ id }) => id)).toEqual(['join-s01', 'join-s00']);
  });

  it('refuse VMs that call each other in a circle, and plan the rest', () => {
    const plan = planOf([vm('s00', 'h1'), vm('s01', 'h2'), pod('s02')], ['s00>s01', 's01>s00']);
    expect(errorsOf(plan)).toEqual(['MW1311 s00', 'MW1311 s01']);
    expect(joins(plan)).toEqual(['s02']);
  });

  it('cut a circle that no wave can hold', () => {
    const circle = ['s00>s01', 's01>s02', 's02>s03', 's03>s00'];
    const plan = planOf(['s00', 's01', 's02', 's03'].map((name) => pod(name)), circle, { maxWorkloads: 2 });
    expect(plan.order.joins.map(({ workloads }) => workloads)).toEqual([2, 2]);
    expect(errorsOf(plan)).toEqual([]);
  });

  it('do what the estate says: together, apart, and not before a wave', () => {
    const services = ['s00', 's01', 's02', 's03'].map((name) => pod(name));
    const together = planOf(services, [], { maxWorkloads: 2, firstWorkloads: 1, together: [['s01', 's03']] });
    expect(joins(together)).toContain('s01 s03');
    const apart = planOf(services, [], { apart: [{ services: ['s00', 's01'] }] });
    expect(apart.order.joins.find(({ services: [first] }) => first === 's00')?.services).not.toContain('s01');
    const pinned = planOf(services, [], { pins: [{ service: 's02', from: 3 }] });
    expect(pinned.order.joins.find(({ services: own }) => own.includes('s02'))?.wave).toBe(3);
    expect(whyOf(pinned)).toContain('the estate has s02 not before wave 3');
  });

  it('leave a site as it was while the other joins', () => {
    const services = [vm('s00', 'h1'), vm('s01', 'h1'), vm('s02', 'h2'), vm('s03', 'h2')];
    const names = services.map(({ name }) => name);
    const plan = planOf(services, [], { apart: [{ services: names, most: 4 }] });
    for (const { services: own } of plan.order.joins) {
      const sites = new Set(services.filter(({ name }) => own.includes(name)).map(({ host }) => host));
      expect(sites.size).toBe(1);
    }
  });

  it('say which limits cannot hold together, and what to relax', () => {
    const pins = [
      { service: 's01', from: 2 },
      { service: 's00', until: 1 },
    ];
    const plan = planOf([pod('s00'), vm('s01', 'h1'), pod('s02')], ['s00>s01'], { pins });
    expect(errorsOf(plan)).toEqual([expect.stringContaining('MW1340')]);
    const { message = '' } = plan.findings.find(({ code }) => code === 'MW1340') ?? {};
    expect(message).toContain('s01 joins before its caller s00');
    expect(message).toContain('s01 not before wave 2');
    expect(message).toContain('s00 not after wave 1');
    expect(message).not.toContain('s02');
    expect(plan.applyable).toBe(false);
  });

  it.each([
    ['a set that is larger than a wave', ['s00>s03'], ['s00, s01, s02 are 3 workload(s)', 'maxWorkloads: 2']],
    ['a set with its circle', ['s03>s00', 's00>s03'], ['s00, s01 are 2 workload(s)', 's00, s01, s03, they are 3', 'maxWorkloads: 2']],
  ])('refuse %s, and name both', (_, calls, words) => {
    const together = [words.length === 3 ? ['s00', 's01'] : ['s00', 's01', 's02']];
    const plan = planOf(['s00', 's01', 's02', 's03'].map((name) => pod(name)), calls, { maxWorkloads: 2, firstWorkloads: 1, together });
    expect(errorsOf(plan)).toEqual(['MW1340 s00']);
    for (const word of words) expect(plan.findings[0]?.message).toContain(word);
  });

  it('take a set that is as large as a wave, and one beside a circle that no wave can hold', () => {
    const pods = ['s00', 's01', 's02', 's03'].map((name) => pod(name));
    expect(errorsOf(planOf(pods, [], { maxWorkloads: 2, together: [['s00', 's01']] }))).toEqual([]);
    const circle = ['s00>s01', 's01>s02', 's02>s03', 's03>s00'];
    expect(errorsOf(planOf(pods, circle, { maxWorkloads: 2, together: [['s00', 's01']] }))).toEqual([]);
  });

  it('count each copy of what joins as one', () => {
    const services = ['s00', 's01', 's02', 's03'].map((name) => pod(name));
    const apart = [{ services: ['s00', 's01', 's02'], most: 2 }];
    const plan = planOf(services, [], { together: [['s00', 's01']], apart });
    expect(plan.order.joins.find(({ services: own }) => own.includes('s00'))?.services).not.toContain('s02');
    const none = planOf(services, [], { together: [['s00', 's01']], apart: [{ services: ['s00', 's01', 's02'], most: 1 }] });
    expect(errorsOf(none)).toEqual(['MW1340 s00']);
    expect(none.findings[0]?.message).toContain('s00 and s01 join as one');
  });

  it('keep what must come first where no order keeps every limit', () => {
    const services = [vm('s00', 'h1'), vm('s01', 'h2'), vm('s02', 'h3'), pod('s03')];
    const policy = { together: [['s00', 's02']], pins: [{ service: 's03', from: 9 }], maxWaves: 2 };
    const order = (calls: string[], more = {}): string[] => {
      const plan = planOf(services, calls, { ...policy, ...more });
      expect(new Set(errorsOf(plan).map((error) => error.slice(0, 6)))).toEqual(new Set(['MW1340']));
      return plan.stages.filter(({ move }) => move === 'join').map(({ id }) => id);
    };
    // s02 has nothing to do with s01, and joins with s00, which joins before s01.
    const beside = order(['s01>s00', 's02>s03']);
    expect(beside.indexOf('join-s00')).toBeLessThan(beside.indexOf('join-s01'));
    // Between the two that are together, and too large a set to be one with them.
    const between = order(['s01>s00', 's02>s01'], { maxWorkloads: 1 });
    expect(between.filter((id) => id !== 'join-s03')).toEqual(['join-s00', 'join-s01', 'join-s02']);
  });

  it('count a host for the one owner that its services name', () => {
    const services = [vm('s00', 'h1', { owner: 'red' }), vm('s01', 'h1'), pod('s02', { owner: 'red' })];
    expect(joins(planOf(services, [], { maxPerOwner: 1 }))).toHaveLength(2);
    services.push(vm('s03', 'h1', { owner: 'blue' }));
    expect(joins(planOf(services, [], { maxPerOwner: 1 }))).toHaveLength(1);
  });

  it('have stages with an id of their own each, whatever the services are called', () => {
    const plan = planOf([vm('s00', 'h1', { twin: true }), pod('s99')], ['s99>s00']);
    const ids = plan.stages.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    expect(ids.filter((id) => id.startsWith('join'))).toEqual(['join-s00', 'join-s00-twin', 'join-s00-twin-2']);
    const steps = plan.stages.flatMap((stage) => stage.steps.map(({ id }) => id));
    expect(steps).toEqual([...new Set(steps)]);
  });

  it('count the calls of a service that says how many it gets, and say how many are assumed', () => {
    const plan = planOf([pod('s00'), pod('s01', { requestsPerSecond: 10 }), pod('s02')], ['s00>s01', 's01>s02']);
    expect(plan.order.rates).toEqual({ stated: 1, assumed: 1 });
    expect(plan.order.joins[0]?.requestsPerSecond).toBe(11);
  });
});
