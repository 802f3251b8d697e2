import { commonParts, type Slot } from './words.ts';

/** A value of JSON, as it stands in a plan's file. */
export type Json = null | boolean | number | string | Json[] | { [field: string]: Json };

/** The values of one place, one for each of the things that are folded together, and the field they were found in. */
export interface Hole {
  values: Json[];
  field: string;
  /** It is all of its place, so that its value keeps its type; else it is written into a text. */
  isWhole: boolean;
}

/** What several values have in common. */
export type Pattern =
  | { is: 'same'; value: Json }
  | { is: 'hole'; hole: Hole }
  | { is: 'text'; parts: (string | Hole)[] }
  | { is: 'list'; items: Pattern[] }
  | { is: 'map'; fields: [key: (string | Hole)[], value: Pattern][] };

/** Of a list of plain values more differing places than this are one hole, the list. */
const MAX_DIFFERENT_ITEMS = 2;

/**
 * The least general pattern that all values fit: the anti-unification of Plotkin (A note on inductive generalization,
 * 1970), with texts compared word by word. Values of different kinds or sizes are one hole.
 */
export function generalise(values: readonly Json[], field: string): Pattern {
  const [first = null] = values;
  if (values.every(isText)) return textPattern(values, field);
  if (values.every(isList)) return listPattern(values, field);
  if (values.every(isMap)) return mapPattern(values, field);
  return values.every((value) => value === first) ? { is: 'same', value: first } : holeOf(values, field);
}

const isText = (value: Json): value is string => typeof value === 'string';
const isList = (value: Json): value is Json[] => Array.isArray(value);
/** Tells an object from a list and from null. */
export const isMap = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const holeOf = (values: readonly Json[], field: string): Pattern => ({
  is: 'hole',
  hole: { values: [...values], field, isWhole: true },
});

function textPattern(texts: readonly string[], field: string): Pattern {
  const parts = commonParts(texts).map((slot) => partOf(slot, field));
  const [only] = parts;
  if (parts.length > 1) return { is: 'text', parts };
  if (only === undefined || typeof only === 'string') return { is: 'same', value: only ?? '' };
  return { is: 'hole', hole: { ...only, isWhole: true } };
}

const partOf = (slot: Slot, field: string): string | Hole =>
  typeof slot === 'string' ? slot : { values: slot.texts, field, isWhole: false };

function listPattern(lists: readonly Json[][], field: string): Pattern {
  const length = lists[0]?.length ?? 0;
  if (!lists.every((list) => list.length === length)) return holeOf(lists, field);
  const items = Array.from({ length }, (_, at) => generalise(lists.map((list) => list[at] ?? null), field));
  const isPlain = lists.every((list) => list.every((item) => typeof item !== 'object'));
  const different = items.filter(({ is }) => is !== 'same').length;
  return isPlain && different > MAX_DIFFERENT_ITEMS ? holeOf(lists, field) : { is: 'list', items };
}

/** Fields are matched by their place: a name of a service may be part of a key. */
function mapPattern(maps: readonly Record<string, Json>[], field: string): Pattern {
  const entries = maps.map((map) => Object.entries(map));
  const count = entries[0]?.length ?? 0;
  if (!entries.every(({ length }) => length === count)) return holeOf(maps, field);
  const fields = Array.from({ length: count }, (_, at): [(string | Hole)[], Pattern] => {
    const keys = entries.map((each) => each[at]?.[0] ?? '');
    const key = commonParts(keys).map((slot) => partOf(slot, field));
    return [key, generalise(entries.map((each) => each[at]?.[1] ?? null), keys.every((one) => one === keys[0]) ? (keys[0] ?? '') : field)];
  });
  return { is: 'map', fields };
}

/** Every hole of a pattern, in the order of its file. */
export function holesOf(pattern: Pattern): Hole[] {
  if (pattern.is === 'hole') return [pattern.hole];
  if (pattern.is === 'text') return pattern.parts.filter((part) => typeof part !== 'string');
  if (pattern.is === 'list') return pattern.items.flatMap(holesOf);
  if (pattern.is === 'same') return [];
  return pattern.fields.flatMap(([key, value]) => [...key.filter((part) => typeof part !== 'string'), ...holesOf(value)]);
}
