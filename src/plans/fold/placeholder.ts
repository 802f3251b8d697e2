/**
 * The texts of templates: `{{name}}` stands for the value that a call gives under `name`. A text that is one
 * placeholder and nothing else takes the value as it is, a number or a list too; in a longer text it is written in.
 * `{{name|text}}` makes a text of a number, `{{name|regex}}` writes it as a query has it that looks for just this text. Two braces of a plan's own are written
 * `{{open}}`, so that everything a plan can hold can be in a template.
 */
export type Part = string | Placeholder;

export interface Placeholder {
  name: string;
  as?: 'regex' | 'text';
}

const PLACEHOLDER = /\{\{([a-z][A-Za-z0-9-]{0,63})(?:\|(regex|text))?\}\}/g;
/** Not the name of any value: it stands for the two braces themselves. */
const OPEN = 'open';

/** What values may be called, but for `open`. */
export const isValueName = (name: string): boolean => /^[a-z][A-Za-z0-9-]{0,63}$/.test(name) && name !== OPEN;

/** The text of a template for literal parts and placeholders. */
export function writeText(parts: readonly Part[]): string {
  return parts
    .map((part) => (typeof part === 'string' ? part.replaceAll('{{', `{{${OPEN}}}`) : `{{${part.name}${part.as === undefined ? '' : `|${part.as}`}}}`))
    .join('');
}

/** The literal parts and placeholders of a template's text. Braces that name nothing are literal. */
export function readText(text: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const found of text.matchAll(PLACEHOLDER)) {
    if (found.index > from) parts.push(text.slice(from, found.index));
    parts.push(partOf(found));
    from = found.index + found[0].length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

function partOf([, name = '', as]: RegExpExecArray): Part {
  if (name === OPEN) return '{{';
  return as === 'regex' || as === 'text' ? { name, as } : { name };
}

/** A text between the quotes of a PromQL matcher (`=~"…"`): signs of RE2 are escaped, and each backslash once more. */
export const asRegex = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\\$&`);

/** A value as a placeholder writes it into a text. */
export const written = (text: string, { as }: Pick<Placeholder, 'as'>): string => (as === 'regex' ? asRegex(text) : text);
