import { defineConfig } from 'vitest/config';

const minuteMs = 60_000;

/** The crash matrix: `mesh` is killed at every point, and the next run carries on. Its parts share nothing, and run beside each other. */
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
