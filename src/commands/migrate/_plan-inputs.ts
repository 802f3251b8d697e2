import { meshError } from '../../errors/index.ts';
import { canonicalJson } from '../../estate/canonical.ts';
import { estateDigest } from '../../estate/digest.ts';
import { assume } from '../../plans/assume/index.ts';
import type { Inventory } from '../../inventory/schema.ts';
import type { PlanInputs } from '../../plans/create.ts';
import type { Digest, MigrationPlan } from '../../plans/plan.ts';
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
  const digests = { estate: estateDigest(found.estate, sha256Digest), inventory: draftDigest(inventory) };
  return { id: estate.name, estate, inventory, provider: mesh, digests, basis: 'files' };
}

/** `plans/shop.plan.yaml` → `plans/shop.plan.inventory.json`: what a draft was made from, with all that was assumed. */
export const draftInventoryFile = (planFile: string): string => `${planFile.replace(/\.ya?ml$/, '')}.inventory.json`;

/** The digest of a draft's inventory. When the files were read says nothing of what they hold: the same files give the same plan. */
export const draftDigest = (inventory: Inventory): Digest => sha256Digest(canonicalJson(timeless(inventory)));

/** The digest by which a plan knows an inventory. */
export const digestFor = (
  { basis }: MigrationPlan,
  { inventory, digest }: { inventory: Inventory; digest: Digest },
): Digest => (basis === 'files' ? draftDigest(inventory) : digest);

/** A value without the moments at which something was seen. */
function timeless(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(timeless);
  if (typeof value !== 'object' || value === null) return value;
  const lasting = Object.entries(value).filter(([name]) => !['at', 'firstAt', 'readAt', 'capturedAt'].includes(name));
  return Object.fromEntries(lasting.map(([name, field]) => [name, timeless(field)]));
}
