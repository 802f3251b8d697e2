import { type Hole, holesOf, type Json, type Pattern } from './generalise.ts';
import { Naming, type Parameter } from './naming.ts';
import { type Part, writeText } from './placeholder.ts';

export interface Template {
  /** With `{{name}}` where the things differ. */
  body: Json;
  parameters: Parameter[];
}

/** The pattern as a template, with as few values as it takes: what follows from another value is written with that one. */
export function templateOf(pattern: Pattern): Template {
  const holes = holesOf(pattern);
  const naming = new Naming(holes);
  for (const hole of shortFirst(holes)) naming.explain(hole);
  return { body: bodyOf(pattern, naming), parameters: naming.parameters() };
}

/** Lists and numbers come as they are; of texts the short ones first, for the long are made of them. */
function shortFirst(holes: readonly Hole[]): Hole[] {
  const size = ({ values }: Hole): number =>
    values.every((value) => typeof value === 'string')
      ? values.reduce<number>((sum, value) => sum + value.length, 0)
      : 0;
  return holes.toSorted((a, b) => size(a) - size(b));
}

function bodyOf(pattern: Pattern, naming: Naming): Json {
  if (pattern.is === 'same') return literal(pattern.value);
  if (pattern.is === 'hole') return writeText(naming.partsOf(pattern.hole));
  if (pattern.is === 'text') return writeText(spread(pattern.parts, naming));
  if (pattern.is === 'list') return pattern.items.map((item) => bodyOf(item, naming));
  return Object.fromEntries(
    pattern.fields.map(([key, value]) => [writeText(spread(key, naming)), bodyOf(value, naming)]),
  );
}

const literal = (value: Json): Json => (typeof value === 'string' ? writeText([value]) : value);
const spread = (parts: readonly (string | Hole)[], naming: Naming): Part[] =>
  parts.flatMap((part) => (typeof part === 'string' ? [part] : naming.partsOf(part).map(inText)));
/** In a longer text every value is text. */
const inText = (part: Part): Part => (typeof part !== 'string' && part.as === 'text' ? { name: part.name } : part);
