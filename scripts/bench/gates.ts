import { parseArgs } from 'node:util';
import { allCases, trafficKey } from './gates/cases.ts';
import { printCases } from './gates/print.ts';
import { type CaseResult, resultsOf } from './gates/table.ts';
import { keepResult } from './waves/environment.ts';

/**
 * `npm run bench -- gates`: false rollbacks and detection delays of the gates' sequential test over synthetic traffic,
 * beside Flagger's rule, Argo's, a Mann-Whitney test as Kayenta's, and Wald's bound. The same numbers for the same seed.
 */
export function run(args: readonly string[]): void {
  const { values } = parseArgs({
    args: [...args],
    options: {
      streams: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', default: '' },
    },
  });
  const [streams, seed] = [Number(values.streams), Number(values.seed)];
  if (!Number.isInteger(streams) || streams < 1 || !Number.isInteger(seed))
    throw new Error('--streams and --seed are whole numbers');
  const cases = allCases().filter((one) => trafficKey(one).includes(values.only));
  const results: CaseResult[] = [];
  for (const [key, alike] of Map.groupBy(cases, trafficKey)) {
    const before = performance.now();
    results.push(...resultsOf(alike, streams, seed));
    console.error(`${key}: ${((performance.now() - before) / 1000).toFixed(1)} s`);
  }
  printCases(results);
  keepResult('gates', { settings: { streams, seed, only: values.only }, results });
}
