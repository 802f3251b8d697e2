import { uptime } from 'node:os';
import type { Clock } from './contracts.ts';

/**
 * What the clock on the wall said when this process began, and the machine's uptime then. All times of a process are
 * counted on from there: a clock that somebody sets, or that is put right, must neither end a bake early nor make it last
 * a day. Uptime goes on while a machine is suspended, which a process's own count does not.
 */
const BEGAN_MS = Date.now();
const UPTIME_MS = uptime() * 1000;

/** Milliseconds of the epoch, by the wall clock of the process's beginning. */
const nowMs = (): number => Math.round(BEGAN_MS + uptime() * 1000 - UPTIME_MS);

/** The machine's clock, as one that is never set. Once `interrupted` is aborted every sleep ends, with `false`. */
export function systemClock(interrupted?: AbortSignal): Clock {
  return {
    now: nowMs,
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
