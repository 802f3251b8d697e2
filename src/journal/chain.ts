import { type Entry, entrySchema } from './entry.ts';

/** The `prevHash` of a run's first entry. */
export const GENESIS = '0'.repeat(64);

export interface ParsedJournal {
  entries: Entry[];
  /** Bytes of the file that are whole lines; what follows them is a torn write and is cut off. */
  goodBytes: number;
  /** Hash of the last good line, to which the next entry is chained. */
  lastHash: string;
}

/** A journal that is damaged before its last line. */
export class DamagedJournal extends Error {
  readonly line: number;
  constructor(line: number, reason: string) {
    super(reason);
    this.line = line;
  }
}

/**
 * Parses a journal and proves its chain. A last line that does not parse is a write that power took away: it is
 * left out. Anything wrong before it is damage.
 *
 * @param sha256 hexadecimal SHA-256 of a line without its newline
 * @throws DamagedJournal
 */
export function parseJournal(text: string, sha256: (line: string) => string): ParsedJournal {
  const lines = text.split('\n');
  const torn = lines.pop() ?? '';
  const entries: Entry[] = [];
  let lastHash = GENESIS;
  for (const [index, line] of lines.entries()) {
    const isLast = index === lines.length - 1 && torn === '';
    const entry = parseLine(line);
    if (!entry && isLast) return { entries, goodBytes: bytesOf(lines.slice(0, index)), lastHash };
    if (!entry) throw new DamagedJournal(index + 1, 'the line is not an entry');
    const wrong = brokenLink(entry, index, lastHash, entries[0]?.run);
    if (wrong) throw new DamagedJournal(index + 1, wrong);
    entries.push(entry);
    lastHash = sha256(line);
  }
  return { entries, goodBytes: bytesOf(lines), lastHash };
}

const bytesOf = (lines: string[]): number => new TextEncoder().encode(lines.map((line) => `${line}\n`).join('')).length;

function parseLine(line: string): Entry | undefined {
  try {
    return entrySchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function brokenLink(entry: Entry, index: number, lastHash: string, run: string | undefined): string | undefined {
  if (entry.seq !== index + 1) return `it is entry ${entry.seq}, and ${index + 1} is due`;
  if (entry.prevHash !== lastHash) return 'it is not chained to the line before it';
  if (run !== undefined && entry.run !== run) return `it belongs to run ${entry.run}`;
  return undefined;
}
