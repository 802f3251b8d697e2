import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

/** What one suite came to. A file that could not be loaded counts as one failure. */
export interface SuiteTotals {
  suite: string;
  passed: number;
  failed: number;
  skipped: number;
  /** A line for each failure: whoever sees the last lines of a long log sees what failed. */
  failures: string[];
}

/** Where the totals of the last run of `suite` are kept. */
export function totalsFile(suite: string): string {
  return join(import.meta.dirname, '..', 'reports', `${suite}.totals.json`);
}

function countModule(totals: SuiteTotals, module: TestModule): void {
  totals.failed += module.errors().length;
  totals.failures.push(...module.errors().map(({ message }) => failure(module.relativeModuleId, message)));
  for (const test of module.children.allTests()) {
    const { state, errors = [] } = test.result();
    if (state === 'passed') totals.passed += 1;
    else if (state === 'failed') totals.failed += 1;
    else totals.skipped += 1;
    const place = `${module.relativeModuleId} > ${test.fullName}`;
    if (state === 'failed') totals.failures.push(failure(place, errors[0]?.message ?? ''));
  }
}

/** One line, however long the error is. */
function failure(place: string, message: string): string {
  return `${place}: ${message.replaceAll(/\s+/g, ' ').slice(0, 300)}`;
}

/** Writes the totals of a suite as JSON, so that `npm test` and `.ci/run` can sum them. */
export default class TotalsReporter implements Reporter {
  readonly suite: string;

  constructor(options: { suite: string }) {
    this.suite = options.suite;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const failures = unhandledErrors.map(({ message }) => failure('beside the tests', message));
    const totals: SuiteTotals = { suite: this.suite, passed: 0, failed: failures.length, skipped: 0, failures };
    for (const module of modules) countModule(totals, module);
    const file = totalsFile(this.suite);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, `${JSON.stringify(totals)}\n`);
  }
}
