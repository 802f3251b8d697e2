import type { Clock } from './contracts.ts';

/** The machine's clock. Once `interrupted` is aborted every sleep ends, with `false`. */
export function systemClock(interrupted?: AbortSignal): Clock {
  return {
    now: () => Date.now(),
    sleep: (ms) => sleep(ms, interrupted),
  };
}

function sleep(ms: number, interrupted: AbortSignal | undefined): Promise<boolean> {
  if (interrupted?.aborted === true) return Promise.resolve(false);
  return new Promise((resolve) => {
    const stop = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      interrupted?.removeEventListener('abort', stop);
      resolve(true);
    }, ms);
    interrupted?.addEventListener('abort', stop, { once: true });
  });
}
