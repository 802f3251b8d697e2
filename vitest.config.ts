import { defineConfig } from 'vitest/config';

/** Unit, property, golden and meta tests: no root, no cluster, no network beyond loopback. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/lab/**', 'test/soak/**', 'test/crash/**'],
    reporters: ['default', ['./scripts/totals-reporter.ts', { suite: 'unit' }]],
    // Time of a busy machine, not of a test: what hangs is found by it all the same.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    execArgv: ['--expose-gc'],
    setupFiles: ['test/collect-garbage.ts'],
    // Many tests wait for programs that they started: one worker, which is what two CPUs get, mostly sleeps.
    maxWorkers: 2,
  },
});
