import type { OutputEvent } from '../report/output.ts';
import type { Inventory } from '../inventory/schema.ts';
import { systemClock } from '../ports/clock.ts';
import type { DiscoverOptions } from '../probes/discover.ts';
import { DEFAULT_EVERY_MS, discoverFor } from '../probes/sample.ts';
import { sampleLine } from '../report/window-words.ts';
import type { LoadedEstate } from './_inputs.ts';
import { openWorld } from './_world.ts';

/** A sample may take this long besides the pause before it: no connection may end meanwhile. */
const LONGEST_SAMPLE_SECONDS = 90;

/** What a window of discovery is asked to be, and where it tells of itself. */
export interface WindowRequest {
  forMs: number;
  everyMs?: number | undefined;
  forks: number;
  interrupt: AbortSignal;
  onProgress: NonNullable<DiscoverOptions['onProgress']>;
  emit: (event: OutputEvent) => void;
  note: (text: string) => void;
}

/** Looks at an estate for some time, over one connection for each host. */
export async function discoverWindow(loaded: LoadedEstate, request: WindowRequest): Promise<Inventory> {
  const { forMs, everyMs = DEFAULT_EVERY_MS, forks, interrupt, onProgress, emit, note } = request;
  const world = openWorld(loaded, Math.ceil((1.5 * everyMs) / 1000) + LONGEST_SAMPLE_SECONDS);
  const ports = { ssh: world.ssh, kube: world.kube, clock: systemClock(interrupt) };
  try {
    return await discoverFor(loaded.estate, ports, {
      estateDigest: loaded.digest,
      forMs,
      everyMs,
      forks,
      random: Math.random,
      interrupted: interrupt,
      onProgress,
      onSample: (sample) => {
        emit({ event: 'sampled', ...sample, forMs });
        note(sampleLine(sample, forMs));
      },
    });
  } finally {
    await world.close();
  }
}
