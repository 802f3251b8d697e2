import { noOrder } from './plan-order.ts';
import type { Gate } from '../../src/plans/gate.ts';
import type { MigrationPlan, Stage } from '../../src/plans/plan.ts';
import { seal } from '../../src/plans/seal.ts';
import { sha256Digest } from '../../src/ports/hash.ts';

export const noGate: Gate = { checks: [], metrics: [], bakeMs: 1_000, timeoutMs: 10_000 };

const done = {
  op: 'manual' as const,
  instruction: 'do it',
  done: [{ check: 'host.clean' as const, host: 'a' }],
};

interface Shape {
  steps: number;
  /** Each step has a gate of its own. */
  rungs?: boolean;
  /** The first step that cannot be undone. */
  finalFrom?: number;
  /** The step that a person does. */
  byHand?: number;
  move?: Stage['move'];
}

/** A plan of the given shape: how many steps each stage has, and what they are like. */
export function planOf(shape: readonly Shape[]): MigrationPlan {
  const stages = shape.map(({ steps, rungs, finalFrom = steps, byHand, move = 'join' }, number) => ({
    id: `stage-${number}`,
    title: `Stage ${number}`,
    wave: 1,
    move,
    subjects: ['vm/a/b'],
    steps: Array.from({ length: steps }, (_, index) => ({
      action: `step-${index}`,
      reason: 'a test',
      require: [],
      requireRevert: [],
      apply: [index === byHand ? done : { op: 'host.uncapture' as const, host: 'a' }],
      verify: [],
      revert: index >= finalFrom ? ('irreversible' as const) : [{ op: 'host.uncapture' as const, host: 'a' }],
      verifyRevert: [],
      interruption: 'none' as const,
      timeoutMs: 1_000,
      ...(rungs === true && { gate: noGate }),
    })),
    gate: noGate,
    blastRadius: 'none',
    reversible: 'yes' as const,
  }));
  const digest = sha256Digest('x');
  return seal(
    {
      id: 'test',
      estate: 'test',
      provider: 'istio',
      inputs: { inventory: digest, estate: digest },
      paths: [],
      order: noOrder,
      stages,
      deferred: [],
      exempt: [],
      findings: [],
      complete: true,
      applyable: true,
    },
    sha256Digest,
  );
}
