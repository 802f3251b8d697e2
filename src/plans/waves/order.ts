import { costOf } from '../../graph/waves/objective.ts';
import type { WaveProblem } from '../../graph/waves/problem.ts';
import type { Group } from '../groups.ts';
import type { PlanOrder } from '../plan.ts';
import { callRates } from '../rates.ts';
import type { EstateView } from '../view.ts';
import { problemOf } from './problem.ts';
import { sizeOfGroup } from './bundles.ts';

/** One group after the other, each in a wave of its own. */
export function firstComeOrder(groups: readonly Group[]): Int32Array {
  return Int32Array.from(groups, (_, at) => at + 1);
}

/** What a plan says of its waves. @param wave of each group, from 1 */
export function orderOf(view: EstateView, groups: readonly Group[], wave: Int32Array): PlanOrder {
  const problem = problemOf(view, groups, groups.map((_, at) => [at]));
  const { exposure, callerFirst, total } = costOf(problem, wave);
  const { hours, lambda } = view.estate.policy.waves;
  const rates = callRates(view);
  const last = wave.reduce((most, each) => Math.max(most, each), 0);
  return {
    hoursPerWave: hours,
    lambda,
    waves: last,
    exposure: round(exposure),
    callerFirst: round(callerFirst),
    total: round(total),
    rates: {
      stated: rates.filter(({ source }) => source === 'stated').length,
      assumed: rates.filter(({ source }) => source === 'assumed').length,
    },
    joins: Array.from({ length: last }, (_, at) => joinsOf(view, groups, problem, wave, at + 1)).filter(
      ({ services }) => services.length > 0,
    ),
  };
}

function joinsOf(view: EstateView, groups: readonly Group[], problem: WaveProblem, wave: Int32Array, at: number): PlanOrder['joins'][number] {
  const all = problem.traffic.reduce((sum, each) => sum + each, 0);
  const members = groups.filter((_, group) => wave[group] === at);
  const traffic = problem.traffic.reduce((sum, each, group) => (wave[group] === at ? sum + each : sum), 0);
  return {
    wave: at,
    services: members.flatMap(({ services }) => services.map(({ name }) => name)),
    workloads: members.reduce((sum, group) => sum + sizeOfGroup(view, group), 0),
    requestsPerSecond: round(traffic),
    share: all === 0 ? 0 : round(traffic / all),
    why: [],
  };
}

/** To a thousandth: more digits would only make the file's bytes depend on the order of a sum. */
const round = (value: number): number => Math.round(value * 1000) / 1000;
