import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUnitRef, type Estate } from '../../src/estate/schema.ts';
import { workloadIdOf } from '../../src/inventory/ids.ts';
import { createPlan } from '../../src/plans/create.ts';
import { choosePath, unitJoins } from '../../src/plans/paths.ts';
import type { MigrationPlan, Stage, Step } from '../../src/plans/plan.ts';
import { EstateView } from '../../src/plans/view.ts';
import { sha256Digest } from '../../src/ports/hash.ts';
import { providerOf } from '../../src/providers/index.ts';
import { randomEstate, randomInventory, type RandomService, randomServices } from '../fakes/random-estate.ts';

interface Case {
  plan: MigrationPlan;
  view: EstateView;
  estate: Estate;
}

function caseOf(services: readonly RandomService[]): Case {
  const estate = randomEstate(services);
  const inventory = randomInventory(services);
  const digests = { estate: sha256Digest('estate'), inventory: sha256Digest('inventory') };
  const plan = createPlan({ id: 'random', estate, inventory, provider: providerOf('istio'), digests, hash: sha256Digest });
  return { plan, view: new EstateView(estate, inventory), estate };
}

/** Every step in order, with all that was done before it. */
function* prefixes({ plan }: Case): Generator<{ stage: Stage; step: Step; done: Step[] }> {
  const done: Step[] = [];
  for (const stage of plan.stages)
    for (const step of stage.steps) {
      yield { stage, step, done: [...done] };
      done.push(step);
    }
}

/** Workloads whose proxies take their traffic after some steps. */
function joinedBy(done: readonly Step[], { view }: Case): Set<string> {
  const ids = view.inventory.workloads.map(({ id }) => id);
  const operations = done.flatMap(({ apply }) => apply);
  return new Set(
    operations.flatMap((operation) => {
      if (operation.op === 'host.capture') return ids.filter((id) => id.startsWith(`vm/${operation.host}/`));
      if (operation.op !== 'kube.set') return [];
      return [`k8s/${operation.cluster}/${operation.ref.namespace}/${operation.ref.kind}/${operation.ref.name}`];
    }),
  );
}

const created = (steps: readonly Step[], kind: string): string[] =>
  steps.flatMap(({ apply }) =>
    apply.flatMap((one) => (one.op === 'kube.create' && one.manifest.kind === kind ? [one.manifest.metadata.name] : [])),
  );

/** The service of an enforce or shift stage: all of a stage's subjects are of one, or of one host. */
const servicesOf = (stage: Stage, { view }: Case): string[] => [
  ...new Set(view.inventory.workloads.filter(({ id }) => stage.subjects.includes(id)).map(({ service }) => service)),
];

const check = (holds: (one: Case) => void): void => {
  fc.assert(
    fc.property(randomServices, (services) => holds(caseOf(services))),
    { numRuns: 60 },
  );
};

describe('in every prefix of every plan', () => {
  it('STRICT comes after every observed caller has joined', () => {
    check((one) => {
      for (const { stage, step, done } of prefixes(one)) {
        if (created([step], 'PeerAuthentication').length === 0) continue;
        const joined = joinedBy(done, one);
        for (const service of servicesOf(stage, one))
          expect(one.view.callersOf(service).filter((caller) => !joined.has(caller)), `${step.id} of ${service}`).toEqual([]);
      }
    });
  });

  it('weights move after every observed caller, and the twin, have joined', () => {
    check((one) => {
      for (const { stage, step, done } of prefixes(one)) {
        const [weights] = step.apply.filter(({ op }) => op === 'route.weights');
        if (!weights) continue;
        const joined = joinedBy(done, one);
        for (const service of servicesOf(stage, one)) {
          const twin = one.view.workloads(service).find(({ role }) => role === 'twin')?.id ?? 'no twin';
          expect([...one.view.callersOf(service), twin].filter((id) => !joined.has(id)), step.id).toEqual([]);
          expect(created(done, 'ServiceEntry')).toContain(service);
        }
      }
    });
  });

  it('a name is published before any of its callers joins, so that nobody holds a connection past it', () => {
    check((one) => {
      // Groups in a circle have no such order, and the plan is not applyable.
      if (one.plan.findings.some(({ code }) => code === 'MW1311')) return;
      for (const { step, done } of prefixes(one)) {
        const joined = joinedBy(done, one);
        for (const service of created([step], 'ServiceEntry')) {
          const before = one.view.callersOf(service).filter((caller) => joined.has(caller));
          // Units of one host call each other past every proxy, and join together.
          const host = one.view.service(service)?.workload;
          const neighbours = host && isUnitRef(host) ? before.filter((id) => id.startsWith(`vm/${host.host}/`)) : [];
          expect(before.filter((id) => !neighbours.includes(id)), step.id).toEqual([]);
        }
      }
    });
  });

  it('nothing changes a host whose units do not join, and nobody asks it for a proxy', () => {
    check((one) => {
      const outside = one.estate.hosts.map(({ name }) => name).filter((host) => !one.view.hostJoins(host));
      for (const { step } of prefixes(one)) {
        const hosts = step.apply.flatMap((operation) => ('host' in operation ? [operation.host] : []));
        expect(hosts.filter((host) => outside.includes(host)), step.id).toEqual([]);
      }
      const asked = one.plan.stages.flatMap(({ gate, steps }) => [gate, ...steps.flatMap((step) => step.gate ?? [])]);
      const proxies = asked.flatMap(({ checks }) => checks.flatMap((each) => (each.check === 'proxy.ready' ? [each.host] : [])));
      expect(proxies.filter((host) => outside.includes(host))).toEqual([]);
    });
  });

  it('no service that keeps state of its own gets a twin’s traffic, and a twin that joins first is named by DNS before', () => {
    check((one) => {
      for (const { stage, step, done } of prefixes(one)) {
        const moves = step.apply.some(({ op }) => op === 'route.weights' || op === 'manual');
        if (moves)
          for (const service of servicesOf(stage, one))
            expect(['none', 'shared'], step.id).toContain(one.view.service(service)?.state);
        for (const id of joinedBy([step], one)) {
          const workload = one.view.inventory.workloads.find((each) => each.id === id);
          const service = workload && one.view.service(workload.service);
          if (workload?.role !== 'twin' || !service || choosePath(service).path !== 'platform-first') continue;
          expect(done.map((each) => each.id), step.id).toContain(`switch-${service.name}/name`);
        }
      }
    });
  });

  it('every weight set adds up to 100, and no unit is stopped that nobody looked at', () => {
    check((one) => {
      for (const { step } of prefixes(one))
        for (const operation of step.apply) {
          if (operation.op === 'route.weights') expect(operation.backends.reduce((sum, { weight }) => sum + weight, 0)).toBe(100);
          expect(operation.op).not.toBe('host.retire');
        }
    });
  });

  it('units of one host join together or not at all, unless the plan refuses them', () => {
    check((one) => {
      for (const { name } of one.estate.hosts) {
        const services = one.view.servicesOn(name);
        if (new Set(services.map(unitJoins)).size < 2) continue;
        const refused = one.plan.findings.filter(({ code }) => code === 'MW1361').map(({ subject }) => subject);
        expect(refused).toEqual(expect.arrayContaining(services.map((service) => service.name)));
        expect(one.plan.stages.flatMap(({ subjects }) => subjects)).not.toContain(workloadIdOf(services[0]!.workload));
      }
    });
  });
});

it('meets plans of every path', () => {
  const seen = new Set(
    fc
      .sample(randomServices, { numRuns: 60, seed: 7 })
      .flatMap((services) => caseOf(services).plan.stages.map(({ id }) => id.replace(/-.*/, ''))),
  );
  expect([...seen]).toEqual(expect.arrayContaining(['join', 'switch', 'publish', 'move', 'shift', 'enforce']));
});
