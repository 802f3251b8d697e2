import { meshError } from '../errors/index.ts';
import { API_VERSION } from '../estate/schema.ts';
import { mergeInventories } from '../inventory/merge.ts';
import type { Inventory } from '../inventory/schema.ts';
import { sha256Digest } from '../ports/hash.ts';
import { readInventory } from './_inputs.ts';

/**
 * Reads inventories of one estate and joins them.
 *
 * @throws MW1304 for a file that is no inventory, MW1352 for one of another estate, MW1353 for one of a newer format
 */
export async function mergeFiles(files: readonly string[]): Promise<Inventory> {
  const [first, ...others] = await readAll(files);
  if (first === undefined) throw meshError('MW1001', { command: 'mesh discover', detail: '--merge names no file' });
  for (const { file, inventory } of others)
    if (inventory.estate.name !== first.inventory.estate.name)
      throw meshError('MW1352', {
        file,
        found: inventory.estate.name,
        first: first.file,
        estate: first.inventory.estate.name,
      });
  return mergeInventories([first.inventory, ...others.map(({ inventory }) => inventory)], sha256Digest);
}

/** One after the other: of the text of many large files only one is held. */
async function readAll(files: readonly string[]): Promise<{ file: string; inventory: Inventory }[]> {
  const read: { file: string; inventory: Inventory }[] = [];
  for (const file of files) read.push({ file, inventory: await readInventory(file, refuseNewer) });
  return read;
}

/** Another version of the format, or fields that this version does not know: what is in them would be lost. */
function refuseNewer(file: string, document: unknown, unknownFields: readonly string[]): void {
  const version =
    typeof document === 'object' && document !== null && 'apiVersion' in document ? document.apiVersion : undefined;
  if (typeof version === 'string' && version.startsWith('meshway/') && version !== API_VERSION)
    throw meshError('MW1353', { file, reason: `its format is ${version}, and this is ${API_VERSION}` });
  if (version === API_VERSION && unknownFields.length > 0)
    throw meshError('MW1353', { file, reason: `it has fields that are not known here: ${unknownFields.join(', ')}` });
}
