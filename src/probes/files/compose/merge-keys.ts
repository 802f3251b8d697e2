import { fieldsOf } from './shapes.ts';

/**
 * Carries out YAML 1.1 merge keys (`<<`), which Compose files share settings by: a map's own keys come first, then those
 * of the maps that it merges, the earlier before the later. The reader has bounded what aliases stand for already.
 */
export function withMergeKeys(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(withMergeKeys);
  const fields = fieldsOf(data);
  if (fields === undefined) return data;
  const { '<<': merged, ...own } = fields;
  const sources = (Array.isArray(merged) ? merged : [merged]).map((one) => fieldsOf(withMergeKeys(one)) ?? {});
  const entries = [...sources.toReversed(), own].flatMap((one) => Object.entries(one));
  return Object.fromEntries(new Map(entries.map(([key, value]) => [key, withMergeKeys(value)])));
}
