import { defineConfig } from 'vitest/config';

const minuteMs = 60_000;

/** Tests that kill `mesh` in mid-step and let the next run carry on. */
export default defineConfig({
  test: {
    include: ['test/crash/**/*.test.ts'],
    globalSetup: ['test/crash/figure.setup.ts'],
    reporters: ['verbose', ['./scripts/totals-reporter.ts', { suite: 'crash' }]],
    fileParallelism: false,
    maxWorkers: 1,
    retry: 0,
    testTimeout: 30 * minuteMs,
    hookTimeout: 30 * minuteMs,
  },
});
