import type { Inventory } from '../../src/inventory/schema.ts';
import type { MigrationPlan, Stage, Step } from '../../src/plans/plan.ts';
import { retiringYaml, shopInventory, shopPlan } from '../fakes/shop.ts';

const plan = shopPlan(undefined, retiringYaml('{ name: dns, answers: [192.0.2.80] }'));
/** Where a plan and its inventory name this, the hostile name stands beside it. An id has no whitespace, by its schema. */
const infect = (text: string, name: string): string =>
  text.replace('catalog', () => `catalog-${name.replaceAll(/\s/g, '')}`);

/** A plan and an inventory in which whatever a file, a host or a cluster may name has the hostile name. */
export function infestedPlan(name: string): { plan: MigrationPlan; inventory: Inventory } {
  return { plan: planNamed(name), inventory: inventoryNamed(name) };
}

function planNamed(name: string): MigrationPlan {
  const { order } = plan;
  return {
    ...plan,
    estate: name,
    provider: name,
    paths: plan.paths.map(({ service }) => ({ service: infect(service, name), path: name, why: name })),
    order: { ...order, joins: order.joins.map((join) => ({ ...join, services: [name], why: [name, `x ${name}`] })) },
    stages: plan.stages.map((stage) => stageNamed(stage, name)),
    deferred: [{ subject: name, move: name, code: 'MW1317', why: name }],
    freeze: [{ from: plan.digest, until: name, reason: name, stages: plan.stages.map(({ id }) => id) }],
    exempt: [{ subject: name, service: name, port: 1, reason: name, owner: name, expires: name }],
    findings: [{ code: 'MW1310', level: 'warning', subject: name, message: name }],
  };
}

function stageNamed(stage: Stage, name: string): Stage {
  const { gate } = stage;
  const metric = { name: 'traffic', test: 'threshold', subject: name, query: name, min: 1, minRequests: 1 } as const;
  return {
    ...stage,
    title: `${stage.title} ${name}`,
    blastRadius: name,
    subjects: stage.subjects.map((id) => infect(id, name)),
    steps: stage.steps.map((step) => stepNamed(step, name)),
    gate: { ...gate, metrics: [metric] },
  };
}

function stepNamed(step: Step, name: string): Step {
  const apply = step.apply.map((one) => (one.op === 'manual' ? { ...one, instruction: name } : one));
  const isDeclared = step.interruption !== 'none';
  return { ...step, action: name, reason: name, notes: [name], apply, ...(isDeclared && { interruptionDetail: name }) };
}

function inventoryNamed(name: string): Inventory {
  const inventory = shopInventory();
  const [rename, stranger] = [(id: string): string => infect(id, name), `external/x${name.replaceAll(/\s/g, '')}`];
  const [first] = inventory.dependencies;
  return {
    ...inventory,
    workloads: inventory.workloads.map((one) => ({ ...one, id: rename(one.id), service: rename(one.service) })),
    dependencies: [
      ...inventory.dependencies.map((one) => ({ ...one, from: rename(one.from), to: rename(one.to) })),
      ...(first ? [{ ...first, from: stranger, to: rename(first.to) }] : []),
    ],
  };
}
