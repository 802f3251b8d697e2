const port = /^((?:[^:[\]]|\[[^\]]*\])*):(\d+)$/s;
const bracketedPort = /^\[(.+)\]:(\d+)$/s;

/** A host pattern of an inventory with its ranges written out, and the port behind it. */
export interface ExpandedPattern {
  names: string[];
  port?: string | undefined;
}

/**
 * Writes out `web[01:20].example:2222` as Ansible does: numbers keep the width of the first where it begins with a zero,
 * letters go by the alphabet, a third part is the step. A string says what is wrong, as does a result beyond `limit`.
 */
export function expandPattern(pattern: string, limit: number): ExpandedPattern | string {
  const [, name = pattern, number] = bracketedPort.exec(pattern) ?? port.exec(pattern) ?? [];
  if (number === undefined && pattern.endsWith(':')) return 'it ends in a colon, which a port must follow';
  const names = expandRanges(name, limit);
  return typeof names === 'string' ? names : { names, port: number };
}

function expandRanges(name: string, limit: number): string[] | string {
  let names = [''];
  let rest = name;
  for (let at = rest.indexOf('['); at !== -1; at = rest.indexOf('[')) {
    const end = rest.indexOf(']', at);
    const sequence = end === -1 ? 'a bracket is not closed' : sequenceOf(rest.slice(at + 1, end), limit);
    if (typeof sequence === 'string') return sequence;
    if (names.length * sequence.length > limit) return `it stands for more than ${limit} hosts`;
    const head = rest.slice(0, at);
    names = names.flatMap((start) => sequence.map((item) => start + head + item));
    rest = rest.slice(end + 1);
  }
  return rest.includes(']') ? 'a bracket is not opened' : names.map((start) => start + rest);
}

function sequenceOf(range: string, limit: number): string[] | string {
  const [, from = '', to = '', step = '1'] = /^([a-zA-Z]|\d*):([a-zA-Z]|\d+)(?::(\d+))?$/.exec(range) ?? [];
  if (to === '') return 'a range must be [FROM:TO] or [FROM:TO:STEP]';
  if (/[a-zA-Z]/.test(from + to)) return lettersOf(from, to, Number(step));
  const begin = from === '' ? '0' : from;
  const isPadded = begin.startsWith('0') && begin.length > 1;
  if (isPadded && begin.length !== to.length)
    return 'both ends of a range that begins with a zero must be of one width';
  const numbers = countUp(Number(begin), Number(to), Number(step), limit);
  if (typeof numbers === 'string') return numbers;
  return numbers.map((number) => String(number).padStart(isPadded ? begin.length : 0, '0'));
}

const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

function lettersOf(from: string, to: string, step: number): string[] | string {
  const places = countUp(alphabet.indexOf(from), alphabet.indexOf(to), step, alphabet.length);
  if (from === '' || /\d/.test(from + to)) return 'a range goes from a letter to a letter or from a number to a number';
  return typeof places === 'string' ? places : places.map((place) => alphabet.charAt(place));
}

function countUp(begin: number, end: number, step: number, limit: number): number[] | string {
  if (step < 1) return 'the step of a range must be 1 or more';
  if (begin > end) return 'a range must not end before it begins';
  const length = Math.floor((end - begin) / step) + 1;
  if (length > limit) return `it stands for more than ${limit} hosts`;
  return Array.from({ length }, (_, index) => begin + index * step);
}
