import { isMeshError } from '../errors/index.ts';
import type { MigrationPlan } from '../plans/plan.ts';
import type { Preview, World } from './handler.ts';
import { preview } from './operations/index.ts';
import { preflight } from './preflight.ts';

/** What one step would do, as its targets see it now. */
export interface DryRunStep {
  step: string;
  interruption: string;
  previews: Preview[];
}

/** Previews every operation up to a stage. Objects that an earlier step makes are not there yet; their users say so. */
export async function dryRun(plan: MigrationPlan, to: string | null, world: World): Promise<DryRunStep[]> {
  await preflight(plan, world);
  const last = to === null ? plan.stages.length : plan.stages.findIndex(({ id }) => id === to) + 1;
  const shown: DryRunStep[] = [];
  for (const { steps } of plan.stages.slice(0, last)) {
    for (const { id, interruption, apply, timeoutMs } of steps) {
      const stamp = { run: 'dry-run', planDigest: plan.digest, step: id, token: 0 };
      const previews: Preview[] = [];
      for (const operation of apply) previews.push(await previewOrWhyNot(operation, { world, stamp, timeoutMs }));
      shown.push({ step: id, interruption, previews });
    }
  }
  return shown;
}

async function previewOrWhyNot(
  operation: Parameters<typeof preview>[0],
  context: Parameters<typeof preview>[1],
): Promise<Preview> {
  try {
    return await preview(operation, context);
  } catch (error) {
    if (!isMeshError(error)) throw error;
    return { target: operation.op, change: 'run', diff: `not to be seen yet: ${error.causeText}` };
  }
}
