import { meshCost } from '../plans/cost/measured.ts';
import type { Measure, ProxyCost } from '../plans/measure.ts';

const show = (value: number): string => String(Number(value.toPrecision(2)));

/** What was measured of the mesh, beside what the plan has of it. */
export function measuredWords(proxies: readonly ProxyCost[], predicted: Measure['predicted']): string[] {
  const { callMs, millicoresPerThousand: cpu, above } = meshCost(proxies, predicted);
  const { p50Ms, p99Ms, millicoresPerThousand: published } = predicted;
  const isAbove = (what: 'latency' | 'CPU'): string => (above.includes(what) ? ', ABOVE what the plan has' : '');
  return [
    callMs === null
      ? 'what a call takes longer was not measured'
      : `a call takes ${show(callMs)} ms longer at the mean (the plan has ${p50Ms.low} to ${p50Ms.high} ms at the median, ${p99Ms.low} to ${p99Ms.high} ms at the 99th percentile)${isAbove('latency')}`,
    cpu === null
      ? 'the CPU of proxies was not measured'
      : `a host’s proxy needs ${show(cpu)} millicores for 1,000 requests/s (the plan has ${published.low} to ${published.high})${isAbove('CPU')}`,
    ...proxies.flatMap(({ subject, lack }) => (lack === undefined ? [] : [`not all of ${subject}: ${lack}`])),
  ];
}
