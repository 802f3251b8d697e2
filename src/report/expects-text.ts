import { inWords } from '../inventory/credentials.ts';
import { totalExpected } from '../plans/duration.ts';
import type { Expects, MigrationPlan } from '../plans/plan.ts';

const span = (seconds: number): string => inWords(seconds * 1000);

/** What is expected of one stage: `expected: 63 s, 55 s of them watched; 5,233 requests`. */
export function expectedLine({ seconds, bakeSeconds, requests, byHand }: Expects): string {
  const counted = requests === undefined ? '' : `; its gates need ${requests} requests`;
  const hand = byHand === true ? ', and what a person does by hand' : '';
  return `  expected: ${span(seconds)}, ${span(bakeSeconds)} of it watched${hand}${counted}`;
}

/** What is expected of a plan; nothing for one without stages. */
export function expectedInAll({ stages }: Pick<MigrationPlan, 'stages'>): string[] {
  if (stages.length === 0) return [];
  const { seconds, byHand } = totalExpected(stages);
  const hand = byHand === true ? ', and what people do by hand' : '';
  return [`It is expected to take ${span(seconds)}${hand}, if every gate passes when it is first asked.`];
}
