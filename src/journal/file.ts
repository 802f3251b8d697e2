import { meshError } from '../errors/index.ts';
import { AppendLog } from '../ports/append-log.ts';
import { sha256Hex } from '../ports/hash.ts';
import { readTextFile } from '../ports/files.ts';
import { DamagedJournal, isTorn, NewerJournal, type ParsedJournal, parseJournal } from './chain.ts';
import type { Entry, EntryBody } from './entry.ts';

/** Longer journals are refused unread: a thousand stages write less. */
const MAX_BYTES = 256 * 1024 * 1024;

/** What a run needs of its journal, wherever that is kept. */
export type RunJournal = Pick<Journal, 'entries' | 'run' | 'token' | 'append'>;

/** The journal of one run: appended, synced, never rewritten. Readable with jq. */
export class Journal {
  readonly entries: Entry[];
  readonly run: string;
  /** Greater than that of any holder before this one. */
  readonly token: number;
  readonly #log: AppendLog;
  readonly #now: () => number;
  #lastHash: string;
  #isBroken = false;

  private constructor(log: AppendLog, parsed: ParsedJournal, run: string, now: () => number, least: number) {
    this.#log = log;
    this.entries = parsed.entries;
    this.#lastHash = parsed.lastHash;
    this.run = run;
    this.token = Math.max(least, ...parsed.entries.map(({ token }) => token + 1));
    this.#now = now;
  }

  /**
   * Opens a run's journal for writing, or creates it; the caller holds the run's lock. A torn last line is cut off.
   * Its token is one more than that of the last holder on record, and `least` or more.
   * @throws MW1602 when it is damaged, MW1626 when a newer version wrote it, MW1605 when it cannot be written
   */
  static async open(path: string, run: string, now: () => number, least = 1): Promise<Journal> {
    const log = await AppendLog.open(path);
    try {
      const parsed = parse(path, await log.text());
      await log.truncate(parsed.goodBytes);
      return new Journal(log, parsed, run, now, least);
    } catch (error) {
      await log.close();
      throw error;
    }
  }

  /** Appends one entry and returns once it is on the disk. */
  async append(body: EntryBody): Promise<Entry> {
    const { run, token } = this;
    const head = { seq: this.entries.length + 1, at: new Date(this.#now()).toISOString(), run, token };
    const open = { ...head, ...body, prevHash: this.#lastHash };
    // Last in the line: whoever proves it takes it off again.
    const entry = { ...open, hash: sha256Hex(JSON.stringify(open)) };
    const line = JSON.stringify(entry);
    // After a failed write nobody knows what is on the disk: only opening the journal anew tells.
    if (this.#isBroken) throw meshError('MW1605', { file: this.#log.path, reason: 'an earlier write failed' });
    this.#isBroken = true;
    await this.#log.append(line);
    this.#isBroken = false;
    this.#lastHash = sha256Hex(line);
    this.entries.push(entry);
    return entry;
  }

  async close(): Promise<void> {
    await this.#log.close();
  }
}

/** The entries of a journal, without opening it for writing. @throws MW1602, MW1626 */
export async function readJournal(path: string): Promise<Entry[]> {
  return parse(path, await readTextFile(path, MAX_BYTES)).entries;
}

/** A journal whose chain is proved to its last byte, and what a write that never ended left behind it. */
export interface ProvedJournal {
  entries: Entry[];
  /** SHA-256 of the last line: whoever keeps it elsewhere sees later that nothing was written anew. */
  lastHash: string;
  /** Bytes of a last line that power took away; the next process that opens the run cuts them off. */
  tornBytes: number;
}

/**
 * Reads a journal for an audit. Unlike `readJournal` it takes a last line that is damaged for what it is: only the beginning
 * of the entry that is due is a torn write.
 * @throws MW1602, MW1626
 */
export async function proveJournal(path: string): Promise<ProvedJournal> {
  const { entries, lastHash, rest } = parse(path, await readTextFile(path, MAX_BYTES));
  const line = entries.length + 1;
  if (!isTorn(rest, line)) throw meshError('MW1602', { file: path, line, reason: 'it is no entry, and no torn write' });
  return { entries, lastHash, tornBytes: Buffer.byteLength(rest) };
}

function parse(path: string, text: string): ParsedJournal {
  try {
    return parseJournal(text, sha256Hex);
  } catch (error) {
    if (error instanceof DamagedJournal)
      throw meshError('MW1602', { file: path, line: error.line, reason: error.message });
    if (error instanceof NewerJournal) throw meshError('MW1626', { file: path, line: error.line, what: error.message });
    throw error;
  }
}
