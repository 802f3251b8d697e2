import type { Stage, StageDraft } from './plan.ts';

/**
 * How long a stage takes at least, in seconds: what it is watched for after its steps and rungs, and the look-backs in it. What the
 * steps themselves take comes on top.
 */
export function predictedSeconds({ steps, gate }: Stage | StageDraft): number {
  const baked = [gate, ...steps.flatMap((step) => step.gate ?? [])].reduce((sum, { bakeMs }) => sum + bakeMs / 1000, 0);
  const lookBacks = steps.flatMap(({ apply }) => apply.flatMap((one) => (one.op === 'host.quiet' ? [one.seconds] : [])));
  return baked + lookBacks.reduce((sum, seconds) => sum + seconds, 0);
}
