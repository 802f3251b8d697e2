import type { Amounts, PlanCost, Range } from '../plans/cost/schema.ts';
import { sanitizeLine } from './sanitize.ts';
import { style } from './style.ts';

const span = ({ low, high }: Range, unit: string): string => `${low} to ${high} ${unit}`;

/** One line for a plan's summary; none where no cost is known. */
export function costLine(cost: PlanCost | undefined): string[] {
  if (!cost?.total) return [];
  const { cpuMillicores, memoryMib } = cost.total;
  const assumed = cost.workloads.filter(({ rate }) => rate !== 'stated').length;
  const rates =
    assumed === 0 ? '' : `; the rate of ${assumed} of ${cost.workloads.length} workloads is assumed, or partly`;
  return [`Sidecars are predicted to take ${span(cpuMillicores, 'millicores')} and ${span(memoryMib, 'MiB')}${rates}.`];
}

/** What the mesh will cost, workload by workload. */
export function renderCost(cost: PlanCost | undefined): string[] {
  if (!cost) return [];
  const here = cost.version === undefined ? '' : ` (the cluster has ${sanitizeLine(cost.version)})`;
  return [
    '',
    style.bold('Cost of the mesh') +
      style.dim(`  a prediction from published figures${here}, until the first wave has measured it`),
    ...cost.workloads.flatMap(({ workloads, proxies, requestsPerSecond, rate, leftOut, sidecar, ambient }) => [
      `  ${workloads.join(' and ')}: ${proxies} ${proxies === 1 ? 'proxy' : 'proxies'}, ${requestsPerSecond} requests/s (${rate})${leftOut ? `; without the connections of ${leftOut.join(' and ')}` : ''}`,
      ...amountsLine('sidecar', sidecar),
      ...amountsLine('ambient', ambient),
    ]),
    ...costLine(cost).map((line) => `  ${line}`),
    ...cost.sources.map(({ id, title, url }) => style.dim(`  ${id}: ${title}, ${url}`)),
  ];
}

function amountsLine(mode: string, amounts: Amounts | undefined): string[] {
  if (!amounts) return [];
  const { cpuMillicores, memoryMib, p50Ms, p99Ms, sources } = amounts;
  const latency = `adds ${span(p50Ms, 'ms')} (p50), ${span(p99Ms, 'ms')} (p99)`;
  return [
    `      ${mode}: ${span(cpuMillicores, 'millicores')}, ${span(memoryMib, 'MiB')}, ${latency}` +
      style.dim(`  ${sources.join(', ')}`),
  ];
}
