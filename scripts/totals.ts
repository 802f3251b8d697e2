import { existsSync, readFileSync } from 'node:fs';
import { totalsFile, type SuiteTotals } from './totals-reporter.ts';

/** The totals a suite left behind. A suite that wrote none never finished: one failure. */
export function readTotals(suite: string): SuiteTotals {
  const file = totalsFile(suite);
  if (!existsSync(file)) return { suite, passed: 0, failed: 1, skipped: 0 };
  return JSON.parse(readFileSync(file, 'utf8')) as SuiteTotals;
}

/** The closing line of every suite: `N passed, N failed, N skipped`. */
export function totalsLine(totals: Omit<SuiteTotals, 'suite'>): string {
  return `${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`;
}
