import type { Operation, OperationKind, OperationOf } from '../../../src/plans/operation.ts';
import type { Gate, MetricCheck } from '../../../src/plans/gate.ts';
import type { MigrationPlan, Stage, Step } from '../../../src/plans/plan.ts';
import { lint, type LintReport } from '../../../src/plans/lint/lint.ts';
import { seal } from '../../../src/plans/seal.ts';
import { sha256Digest } from '../../../src/ports/hash.ts';
import { shopEstate, shopInventory, shopPlan, type ShopParts, shopYaml } from '../../fakes/shop.ts';

/** One row of the grid: a plan bent in one way, and all that one rule must say of it. */
export interface LintRow {
  code: string;
  /** A hit is found; a near miss looks like it and is not; `open`: what is given does not tell. */
  kind: 'hit' | 'near' | 'open';
  of: string;
  /** Bends the plan after it was made; it is sealed again, as its author would. */
  plan?: (plan: MigrationPlan) => void;
  /** The same without a new seal. */
  edit?: (plan: MigrationPlan) => void;
  /** Bends what was seen before the plan is made of it. */
  seen?: (parts: ShopParts) => void;
  /** Bends what was seen after that. */
  since?: (parts: ShopParts) => void;
  yaml?: string;
  /** The estate that the plan is held against, where it is another than the one it was made of. */
  against?: string;
  /** Without inventory and estate. */
  alone?: true;
  now?: string;
  /** `level subject`, sorted. */
  expected: readonly string[];
}

/** The report of a row. */
export function linted({ plan: bend, edit, seen, since, yaml, against, alone, now }: LintRow): LintReport {
  const plan = structuredClone(shopPlan(seen, yaml));
  const { inputs } = structuredClone(plan);
  bend?.(plan);
  const sealed = bend ? resealed(plan) : plan;
  edit?.(sealed);
  const estate = shopEstate(against ?? yaml ?? shopYaml);
  const inventory = shopInventory((parts) => {
    seen?.(parts);
    since?.(parts);
  });
  return lint({
    plan: sealed,
    hash: sha256Digest,
    nowMs: Date.parse(now ?? '2026-01-02T00:00:00Z'),
    ...(alone !== true && {
      inventory: { file: 'inventory.json', inventory, digest: inputs.inventory },
      estate: { file: 'estate.yaml', estate, digest: inputs.estate },
    }),
  });
}

function resealed({ apiVersion: _api, kind: _kind, formatVersion: _format, digest: _digest, ...plan }: MigrationPlan): MigrationPlan {
  const stages = plan.stages.map((stage) => ({ ...stage, steps: stage.steps.map(({ hash: _hash, ...step }) => step) }));
  return seal({ ...plan, stages }, sha256Digest);
}

export function stageOf(plan: MigrationPlan, id: string): Stage {
  const stage = plan.stages.find((one) => one.id === id);
  if (!stage) throw new Error(`no stage ${id}`);
  return stage;
}

export function stepOf(plan: MigrationPlan, id: string): Step {
  const step = plan.stages.flatMap(({ steps }) => steps).find((one) => one.id === id);
  if (!step) throw new Error(`no step ${id}`);
  return step;
}

/** The first operation of a kind in a step, or in its undo. */
export function operationOf<K extends OperationKind>(step: Step, kind: K, side: 'apply' | 'revert' = 'apply'): OperationOf<K> {
  const operations: Operation[] = side === 'apply' ? step.apply : step.revert === 'irreversible' ? [] : step.revert;
  const found = operations.find(({ op }) => op === kind);
  if (!found) throw new Error(`${step.id} has no ${kind}`);
  return found as OperationOf<K>;
}

export function metricOf({ metrics }: Gate, name: string): MetricCheck {
  const metric = metrics.find((one) => one.name === name);
  if (!metric) throw new Error(`no metric ${name}`);
  return metric;
}

/** Moves a stage to another place. */
export function move(plan: MigrationPlan, id: string, to: number): void {
  const stage = stageOf(plan, id);
  plan.stages.splice(plan.stages.indexOf(stage), 1);
  plan.stages.splice(to, 0, stage);
}
