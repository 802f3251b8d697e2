import { defineConfig } from 'vitest/config';

const minuteMs = 60_000;

/** Tests on the real estate of `npm run lab -- up`: one after the other, never retried. */
export default defineConfig({
  test: {
    // What does not fit into CI's time: `npm run soak`.
    include:
      process.env['MESH_SOAK'] === undefined
        ? ['test/lab/**/*.test.ts']
        : ['test/soak/*.test.ts'],
    globalSetup: ['test/lab/figure.setup.ts'],
    reporters: ['verbose', ['./scripts/totals-reporter.ts', { suite: 'lab' }]],
    fileParallelism: false,
    maxWorkers: 1,
    sequence: { concurrent: false },
    retry: 0,
    bail: 0,
    testTimeout: 30 * minuteMs,
    hookTimeout: 30 * minuteMs,
    teardownTimeout: 5 * minuteMs,
  },
});
