import { isMap, type Json } from './generalise.ts';
import { WORD } from './words.ts';

/**
 * Fields that say what a thing is: things that differ there are never folded together, because no reader would take one
 * for the other. All that is left out here costs is a poorer choice of templates.
 */
const TELLING = new Set(['op', 'check', 'kind', 'apiVersion', 'move', 'interruption', 'reversible', 'protocol', 'want', 'like']);

/**
 * What a value looks like without its texts and numbers: things of one shape can have one template. Lists of plain
 * values may have any length, lists of objects have theirs.
 */
export function shapeOf(value: Json, field = ''): string {
  if (typeof value === 'string') return TELLING.has(field) ? JSON.stringify(value) : textShape(value);
  if (typeof value === 'number') return 'n';
  if (Array.isArray(value)) return listShape(value);
  if (!isMap(value)) return String(value);
  return `{${Object.entries(value)
    .map(([key, one]) => `${keyShape(key)}:${shapeOf(one, key)}`)
    .join()}}`;
}

/** Of a query or a script the signs between its words tell what it is; prose has any. */
const textShape = (text: string): string => (/[({\n]/.test(text) ? text.replaceAll(WORD, 'w') : 's');

function listShape(list: readonly Json[]): string {
  if (list.every((item) => typeof item !== 'object')) return '[]';
  return `[${list.map((item) => shapeOf(item)).join()}]`;
}

/** A key that is no plain word may hold the name or the port of a service. */
const keyShape = (key: string): string => (/^[A-Za-z]+$/.test(key) ? key : '*');
