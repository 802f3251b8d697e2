import type { Gate } from '../../src/plans/gate.ts';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { seal } from '../../src/plans/seal.ts';
import { sha256Digest } from '../../src/ports/hash.ts';

export const noGate: Gate = { checks: [], metrics: [], bakeMs: 1_000, timeoutMs: 10_000 };

/** A plan of the given shape: per stage, how many steps, whether each has a gate of its own, and which is the first that is final. */
export function planOf(shape: readonly { steps: number; rungs?: boolean; finalFrom?: number }[]): MigrationPlan {
  const stages = shape.map(({ steps, rungs, finalFrom = steps }, number) => ({
    id: `stage-${number}`,
    title: `Stage ${number}`,
    wave: 1,
    move: 'join' as const,
    subjects: ['vm/a/b'],
    steps: Array.from({ length: steps }, (_, index) => ({
      action: `step-${index}`,
      reason: 'a test',
      require: [],
      requireRevert: [],
      apply: [{ op: 'host.uncapture' as const, host: 'a' }],
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
