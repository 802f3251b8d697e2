import { broken, leftOut, placeOf, type ListProblem } from './listed-host.ts';

/** A file that an ssh_config includes, by the words of its Include: their texts, or why there are none. */
export type IncludedTexts = (pattern: string) => readonly { file: string; text: string }[] | string;

/** One setting, and the patterns of all `Host` blocks that it stands in. */
export interface Setting {
  keyword: string;
  value: string;
  conditions: readonly (readonly string[])[];
}

/** An ssh_config as it takes effect, in order, and the places of host names in it. */
export interface ReadConfig {
  settings: Setting[];
  hosts: Map<string, number>;
  problems: ListProblem[];
}

interface Reading extends ReadConfig {
  included: IncludedTexts;
}

const wanted = new Set(['hostname', 'port', 'user', 'proxyjump', 'proxycommand']);
/** OpenSSH's own limit is 16. */
const MAX_DEPTH = 8;
const MAX_SETTINGS = 200_000;

/** Reads the lines of an ssh_config and of what it includes. Of all settings only those that say how a host is reached are kept. */
export function readConfigLines(text: string, file: string, included: IncludedTexts): ReadConfig {
  const reading: Reading = { settings: [], hosts: new Map(), problems: [], included };
  readFile(reading, { text, file }, [], 0);
  const { settings, hosts, problems } = reading;
  return { settings, hosts, problems };
}

function readFile(
  reading: Reading,
  { text, file }: { text: string; file: string },
  outer: Setting['conditions'],
  depth: number,
): void {
  let conditions: Setting['conditions'] | undefined = outer;
  for (const [index, whole] of text.split(/\r?\n/).entries()) {
    const line = wordsOf(whole);
    if (line === 'blank') continue;
    if (line === undefined) reading.problems.push(broken(file, index + 1, 'it is no `Keyword value`'));
    else if (line.keyword === 'host') conditions = [...outer, hostBlock(reading, line.words, index + 1, depth)];
    else if (line.keyword === 'match') conditions = undefined;
    if (line?.keyword === 'match')
      reading.problems.push(leftOut(placeOf(file, index + 1), 'a Match block is not understood'));
    else if (line?.keyword === 'include') include(reading, line.words, { file, line: index + 1, conditions, depth });
    else if (line !== undefined && wanted.has(line.keyword)) keep(reading, line, conditions, placeOf(file, index + 1));
    if (reading.problems.length > 100 || reading.settings.length > MAX_SETTINGS) return;
  }
}

function hostBlock({ hosts }: Reading, patterns: readonly string[], line: number, depth: number): readonly string[] {
  for (const name of patterns) if (!/[*?!]/.test(name) && !hosts.has(name)) hosts.set(name, depth === 0 ? line : 0);
  return patterns;
}

function keep(
  reading: Reading,
  { keyword, words, rest }: Line,
  conditions: Setting['conditions'] | undefined,
  place: string,
): void {
  if (conditions !== undefined)
    reading.settings.push({ keyword, value: keyword === 'proxycommand' ? rest : (words[0] ?? ''), conditions });
  else {
    // It may be what a host is reached by, or it may not.
    const problem = leftOut(place, 'a Match block, which is not understood, says how hosts are reached');
    reading.problems.push({ ...problem, level: 'error' });
  }
}

function include(
  reading: Reading,
  patterns: readonly string[],
  at: { file: string; line: number; conditions: Setting['conditions'] | undefined; depth: number },
): void {
  const place = placeOf(at.file, at.line);
  const refuse = (reason: string): void => void reading.problems.push({ ...leftOut(place, reason), level: 'error' });
  if (at.conditions === undefined) return refuse('an Include in a Match block is not followed');
  if (at.depth >= MAX_DEPTH) return refuse(`files are included more than ${MAX_DEPTH} deep`);
  for (const pattern of patterns) {
    const texts = reading.included(pattern);
    if (typeof texts === 'string') refuse(texts);
    else for (const one of texts) readFile(reading, one, at.conditions, at.depth + 1);
  }
}

interface Line {
  keyword: string;
  words: string[];
  /** All after the keyword, as it stands. */
  rest: string;
}

/** A line as OpenSSH splits it: `Keyword value` or `Keyword=value`, values in double quotes, `#` begins a comment. */
export function wordsOf(line: string): Line | 'blank' | undefined {
  const trimmed = line.trim();
  if (trimmed === '' || trimmed.startsWith('#')) return 'blank';
  const [, keyword, rest] = /^"?([A-Za-z0-9]+)"?(?:\s*=\s*|\s+)(\S.*)$/s.exec(trimmed) ?? [];
  if (keyword === undefined || rest === undefined) return undefined;
  const words: string[] = [];
  for (const [, quoted, single, plain, comment] of rest.matchAll(/"([^"]*)"|'([^']*)'|([^\s"'#][^\s"']*)|(#.*)|\S/gs)) {
    if (comment !== undefined) break;
    const word = quoted ?? single ?? plain;
    if (word === undefined) return undefined;
    words.push(word);
  }
  return { keyword: keyword.toLowerCase(), words, rest };
}
