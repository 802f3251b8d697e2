import { meshError } from './errors/mesh-error.ts';

const errorBySignal = { SIGINT: 'MW1901', SIGTERM: 'MW1902' } as const;
const exitBySignal = { SIGINT: 130, SIGTERM: 143 } as const;
type StopSignal = keyof typeof errorBySignal;

/** A watch over SIGINT and SIGTERM. */
export interface Interruption {
  /** Aborted by the first signal; the reason is the coded error to end with. */
  readonly signal: AbortSignal;
  /** Ends the watch: signals do again what they do by default. */
  stop(): void;
}

/**
 * The first Ctrl-C (or SIGTERM) asks the command to stop at a safe point; the second ends the process at once.
 * Nothing correct may depend on the time in between.
 */
export function watchInterruption(exit: (status: number) => unknown = (status) => process.exit(status)): Interruption {
  const controller = new AbortController();
  const onSignal = (name: StopSignal): void => {
    if (controller.signal.aborted) exit(exitBySignal[name]);
    else controller.abort(meshError(errorBySignal[name]));
  };
  const handlers = { SIGINT: () => onSignal('SIGINT'), SIGTERM: () => onSignal('SIGTERM') };
  for (const [name, handler] of Object.entries(handlers)) process.on(name, handler);
  return {
    signal: controller.signal,
    stop: () => {
      for (const [name, handler] of Object.entries(handlers)) process.off(name, handler);
    },
  };
}

/** Settles as `work` does, or rejects as soon as `signal` aborts. */
export async function untilInterrupted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const interrupted = Promise.withResolvers<never>();
  const onAbort = (): void => interrupted.reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, interrupted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
