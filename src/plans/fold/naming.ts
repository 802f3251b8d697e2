import type { Hole, Json } from './generalise.ts';
import { isValueName, type Part, type Placeholder, written } from './placeholder.ts';
import { aroundMiddle } from './words.ts';

/** A named value of a template: what each of the folded things gives for it. */
export interface Parameter {
  name: string;
  values: Json[];
}

/** Shorter texts are found in others by chance. */
const MIN_LENGTH = 2;
const WAYS: readonly Pick<Placeholder, 'as'>[] = [{}, { as: 'regex' }];
/** How many ways to take a text apart are tried: a text with many known values and a rest has exponentially many. */
const MAX_SPLITS = 1000;

/** Finds out which holes follow from others, and gives names to what is left. */
export class Naming {
  readonly #explained = new Map<string, Part[]>();
  readonly #parameters: Parameter[] = [];
  /** Of the hole that is being explained. */
  #splitsLeft = 0;
  /** The fields that values are all of, in the order of the template. */
  readonly #fields: Map<string, string[]>;

  constructor(holes: readonly Hole[]) {
    const byValues = Map.groupBy(holes, ({ values }) => keyOf(values));
    this.#fields = new Map([...byValues].map(([key, alike]) => [key, fieldsOf(alike)]));
  }

  explain({ values }: Hole): void {
    const key = keyOf(values);
    if (this.#explained.has(key)) return;
    const texts = values.filter((value) => typeof value === 'string');
    if (texts.length < values.length) this.#explained.set(key, [this.#add(values)]);
    else this.#explained.set(key, this.#ofTexts(key, texts));
  }

  partsOf({ values }: Hole): Part[] {
    return this.#explained.get(keyOf(values)) ?? [];
  }

  /** In the order of their first place in the template; those that are parts of texts come after the others. */
  parameters(): Parameter[] {
    const order = [...this.#fields.keys()];
    const placeOf = ({ values }: Parameter): number => (order.indexOf(keyOf(values)) + 1 || order.length + 1);
    return this.#parameters.toSorted((a, b) => placeOf(a) - placeOf(b));
  }

  #ofTexts(key: string, texts: readonly string[]): Part[] {
    this.#splitsLeft = MAX_SPLITS;
    const parts = this.#composed(texts) ?? this.#partly(texts);
    // A text that is all of its place would come back as a number.
    const isWhole = (this.#fields.get(key)?.length ?? 0) > 0;
    const [only, more] = parts;
    if (!isWhole || only === undefined || typeof only === 'string' || more !== undefined || only.as) return parts;
    const { values: given = [] } = this.#parameters.find(({ name }) => name === only.name) ?? {};
    return given.every((value) => typeof value === 'string') ? parts : [{ ...only, as: 'text' }];
  }

  /** The texts as literals around known values, or nothing. */
  #composed(texts: readonly string[]): Part[] | undefined {
    const [first = ''] = texts;
    if (texts.every((text) => text === first)) return first === '' ? [] : [first];
    for (const { part, before, after } of this.#splits(texts, MIN_LENGTH)) {
      const [left, right] = [this.#composed(before), this.#composed(after)];
      if (left && right) return [...left, part, ...right];
    }
    return undefined;
  }

  /** The same with a value of its own for what is left. A word is not taken apart for it. */
  #partly(texts: readonly string[]): Part[] {
    return aroundMiddle(texts).flatMap((slot) => {
      if (typeof slot === 'string') return [slot];
      const known = this.#composed(slot.texts);
      if (known) return known;
      const split = slot.texts.every((text) => text.includes(' ')) ? this.#splits(slot.texts, MIN_LENGTH + 1).next().value : undefined;
      if (!split) return [this.#known(slot.texts)];
      return [...this.#partly(split.before), split.part, ...this.#partly(split.after)];
    });
  }

  /** The ways to find a known value in all texts, the newest and so longest value first. */
  *#splits(texts: readonly string[], least: number): Generator<{ part: Part; before: string[]; after: string[] }, undefined> {
    for (const { name, values } of this.#parameters.toReversed())
      for (const way of WAYS) {
        const inner = values.map((value) => written(wordOf(value), way));
        if (this.#splitsLeft === 0) return undefined;
        if (way.as !== undefined && inner.every((text, at) => text === wordOf(values[at] ?? null))) continue;
        if (!inner.every((text, at) => text.length >= least && texts[at]?.includes(text) === true)) continue;
        const starts = texts.map((text, at) => text.indexOf(inner[at] ?? ''));
        const before = texts.map((text, at) => text.slice(0, starts[at]));
        const after = texts.map((text, at) => text.slice((starts[at] ?? 0) + (inner[at]?.length ?? 0)));
        this.#splitsLeft -= 1;
        yield { part: { name, ...way }, before, after };
      }
    return undefined;
  }

  /** The value with these texts, made if there is none. */
  #known(texts: readonly string[]): Part {
    const same = this.#parameters.find(({ values }) => keyOf(values) === keyOf(texts));
    return same ? { name: same.name } : this.#add([...texts]);
  }

  #add(values: Json[]): Part {
    const taken = new Set(this.#parameters.map(({ name }) => name));
    const wanted = nameFrom(this.#fields.get(keyOf(values)) ?? [], values);
    let name = wanted;
    for (let number = 2; taken.has(name); number += 1) name = `${wanted}-${number}`;
    this.#parameters.push({ name, values });
    return { name };
  }
}

const keyOf = (values: readonly Json[]): string => JSON.stringify(values);
/** Only texts and whole numbers are written into longer texts. */
function wordOf(value: Json): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : '';
}
/** What is part of a text only says nothing by its field, which is prose, a query or a script. */
const fieldsOf = (holes: readonly Hole[]): string[] => holes.flatMap(({ isWhole, field }) => (isWhole ? [field] : []));

/** The field that the value is all of most often, of a list its singular; for a value that is in texts only, what it looks like. */
function nameFrom(fields: readonly string[], values: readonly Json[]): string {
  const counts = Map.groupBy(fields, (field) => field);
  const [most = ''] = [...counts.keys()].toSorted((a, b) => (counts.get(b)?.length ?? 0) - (counts.get(a)?.length ?? 0));
  const isList = values.some((value) => typeof value === 'object');
  const name = isList ? most : most.replace(/(?<![s])s$/, '');
  if (isValueName(name)) return name;
  if (values.every((value) => /^\d+$/.test(wordOf(value)))) return 'number';
  return values.every((value) => /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(wordOf(value))) ? 'name' : 'text';
}
