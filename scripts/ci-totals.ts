import { readTotals, sumTotals, totalsLine } from './totals.ts';

/** Suites that need the lab: in CI the lab is up, so nothing in them may be skipped. */
const neverSkipped = new Set(['lab', 'crash']);

/** `ci-totals.ts FAILED-STEPS SUITE…`: the sum over the suites, as the last line, and the exit status of CI. */
function main([failedSteps = '0', ...suites]: readonly string[]): number {
  const totals = suites.map(readTotals);
  for (const each of totals) {
    for (const line of each.failures) console.log(`failed: ${each.suite}: ${line}`);
    console.log(`${each.suite}: ${totalsLine(each)}`);
  }
  const isSkipped = totals.some(({ suite, skipped }) => neverSkipped.has(suite) && skipped > 0);
  if (isSkipped) console.log('a test that needs the lab was skipped in CI');
  const sum = sumTotals(totals);
  const failed = sum.failed > 0 ? sum.failed : Number(failedSteps);
  console.log(totalsLine({ ...sum, failed }));
  return failed > 0 || isSkipped ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));
