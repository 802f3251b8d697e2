import type { CaseResult } from './table.ts';

const seconds = (value: number | null | undefined): string => {
  if (value === undefined) return '';
  return value === null
    ? 'never'
    : value >= 600
      ? `${(value / 60).toFixed(0)} min`
      : `${value.toFixed(value < 10 ? 1 : 0)} s`;
};
const percent = (part: number): string => `${Number((part * 100).toFixed(2))} %`;

/** The table of the documentation: one row for each kind of traffic and fault. */
export function printCases(results: readonly CaseResult[]): void {
  console.log(
    '| minutes | requests/s | share | errors | false rollbacks | bound | mesh: median, 90 % | Flagger | Argo | Mann-Whitney |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|---|');
  for (const one of results.filter(({ fault }) => fault > 0)) {
    const peer = (name: string): string => {
      const found = one.peers?.find((each) => each.peer === name);
      return found ? `${seconds(found.median)}, ${seconds(found.ninetieth)}` : 'no setting';
    };
    const own = `${seconds(one.median)}, ${seconds(one.ninetieth)}`;
    const row = [
      one.minutes,
      one.rate,
      percent(one.share),
      percent(one.fault),
      percent(one.falseRollbacks),
      seconds(one.bound),
      own,
    ];
    console.log(`| ${[...row, peer('flagger'), peer('argo'), peer('kayenta')].join(' | ')} |`);
  }
}
