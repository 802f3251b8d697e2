import { expect } from 'vitest';
import type { Tally } from './traffic.ts';

/** What a test without a fault expects of a tally: its books agree, nothing lost, nothing cut that was not declared. */
export function expectNothingLost({ problems, total, samples }: Tally): void {
  expect(problems).toEqual([]);
  expect({ lost: total.lost, cuts: total.cuts, samples }).toEqual({ lost: 0, cuts: 0, samples: [] });
}
