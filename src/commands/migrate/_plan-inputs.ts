import { meshError } from '../../errors/index.ts';
import { estateDigest } from '../../estate/digest.ts';
import { inventoryDigest } from '../../inventory/digest.ts';
import { assume } from '../../plans/assume/index.ts';
import type { PlanInputs } from '../../plans/create.ts';
import { sha256Digest } from '../../ports/hash.ts';
import { providerOf, providers } from '../../providers/index.ts';
import { inventoryOfFiles } from '../_discover-sources.ts';
import { loadEstate, loadInventory } from '../_inputs.ts';

type Inputs = Pick<PlanInputs, 'id' | 'estate' | 'inventory' | 'provider' | 'digests' | 'basis'>;

/** From an estate and the inventory that discovery wrote. */
export async function inputsOfDiscovery(estateFile: string, inventoryFile: string): Promise<Inputs> {
  const loaded = await loadEstate(estateFile);
  const { inventory, digest } = await loadInventory(inventoryFile, loaded);
  const { estate } = loaded;
  return {
    id: estate.name,
    estate,
    inventory,
    provider: providerOf(estate.provider.name),
    digests: { estate: loaded.digest, inventory: digest },
  };
}

/**
 * From manifests, Compose files, host lists and environment files, with what they cannot tell assumed.
 *
 * @throws MW1347 where neither an estate nor a flag names the mesh
 */
export async function inputsOfFiles(
  paths: readonly string[],
  given: { file: string; isNamed: boolean },
  provider: string | undefined,
): Promise<Inputs> {
  const found = await inventoryOfFiles(paths, given);
  const named = provider ?? found.estate.provider.name;
  if (named === 'undecided') throw meshError('MW1347', { known: Object.keys(providers).join(', ') });
  const mesh = providerOf(named);
  const { estate, inventory } = assume(found.estate, found.inventory, mesh.id);
  // When the files were read says nothing of what they hold: the same files give the same plan.
  const digests = {
    estate: estateDigest(estate, sha256Digest),
    inventory: inventoryDigest(
      { ...inventory, capturedAt: '1970-01-01T00:00:00.000Z', dependencies: timeless(inventory.dependencies) },
      sha256Digest,
    ),
  };
  return { id: estate.name, estate, inventory, provider: mesh, digests, basis: 'files' };
}

function timeless(all: PlanInputs['inventory']['dependencies']): PlanInputs['inventory']['dependencies'] {
  return all.map((one) => ({
    ...one,
    evidence: one.evidence.map((seen) => ({ ...seen, at: '1970-01-01T00:00:00.000Z' })),
  }));
}
