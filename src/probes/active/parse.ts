import { readBanner } from '../../inventory/banner.ts';
import { isAddress } from '../../inventory/triable.ts';
import type { Lookup } from '../../inventory/try-names.ts';
import type { Try } from '../../inventory/tries.ts';
import type { TriedConnection, TriedLookup } from '../../inventory/tried-schema.ts';

/** What came of a source's tries, each with an outcome, be it that nothing is known. */
export interface Outcomes {
  connections: TriedConnection[];
  lookups: TriedLookup[];
  /** Why some of it could not be tried; absent where all of it was. */
  unable?: string;
}

type Lines = ReadonlyMap<string, readonly string[]>;

const MAX_LINES = 20_000;
const MAX_ANSWERS = 64;
const TOOLS = new Set(['python3', 'perl', 'bash', 'nc']);

/** Explains what the script printed for these tries. Everything in it is hostile; what does not fit counts as not said. */
export function parseTries(output: string, connections: readonly Try[], lookups: readonly Lookup[]): Outcomes {
  const lines = byKey(output);
  const [tool = 'none'] = lines.get('tool 0') ?? [];
  const [resolver = 'none'] = lines.get('resolver 0') ?? [];
  const isCut = !lines.has('end 0');
  const noTool = connections.length > 0 && !TOOLS.has(tool) ? 'it has none of python3, perl, bash and nc' : undefined;
  const noResolver =
    lookups.length > 0 && resolver === 'none' ? 'it has none of getent, python3 and nslookup' : undefined;
  const unable = isCut ? 'its answer is cut off' : [noTool, noResolver].filter((one) => one !== undefined).join('; ');
  return {
    connections: connections.map((one, index) =>
      connectionOf(one, TOOLS.has(tool) ? tool : undefined, lines.get(`tried ${index}`) ?? []),
    ),
    lookups: lookups.map((one, index) => lookupOf(one, resolver, lines.get(`name ${index}`) ?? [])),
    ...(unable === '' ? {} : { unable }),
  };
}

/** The same tries when nothing at all could be tried, for one reason. */
export function untried(connections: readonly Try[], lookups: readonly Lookup[], reason: string): Outcomes {
  return {
    connections: connections.map(({ listens: _, ...one }) => ({ ...one, outcome: 'unknown', reason })),
    lookups: lookups.map((one) => ({ ...one, reason })),
    unable: reason,
  };
}

function byKey(output: string): Lines {
  const found = new Map<string, string[]>();
  for (const line of output.split('\n', MAX_LINES)) {
    const [, section, number, text] = /^([a-z]{3,8})\t(\d{1,4})\t(.{0,600})/.exec(line) ?? [];
    if (section === undefined || number === undefined) continue;
    const key = `${section} ${Number(number)}`;
    const known = found.get(key) ?? [];
    if (known.length < MAX_ANSWERS + 2) known.push(text ?? '');
    found.set(key, known);
  }
  return found;
}

function connectionOf({ listens, ...one }: Try, tool: string | undefined, lines: readonly string[]): TriedConnection {
  if (tool === undefined) return { ...one, outcome: 'unknown', reason: 'no program there can open a connection' };
  const told = outcomeOf(one.address, tool, lines);
  if (told !== 'open')
    return told === 'unknown'
      ? { ...one, outcome: 'unknown', tool, reason: `${tool} said nothing that is understood` }
      : { ...one, outcome: told, tool };
  const heard = lines.flatMap((line) => /^hex ([0-9a-f ]*)$/.exec(line)?.[1] ?? []);
  // Who was stopped before the end has heard no silence.
  const isHeard = listens && heard.length > 0;
  return { ...one, outcome: 'open', tool, ...(isHeard ? { banner: readBanner(heard.join(''), one.port) } : {}) };
}

/** The words of the programs and of the C library, under LC_ALL=C. */
const words: readonly { outcome: TriedConnection['outcome']; pattern: RegExp }[] = [
  {
    outcome: 'no-name',
    pattern:
      /not known|gaierror|name resolution|bad address|no address associated|cannot resolve|host lookup|bad hostname/i,
  },
  { outcome: 'refused', pattern: /refused/i },
  { outcome: 'unreachable', pattern: /unreachable|no route/i },
  { outcome: 'timeout', pattern: /timed out|timeout/i },
];

/** A connection is open when its program says so; how it failed is told by words, or by the end of its time. */
function outcomeOf(address: string, tool: string, lines: readonly string[]): TriedConnection['outcome'] {
  const said = lines.filter((line) => !/^(hex|ended|nc) /.test(line)).map((line) => line.replaceAll(address, ''));
  if (said.some((line) => line === 'open' || isOpenOfNc(tool, line))) return 'open';
  const told = words.find(({ pattern }) => said.some((line) => pattern.test(line)))?.outcome;
  // An address has no name to be unknown: a program without IPv6 says so of one.
  if (told !== undefined) return told === 'no-name' && isAddress(address) ? 'unknown' : told;
  const status = lines.flatMap((line) => /^(?:ended|nc) (\d{1,3})$/.exec(line)?.[1] ?? []).map(Number);
  if (tool !== 'nc') return status.some((one) => one === 124 || one === 143) ? 'timeout' : 'unknown';
  // BusyBox tells of failures only; its time for a connection is less than its time in all.
  return said.length === 0 && status.some((one) => one === 0 || one === 124 || one === 143) && lines.some(isStatusOfNc)
    ? 'open'
    : 'unknown';
}

const isOpenOfNc = (tool: string, line: string): boolean =>
  tool === 'nc' && /\bsucceeded!|\) open$|\bConnected to\b/.test(line);
const isStatusOfNc = (line: string): boolean => /^nc (0|124|143)$/.test(line);

function lookupOf(one: Lookup, resolver: string, lines: readonly string[]): TriedLookup {
  if (resolver === 'none') return { ...one, reason: 'no program there can look a name up' };
  if (!lines.includes('asked') || lines.some((line) => /timed out|no servers could be reached/i.test(line)))
    return { ...one, reason: 'its resolver gave no answer in time' };
  const answers = resolver === 'nslookup' ? ofNslookup(lines) : lines;
  return { ...one, answers: [...new Set(answers.filter(isAddress))].sort().slice(0, MAX_ANSWERS) };
}

/** Addresses after the line with the name; those before it are the server's. */
function ofNslookup(lines: readonly string[]): string[] {
  const begin = lines.findIndex((line) => /^Name:/.test(line));
  if (begin === -1) return [];
  return lines.slice(begin).flatMap((line) => /^Address(?: \d+)?:\s*([0-9A-Fa-f:.]+)/.exec(line)?.[1] ?? []);
}
