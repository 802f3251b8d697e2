import { fieldsOf, type Fields, type RawService } from './shapes.ts';

/** What the later of two files sets anew, whole; all else is added to. */
const replaced = new Set(['command', 'entrypoint']);

/**
 * A service as two files say it together, the later over the earlier (Compose Specification, chapter 13, "Merge"): maps
 * key by key, lists one after the other, environments by name, everything else by its last value.
 */
export function mergeServices(base: RawService, over: RawService): RawService {
  const merged: Record<string, unknown> = { ...base };
  for (const [field, value] of Object.entries(over)) {
    if (value === null) continue;
    const before = merged[field];
    merged[field] = before === undefined || replaced.has(field) ? value : mergeField(field, before, value);
  }
  return merged;
}

function mergeField(field: string, before: unknown, value: unknown): unknown {
  if (field === 'environment') return { ...environmentMap(before), ...environmentMap(value) };
  if (field === 'depends_on' || field === 'networks') return { ...keyed(before), ...keyed(value) };
  if (field === 'env_file') return [before, value].flat();
  if (Array.isArray(before) && Array.isArray(value)) return (before as unknown[]).concat(value as unknown[]);
  const [one, other] = [fieldsOf(before), fieldsOf(value)];
  return one !== undefined && other !== undefined ? { ...one, ...other } : value;
}

/** `[db]` and `{ db: … }` say the same. */
function keyed(value: unknown): Fields {
  return Array.isArray(value) ? Object.fromEntries(value.map((name) => [String(name), {}])) : (fieldsOf(value) ?? {});
}

/** Both forms of an environment as one map. A name without a value would be taken from the shell, and is left out. */
export function environmentMap(value: unknown): Record<string, string> {
  const entries = Array.isArray(value)
    ? value.flatMap((one) => {
        const [, name, text] = /^([^=]+)=(.*)$/s.exec(String(one)) ?? [];
        return name === undefined || text === undefined ? [] : [[name, text] as const];
      })
    : Object.entries(fieldsOf(value) ?? {}).flatMap(([name, one]) =>
        one === null || one === undefined ? [] : [[name, String(one as string | number | boolean)] as const],
      );
  return Object.fromEntries(entries);
}
