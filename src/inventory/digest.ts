import { canonicalJson } from '../estate/canonical.ts';
import type { Inventory } from './schema.ts';

/** The digest of an inventory as it lies in its file: which one a plan was made from. */
export function inventoryDigest(inventory: Inventory, hash: (text: string) => string): string {
  return hash(canonicalJson(inventory));
}
