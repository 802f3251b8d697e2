import { costOf, lastWave } from '../../graph/waves/objective.ts';
import type { WaveProblem } from '../../graph/waves/problem.ts';
import type { PlanOrder } from '../plan.ts';
import { callRates } from '../rates.ts';
import type { EstateView } from '../view.ts';
import { sizeOfGroup } from './bundles.ts';
import type { Joining } from './problem.ts';
import { reasonsOf } from './reasons.ts';

/** What a plan says of its waves. @param wave of each bundle, from 1 */
export function orderOf(view: EstateView, joining: Joining, problem: WaveProblem, wave: Int32Array): PlanOrder {
  const { exposure, callerFirst, total } = costOf(problem, wave);
  const { hours, lambda } = view.estate.policy.waves;
  const rates = callRates(view);
  const waves = lastWave(wave);
  const used = Array.from({ length: waves }, (_, at) => at + 1).filter((at) => wave.includes(at));
  return {
    hoursPerWave: hours,
    lambda,
    waves,
    exposure: rounded(exposure),
    callerFirst: rounded(callerFirst),
    total: rounded(total),
    rates: {
      stated: rates.filter(({ source }) => source === 'stated').length,
      assumed: rates.filter(({ source }) => source === 'assumed').length,
    },
    joins: used.map((at) => joinsOf(view, joining, problem, wave, at)),
  };
}

function joinsOf(view: EstateView, joining: Joining, problem: WaveProblem, wave: Int32Array, at: number): PlanOrder['joins'][number] {
  const { groups, bundles, calls } = joining;
  const members = bundles.flatMap((bundle, node) => (wave[node] === at ? bundle : [])).map((group) => groups[group] as (typeof groups)[number]);
  const traffic = problem.traffic.reduce((sum, each, node) => (wave[node] === at ? sum + each : sum), 0);
  const touched = touchedRate(joining, wave, at);
  return {
    wave: at,
    services: members.flatMap(({ services }) => services.map(({ name }) => name)).sort(),
    workloads: members.reduce((sum, group) => sum + sizeOfGroup(view, group), 0),
    requestsPerSecond: rounded(touched),
    share: calls.total === 0 ? 0 : rounded(traffic / calls.total),
    why: reasonsOf(view, joining, problem, wave, at),
  };
}

/** Requests per second with an end in a wave, each call once. */
function touchedRate({ bundles, calls }: Joining, wave: Int32Array, at: number): number {
  const isHere = new Set(bundles.flatMap((bundle, node) => (wave[node] === at ? bundle : [])));
  const between = calls.between.filter(({ from, to }) => isHere.has(from) || isHere.has(to));
  const others = [...isHere].reduce((sum, group) => sum + (calls.outside[group] ?? 0) + (calls.inside[group] ?? 0) + (calls.within[group] ?? 0), 0);
  return between.reduce((sum, { perSecond }) => sum + perSecond, others);
}

/** To a thousandth: more digits would only make the file's bytes depend on the order of a sum. */
export const rounded = (value: number): number => Math.round(value * 1000) / 1000;
