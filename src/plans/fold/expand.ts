import { isMap, type Json } from './generalise.ts';
import { type Placeholder, readText, written } from './placeholder.ts';

/** Templates by their names. */
export type Templates = Readonly<Record<string, Json>>;

/** A use of a template: its name, and the values for its placeholders. */
export interface Call {
  like: string;
  with: Record<string, Json>;
}

/** Why a folded plan cannot be unfolded; the reader of the file gives it a code. */
export class UnfoldError extends Error {}

/** What unfolding may make of a file: characters of text and, for each value, a few more. */
export class Budget {
  #left: number;

  constructor(characters: number) {
    this.#left = characters;
  }

  /** @throws UnfoldError */
  spend(characters: number): void {
    this.#left -= characters;
    if (this.#left < 0) throw new UnfoldError('unfolded it is larger than any plan may be');
  }
}

const COST_OF_VALUE = 16;

/** Whether a value of a list is a use of a template. No step and no stage has these two fields alone. */
export function isCall(value: Json): value is Json & Call {
  return isMap(value) && Object.keys(value).length === 2 && typeof value['like'] === 'string' && isMap(value['with'] ?? null);
}

/** What a call stands for. @throws UnfoldError for an unknown template, a value that is missing or that nothing uses */
export function expand({ like, with: values }: Call, templates: Templates, budget: Budget): Json {
  const template = Object.hasOwn(templates, like) ? templates[like] : undefined;
  if (template === undefined) throw new UnfoldError(`there is no template ${like}`);
  const filling = new Filling(like, values, budget);
  const result = filling.fill(template);
  filling.refuseUnused();
  return result;
}

class Filling {
  readonly #like: string;
  readonly #values: Readonly<Record<string, Json>>;
  readonly #budget: Budget;
  readonly #used = new Set<string>();

  constructor(like: string, values: Readonly<Record<string, Json>>, budget: Budget) {
    this.#like = like;
    this.#values = values;
    this.#budget = budget;
  }

  fill(template: Json): Json {
    this.#budget.spend(COST_OF_VALUE);
    if (typeof template === 'string') return this.#text(template);
    if (Array.isArray(template)) return template.map((item) => this.fill(item));
    if (!isMap(template)) return template;
    const fields = Object.entries(template).map(([key, value]): [string, Json] => [this.#written(key), this.fill(value)]);
    return Object.fromEntries(fields);
  }

  refuseUnused(): void {
    const unused = Object.keys(this.#values).find((name) => !this.#used.has(name));
    if (unused !== undefined) throw new UnfoldError(`template ${this.#like} has no use for ${unused}`);
  }

  /** The one placeholder that is all of a text gives its value as it is. */
  #text(text: string): Json {
    if (!text.startsWith('{{')) return this.#written(text);
    const [only, more] = readText(text);
    if (only === undefined || typeof only === 'string' || only.as || more !== undefined) return this.#written(text);
    const value = this.#valueOf(only.name);
    this.#budget.spend(JSON.stringify(value).length);
    return value;
  }

  #written(text: string): string {
    if (!text.includes('{{')) {
      this.#budget.spend(text.length);
      return text;
    }
    const parts = readText(text).map((part) => (typeof part === 'string' ? part : this.#wordOf(part)));
    const result = parts.join('');
    this.#budget.spend(result.length);
    return result;
  }

  #wordOf(placeholder: Placeholder): string {
    const { name } = placeholder;
    const value = this.#valueOf(name);
    if (typeof value === 'string' || typeof value === 'number') return written(String(value), placeholder);
    throw new UnfoldError(`${name} of template ${this.#like} is written into a text, and is neither text nor number`);
  }

  #valueOf(name: string): Json {
    this.#used.add(name);
    const value = Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
    if (value === undefined) throw new UnfoldError(`template ${this.#like} needs a value for ${name}`);
    return value;
  }
}
