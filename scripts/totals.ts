import { existsSync, readFileSync } from 'node:fs';
import { type SuiteTotals, totalsFile } from './totals-reporter.ts';

type Counts = Omit<SuiteTotals, 'suite' | 'failures'>;

/** The totals a suite left behind. A suite that wrote none never finished: one failure. */
export function readTotals(suite: string): SuiteTotals {
  const file = totalsFile(suite);
  if (!existsSync(file)) return { suite, passed: 0, failed: 1, skipped: 0, failures: ['the suite did not finish'] };
  return JSON.parse(readFileSync(file, 'utf8')) as SuiteTotals;
}

/** The counts of several suites in one. */
export function sumTotals(all: readonly Counts[]): Counts {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped } of all) {
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
  }
  return sum;
}

/** The closing line of every suite: `N passed, N failed, N skipped`. */
export function totalsLine(totals: Counts): string {
  return `${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`;
}
