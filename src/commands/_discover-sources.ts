import { estateDigest } from '../estate/digest.ts';
import type { Estate } from '../estate/schema.ts';
import type { Inventory } from '../inventory/schema.ts';
import { systemClock } from '../ports/clock.ts';
import { openDocker } from '../ports/docker.ts';
import { sha256Digest } from '../ports/hash.ts';
import { discoverDocker } from '../probes/discover-docker.ts';
import { type DiscoveredFiles, discoverFiles } from '../probes/discover-files.ts';
import { loadEstate, loadEstateIfThere } from './_inputs.ts';

/** Which estate file was given, and whether the user named it: one that was named must be there. */
export interface GivenEstate {
  file: string;
  isNamed: boolean;
}

/** What files amount to; `isPartial` where something of them is missing. Opens no connection. */
export async function inventoryOfFiles(paths: readonly string[], given: GivenEstate): Promise<DiscoveredFiles> {
  return await discoverFiles(paths, { ...(await readingOf(given)) });
}

/** What a container engine on this machine runs, asked over its socket. */
export async function inventoryOfDocker(socket: string, given: GivenEstate): Promise<Inventory> {
  return await discoverDocker(openDocker(socket), { socket, ...(await readingOf(given)) });
}

async function readingOf({ file, isNamed }: GivenEstate): Promise<{
  estate?: Estate;
  digestOf: (estate: Estate) => string;
  clock: ReturnType<typeof systemClock>;
}> {
  const loaded = isNamed ? await loadEstate(file) : await loadEstateIfThere(file);
  return {
    ...(loaded === undefined ? {} : { estate: loaded.estate }),
    digestOf: (estate) => estateDigest(estate, sha256Digest),
    clock: systemClock(),
  };
}
