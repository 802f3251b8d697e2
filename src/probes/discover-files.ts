import type { Estate } from '../estate/schema.ts';
import { assemble } from '../inventory/assemble.ts';
import type { Inventory } from '../inventory/schema.ts';
import type { Clock } from '../ports/contracts.ts';
import { parseFiles } from './files/index.ts';
import { readSources } from './files/read.ts';

/** What discovery from files needs besides the paths. */
export interface DiscoverFilesOptions {
  /** Without one, an estate is made of the files. */
  estate?: Estate;
  digestOf: (estate: Estate) => string;
  clock: Pick<Clock, 'now'>;
}

/** The inventory, and the findings about sources that could not be read or understood. */
export interface DiscoveredFiles {
  /** The estate given, or the one that was made of the files. */
  estate: Estate;
  inventory: Inventory;
  /** A source, or a part of one, is missing from the inventory. */
  isPartial: boolean;
}

/** Reads manifests and environment files instead of clusters and hosts: opens no connection and changes nothing. */
export async function discoverFiles(paths: readonly string[], options: DiscoverFilesOptions): Promise<DiscoveredFiles> {
  const facts = parseFiles(await readSources(paths), options.estate);
  const inventory = assemble({
    estate: facts.estate,
    estateDigest: options.digestOf(facts.estate),
    capturedAt: new Date(options.clock.now()).toISOString(),
    hosts: [],
    clusters: [facts.cluster],
    environments: facts.environments,
    compose: facts.compose,
    findings: facts.findings,
  });
  return { estate: facts.estate, inventory, isPartial: facts.findings.some(({ level }) => level === 'error') };
}
