import { setImmediate } from 'node:timers/promises';
import { afterAll } from 'vitest';

/** A file that was opened and never closed is an error once its handle is collected: here, and not some day in a long run. */
afterAll(async () => {
  globalThis.gc?.();
  await setImmediate();
});
