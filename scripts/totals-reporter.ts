import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

/** What one suite came to. A file that could not be loaded counts as one failure. */
export interface SuiteTotals {
  suite: string;
  passed: number;
  failed: number;
  skipped: number;
}

/** Where the totals of the last run of `suite` are kept. */
export function totalsFile(suite: string): string {
  return join(import.meta.dirname, '..', 'reports', `${suite}.totals.json`);
}

function countModule(totals: SuiteTotals, module: TestModule): void {
  totals.failed += module.errors().length;
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state === 'passed') totals.passed += 1;
    else if (state === 'failed') totals.failed += 1;
    else totals.skipped += 1;
  }
}

/** Writes the totals of a suite as JSON, so that `npm test` and `.ci/run` can sum them. */
export default class TotalsReporter implements Reporter {
  readonly suite: string;

  constructor(options: { suite: string }) {
    this.suite = options.suite;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const totals: SuiteTotals = { suite: this.suite, passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) countModule(totals, module);
    const file = totalsFile(this.suite);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, `${JSON.stringify(totals)}\n`);
  }
}
