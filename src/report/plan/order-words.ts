import type { PlanOrder } from '../../plans/plan.ts';
import { count } from './words.ts';

/** The terms of what planning minimised, each with its figure and its meaning. */
export function objectiveRows({
  exposure,
  callerFirst,
  lambda,
  waves,
  total,
  hoursPerWave,
}: PlanOrder): [string, string, string][] {
  return [
    ['Exposure', figure(exposure), `calls with one side in the mesh and one outside, over waves of ${hoursPerWave} h`],
    ['Callers first', figure(callerFirst), 'what it costs that callers join before their callees'],
    ['Waves', figure(lambda * waves), `${count(waves, 'wave')} of joins, ${figure(lambda)} each`],
    ['Total', figure(total), 'the sum, which was minimised'],
  ];
}

/** What the figures rest on. */
export function ratesWords({ rates: { stated, assumed } }: PlanOrder): string {
  return `All in request-hours: requests per second times hours. The estate says the rate of ${count(stated, 'call')}; that of ${assumed} is assumed.`;
}

const figure = (value: number): string => String(Math.round(value * 1000) / 1000);
