/** Nesting of defaults in one value. */
const MAX_DEPTH = 10;
const MAX_LENGTH = 16_384;

/** A value with its variables replaced, and the variables that nothing sets. */
export interface Interpolated {
  text: string;
  unset: { variable: string; isRequired: boolean }[];
}

/**
 * Replaces variables as the Compose Specification says (chapter 12, "Interpolation"): `$NAME`, `${NAME}`, `${NAME:-other}`
 * and `${NAME-other}`, `${NAME:?message}` and `${NAME?message}`, `${NAME:+other}` and `${NAME+other}`, `$$` for a dollar.
 * With a colon an empty value counts as none. What a variable stands for is not looked into again.
 *
 * @param variables from the files given alone: nothing of our own environment gets into an inventory
 */
export function interpolate(text: string, variables: ReadonlyMap<string, string>, depth = 0): Interpolated {
  const found: Interpolated = { text: '', unset: [] };
  let rest = text.slice(0, MAX_LENGTH);
  for (let at = rest.indexOf('$'); at !== -1; at = rest.indexOf('$')) {
    found.text += rest.slice(0, at);
    const { length, value } = readVariable(rest.slice(at), variables, found, depth);
    found.text += value;
    rest = rest.slice(at + length);
  }
  found.text = (found.text + rest).slice(0, MAX_LENGTH);
  return found;
}

interface Piece {
  length: number;
  value: string;
}

function readVariable(text: string, variables: ReadonlyMap<string, string>, into: Interpolated, depth: number): Piece {
  if (text.startsWith('$$')) return { length: 2, value: '$' };
  const plain = /^\$([A-Za-z_]\w{0,200})/.exec(text);
  if (plain !== null) return { length: plain[0].length, value: valueOf(plain[1] ?? '', variables, into) };
  const opened = /^\$\{([A-Za-z_]\w{0,200})(?:(:?[-?+])|(?=\}))/.exec(text);
  const end = opened === null ? -1 : closingBrace(text);
  if (opened === null || end === -1 || depth >= MAX_DEPTH) return { length: 1, value: '$' };
  const [whole, name = '', operator = ''] = opened;
  const word = text.slice(whole.length, end);
  return { length: end + 1, value: substitute({ name, operator, word }, variables, into, depth) };
}

function substitute(
  { name, operator, word }: { name: string; operator: string; word: string },
  variables: ReadonlyMap<string, string>,
  into: Interpolated,
  depth: number,
): string {
  const value = variables.get(name);
  const isSet = value !== undefined && !(operator.startsWith(':') && value === '');
  const other = (): string => {
    const { text, unset } = interpolate(word, variables, depth + 1);
    into.unset.push(...unset);
    return text;
  };
  if (operator.endsWith('-')) return isSet ? value : other();
  if (operator.endsWith('+')) return isSet ? other() : '';
  if (operator.endsWith('?') && !isSet) into.unset.push({ variable: name, isRequired: true });
  return operator.endsWith('?') ? (value ?? '') : valueOf(name, variables, into);
}

function valueOf(name: string, variables: ReadonlyMap<string, string>, into: Interpolated): string {
  const value = variables.get(name);
  if (value === undefined) into.unset.push({ variable: name, isRequired: false });
  return value ?? '';
}

/** Where the brace that opens at the second character is closed; -1 for never. */
function closingBrace(text: string): number {
  let open = 0;
  for (let at = 1; at < text.length; at++) {
    if (text[at] === '{' && text[at - 1] === '$') open += 1;
    if (text[at] === '}' && --open === 0) return at;
  }
  return -1;
}
