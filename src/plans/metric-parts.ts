import type { ProxyRef } from './check.ts';
import type { MetricCheck, Tally } from './gate.ts';

/** A threshold's query as one expression: a ratio is divided by the source, so that both of its parts are of one instant. */
export const valueQuery = ({ query, total }: { query: string; total?: string | undefined }): string =>
  total === undefined ? query : `(${query}) / (${total})`;

/** All expressions that a check asks, each under the name of its part. */
export function partsOf(check: MetricCheck): [part: string, query: string][] {
  switch (check.test) {
    case 'threshold':
    case 'tripwire':
      return [['value', valueQuery(check)], ...(check.total === undefined ? [] : [pair('total', check.total)])];
    case 'errors':
      return (['judged', 'control'] as const).flatMap((side) => {
        const counts = check[side];
        return counts ? [pair(`${side}.requests`, counts.requests), pair(`${side}.errors`, counts.errors)] : [];
      });
    case 'latency':
      return [pair('judged', check.judged.buckets), pair('control', check.control.buckets)];
  }
}

const pair = (part: string, query: string): [string, string] => [part, query];

/** The limits on a check's value; a sequential test has none. */
export function boundsOf(check: MetricCheck): { min?: number | undefined; max?: number | undefined } {
  return check.test === 'threshold' || check.test === 'tripwire' ? { min: check.min, max: check.max } : {};
}

/** What a check lets pass, for a table: `>= 0.1 and <= 0.2`, `no more than beside it (e-value < 556)`. */
export function limitWords(check: MetricCheck): string {
  switch (check.test) {
    case 'threshold':
      return bounds(check);
    case 'tripwire':
      return `${bounds(check)} over ${check.forSeconds} s`;
    case 'errors':
      return `no more than ${check.control ? `beside it or ${check.baseline}` : check.baseline} (e-value < ${check.stopAt})`;
    case 'latency':
      return `no more than ${check.tolerance} times as slow (e-value < ${check.stopAt})`;
  }
}

const bounds = ({ min, max }: { min?: number | undefined; max?: number | undefined }): string =>
  [...(min === undefined ? [] : [`>= ${min}`]), ...(max === undefined ? [] : [`<= ${max}`])].join(' and ');

/** The proxies whose own counters answer a check, each once. None where a plan of an older version names none. */
export function proxiesNamed(check: MetricCheck): ProxyRef[] {
  const proxies = talliesOf(check).flatMap((tally) => tally?.proxies ?? []);
  return [...new Map(proxies.map((proxy) => [JSON.stringify(proxy), proxy])).values()];
}

function talliesOf(check: MetricCheck): (Tally | undefined)[] {
  if (check.test === 'errors') return [check.judged.tally, check.control?.tally];
  if (check.test === 'latency') return [check.judged.tally, check.control.tally];
  return [check.tally];
}
