import type { Estate } from '../estate/schema.ts';
import { type Added, SampleUnion } from '../inventory/merge-samples.ts';
import type { Inventory } from '../inventory/schema.ts';
import { type DiscoverOptions, type DiscoverPorts, observe } from './discover.ts';

/** The mean time from the beginning of one sample to that of the next, in milliseconds. */
export const DEFAULT_EVERY_MS = 10_000;
/**
 * How often clusters are read. Of them a window needs who has which address and what is deployed, which changes with
 * roll-outs and not with connections; a list of all pods is dear for an API server.
 */
export const CLUSTERS_EVERY_MS = 60_000;

export interface SampleOptions extends DiscoverOptions {
  /** How long to look, and the mean time between samples, in milliseconds. */
  forMs: number;
  everyMs: number;
  /** From 0 to below 1, all equally likely: a source of randomness that the caller has. */
  random: () => number;
  /** Ends the window early, in the middle of a sample too, which then does not count. */
  interrupted: AbortSignal;
  /** Told after each sample. */
  onSample?: (sample: Added & { elapsedMs: number }) => void;
}

/**
 * Looks again and again until the time is over, and once more at its end. The clock's `sleep` must end when `interrupted`
 * is aborted. `onProgress` is told of the first sample's hosts and clusters.
 *
 * @throws the reason of `interrupted` when it came before the first sample was done
 */
export async function discoverFor(estate: Estate, ports: DiscoverPorts, options: SampleOptions): Promise<Inventory> {
  const { clock } = ports;
  const { forMs, everyMs, random, interrupted } = options;
  const union = new SampleUnion(estate, options.estateDigest);
  const rootless = new Set<string>();
  const begunAt = clock.now();
  let clustersDueAt = begunAt;
  for (let isFirst = true; ; isFirst = false) {
    const startedAt = clock.now();
    const clusters = startedAt >= clustersDueAt;
    if (clusters) clustersDueAt = startedAt + CLUSTERS_EVERY_MS;
    const part = { ...estate, clusters: clusters ? estate.clusters : [] };
    const { estateDigest, forks, onProgress } = options;
    const told = {
      estateDigest,
      rootless,
      ...(forks === undefined ? {} : { forks }),
      ...(isFirst && onProgress !== undefined ? { onProgress } : {}),
    };
    const seen = await unlessAborted(observe(part, ports, told), interrupted);
    if (seen === undefined) break;
    for (const { name, privilege } of seen.hosts) if (privilege === 'none') rootless.add(name);
    const added = union.add({ ...seen, asked: { clusters } });
    options.onSample?.({ ...added, elapsedMs: clock.now() - begunAt });
    const leftMs = begunAt + forMs - clock.now();
    const waitMs = startedAt + jittered(everyMs, random) - clock.now();
    if (leftMs <= 0 || !(await clock.sleep(Math.max(0, Math.min(waitMs, leftMs))))) break;
  }
  const inventory = union.inventory();
  if (inventory === undefined) throw interrupted.reason;
  return inventory;
}

/**
 * The time to the next sample: half to one and a half times the mean, all equally likely. Samples at a fixed step may
 * miss whatever has that step, or a multiple of it, for the whole window.
 */
export function jittered(everyMs: number, random: () => number): number {
  return everyMs * (0.5 + random());
}

/** What work comes to; undefined as soon as the signal aborts. Work that goes on then is heard of no more. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const aborted = Promise.withResolvers<undefined>();
  const stop = (): void => aborted.resolve(undefined);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([aborted.promise, work]);
  } finally {
    work.catch(() => undefined);
    signal.removeEventListener('abort', stop);
  }
}
