import type { PlanOrder } from '../plans/plan.ts';
import { style } from './style.ts';

/** The waves of joins, what they cost, and why each is as it is. */
export function renderWaves(order: PlanOrder): string[] {
  if (order.joins.length === 0) return [];
  const { exposure, callerFirst, lambda, waves, total, rates } = order;
  const assumed =
    rates.assumed === 0 ? '' : `; the rate of ${rates.assumed} of ${rates.assumed + rates.stated} calls is assumed`;
  return [
    '',
    style.bold('Waves of joins'),
    ...order.joins.flatMap(renderWave),
    `  cost: exposure ${exposure} + callers first ${callerFirst} + λ ${lambda} × ${waves} waves = ${total} request-hours${assumed}`,
  ];
}

function renderWave({ wave, services, workloads, share, why }: PlanOrder['joins'][number]): string[] {
  const count = `${workloads} ${workloads === 1 ? 'workload' : 'workloads'}`;
  return [
    `  ${String(wave).padStart(3)}  ${services.join(', ')} ${style.dim(`${count}, ${Math.round(share * 1000) / 10} % of all traffic`)}`,
    ...why.map((reason) => style.dim(`       ${reason}`)),
  ];
}
