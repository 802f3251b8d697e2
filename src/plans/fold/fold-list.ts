import { canonicalJson } from '../canonical.ts';
import { Budget, type Call, expand, type Templates } from './expand.ts';
import { generalise, isMap, type Json } from './generalise.ts';
import { type Template, templateOf } from './parameters.ts';
import { shapeOf } from './shape.ts';

/** From when on a template is made. */
export interface Thrift {
  /** Fewer are compared faster than a template is understood. */
  minMembers: number;
  /** What a template must save, in lines of the file: below that a plan is read as it is. */
  minSavedLines: number;
}

const THRIFT: Thrift = { minMembers: 3, minSavedLines: 300 };
/** `- like: …` and `with: …` */
const LINES_OF_CALL = 2;

export interface Folded {
  /** The things in their order, each as it was or as a {@link Call}. */
  items: Json[];
  templates: Record<string, Json>;
}

/** Folds the things of a list that have one shape into templates, where that saves something. */
export function foldList(items: readonly Json[], thrift = THRIFT): Folded {
  const result = [...items];
  const templates: Record<string, Json> = {};
  const places = Map.groupBy(items.keys(), (at) => shapeOf(items[at] ?? null));
  for (const members of places.values()) {
    const alike = members.map((at) => items[at] ?? null);
    const template = worthwhile(alike, thrift);
    if (!template) continue;
    const name = freeName(nameOf(alike), templates);
    const calls = callsOf(name, template, alike);
    if (!standFor(calls, { [name]: template.body }, alike)) continue;
    templates[name] = template.body;
    members.forEach((at, index) => (result[at] = { ...calls[index] } as Json));
  }
  return { items: result, templates };
}

function worthwhile(alike: readonly Json[], { minMembers, minSavedLines }: Thrift): Template | undefined {
  if (alike.length < minMembers || savedLines(alike, 0) < minSavedLines) return undefined;
  const template = templateOf(generalise(alike, ''));
  const given = template.parameters.flatMap(({ values }) => values).reduce<number>((sum, value) => sum + extraLines(value), 0);
  return savedLines(alike, given) >= minSavedLines ? template : undefined;
}

function savedLines(alike: readonly Json[], given: number): number {
  const [first = null] = alike;
  return alike.reduce<number>((sum, value) => sum + linesOf(value), 0) - linesOf(first) - alike.length * LINES_OF_CALL - given;
}

/** Lines that a value takes in the file, in block style. */
export function linesOf(value: Json): number {
  if (typeof value === 'string') return Math.max(1, value.split('\n').length - 1);
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + linesOf(item), 0);
  if (!isMap(value)) return 1;
  return Object.values(value).reduce<number>((sum, one) => sum + linesOf(one) + (typeof one === 'object' ? 1 : 0), 0);
}

/** Plain values of a call stand beside each other on one line. */
const extraLines = (value: Json): number => (typeof value === 'object' ? linesOf(value) : linesOf(value) - 1);

function callsOf(like: string, { parameters }: Template, alike: readonly Json[]): Call[] {
  return alike.map((_, at) => ({
    like,
    with: Object.fromEntries(parameters.map(({ name, values }) => [name, values[at] ?? null])),
  }));
}

/** Whether the calls stand for exactly these things. What cannot be folded without a doubt stays as it is. */
function standFor(calls: readonly Call[], templates: Templates, things: readonly Json[]): boolean {
  const budget = new Budget(Number.POSITIVE_INFINITY);
  return calls.every((call, at) => canonicalJson(expand(call, templates, budget)) === canonicalJson(things[at] ?? null));
}

/** What the things call themselves, as far as they agree: `proxy`, `join`. */
function nameOf(alike: readonly Json[]): string {
  const names = alike.map(wordsOf);
  const [first = []] = names;
  const differs = first.findIndex((word, at) => !names.every((each) => each[at] === word));
  const common = first.slice(0, differs === -1 ? undefined : differs).join('-');
  return /^[a-z][a-z0-9-]{0,39}$/.test(common) ? common : 'template';
}

/** The words of its action, or of its id. */
function wordsOf(thing: Json): string[] {
  const own = isMap(thing) ? (thing['action'] ?? thing['id']) : undefined;
  return typeof own === 'string' ? own.split('-') : [];
}

function freeName(wanted: string, taken: Templates): string {
  let name = wanted;
  for (let number = 2; Object.hasOwn(taken, name); number += 1) name = `${wanted}-${number}`;
  return name;
}
