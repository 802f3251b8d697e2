import { type Entry, entrySchema } from './entry.ts';

/** The `prevHash` of a run's first entry. */
export const GENESIS = '0'.repeat(64);

/** The format of journals that this version writes, and the latest that it reads. */
export const FORMAT = 2;

export interface ParsedJournal {
  entries: Entry[];
  /** Bytes of the file that are whole lines; what follows them is a torn write and is cut off. */
  goodBytes: number;
  /** Hash of the last good line, to which the next entry is chained. */
  lastHash: string;
  /** What follows the good lines. */
  rest: string;
}

/** A journal that is damaged before its last line. */
export class DamagedJournal extends Error {
  readonly line: number;
  constructor(line: number, reason: string) {
    super(reason);
    this.line = line;
  }
}

/** A line that stands where it belongs, and says what this version does not know. */
export class NewerJournal extends Error {
  readonly line: number;
  constructor(line: number, what: string) {
    super(what);
    this.line = line;
  }
}

/**
 * Parses a journal and proves its chain. A last line that does not parse is a write that power took away: it is
 * left out. Anything wrong before it is damage. A part of a line is never JSON: what is, and is chained to the line before
 * it, was written whole, and by a version that knows more than this one, which must not cut it off.
 *
 * @param sha256 hexadecimal SHA-256 of a line without its newline
 * @throws DamagedJournal, NewerJournal
 */
export function parseJournal(text: string, sha256: (line: string) => string): ParsedJournal {
  const lines = text.split('\n');
  const torn = lines.pop() ?? '';
  const entries: Entry[] = [];
  let lastHash = GENESIS;
  for (const [index, line] of lines.entries()) {
    const isLast = index === lines.length - 1 && torn === '';
    const entry = parseLine(line);
    if (!entry) refuseNewer(line, index, lastHash);
    if (!entry && isLast) return { entries, goodBytes: bytesOf(lines.slice(0, index)), lastHash, rest: `${line}\n` };
    if (!entry) throw new DamagedJournal(index + 1, 'the line is not an entry');
    const wrong = brokenLink(entry, lastHash, entries) ?? brokenSeal(entry, line, entries, sha256);
    if (wrong) throw new DamagedJournal(index + 1, wrong);
    entries.push(entry);
    lastHash = sha256(line);
  }
  return { entries, goodBytes: bytesOf(lines), lastHash, rest: torn };
}

const bytesOf = (lines: string[]): number => new TextEncoder().encode(lines.map((line) => `${line}\n`).join('')).length;

function parseLine(line: string): Entry | undefined {
  try {
    return entrySchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** @throws NewerJournal */
function refuseNewer(line: string, index: number, lastHash: string): void {
  const read = readRecord(line);
  if (read?.['seq'] !== index + 1 || read['prevHash'] !== lastHash) return;
  const note = read['note'] as Record<string, unknown> | undefined;
  const format = note?.['format'];
  const what =
    read['type'] === 'note' ? `note of type ${String(note?.['about'])}` : `entry of type ${String(read['type'])}`;
  throw new NewerJournal(
    index + 1,
    typeof format === 'number' && format > FORMAT ? `format ${format}` : `a new kind of ${what}`,
  );
}

function readRecord(line: string): Record<string, unknown> | undefined {
  try {
    const read: unknown = JSON.parse(line);
    return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function brokenLink(entry: Entry, lastHash: string, before: readonly Entry[]): string | undefined {
  const due = before.length + 1;
  const run = before[0]?.run ?? entry.run;
  if (entry.seq !== due) return `it is entry ${entry.seq}, and ${due} is due`;
  if (entry.prevHash !== lastHash) return 'it is not chained to the line before it';
  if (entry.run !== run) return `it belongs to run ${entry.run}`;
  return undefined;
}

/** Whether what follows the good lines is nothing, or the beginning of entry `due`: a write that did not come to its end. */
export function isTorn(rest: string, due: number): boolean {
  const head = `{"seq":${due},"at":"`;
  const isBeginning = rest.startsWith(head) || head.startsWith(rest);
  return isBeginning && !rest.includes('\n') && !isWholeAndMore(rest);
}

/** A part of an entry holds no whole one. */
function isWholeAndMore(rest: string): boolean {
  const end = rest.lastIndexOf('}') + 1;
  return end > 0 && end < rest.length && readRecord(rest.slice(0, end)) !== undefined;
}

const SEAL = /,"hash":"[0-9a-f]{64}"\}$/;

/** Lines of format 1 have no hash of their own; after one that has, and in format 2, every line has. */
function brokenSeal(
  entry: Entry,
  line: string,
  before: readonly Entry[],
  sha256: (line: string) => string,
): string | undefined {
  const [opened = entry] = before;
  const isOld = opened.type === 'note' && opened.note.about === 'opened' && opened.note.format === 1;
  if (entry.hash === undefined)
    return isOld && before.at(-1)?.hash === undefined ? undefined : 'it lacks the hash of itself';
  if (SEAL.test(line) && sha256(line.replace(SEAL, '}')) === entry.hash) return undefined;
  return 'it is not what it was when it was written: its hash differs';
}
