import { isMeshError, meshError } from '../../errors/index.ts';
import { auditEntries } from '../../execute/audit/audit.ts';
import type { Entry } from '../../journal/entry.ts';
import { proveJournal } from '../../journal/file.ts';
import { journalPath } from '../../journal/runs.ts';
import type { MigrationPlan } from '../../plans/plan.ts';

/** What an audit of a run's journal found good. */
export interface JournalVerification {
  run: string;
  file: string;
  /** Version of the format it was begun with. */
  format: number;
  /** The version of the program that began it. */
  tool: string;
  entries: number;
  /** Processes that held the run. */
  holders: number;
  from: string;
  to: string;
  /** SHA-256 of the last line: kept elsewhere, it shows whether the file was written anew. */
  lastHash: string;
  /** Digest of the plan that every entry was held against; null where no plan was named. */
  heldAgainst: string | null;
  remarks: string[];
}

/**
 * Proves a journal for an audit: its chain to the last byte, that no entry contradicts another, and with the plan that each was
 * decided by it or said by a person.
 * @throws MW1602 damaged, MW1624 an entry that no run writes there, MW1603 of another plan, MW1606 no such run
 */
export async function verifyJournal(
  stateDir: string,
  run: string,
  plan: MigrationPlan | undefined,
  tool: string,
): Promise<JournalVerification> {
  const file = journalPath(stateDir, run);
  const { entries, lastHash, tornBytes } = await proveJournal(file).catch((error: unknown) => {
    throw isMeshError(error, 'MW1010') ? meshError('MW1606', { run, directory: stateDir }) : error;
  });
  const [first] = entries;
  const last = entries.at(-1);
  if (!first || !last) throw meshError('MW1606', { run, directory: stateDir });
  const begun = openedBy(first, run, file);
  if (plan && plan.digest !== begun.planDigest)
    throw meshError('MW1603', { run, runPlan: begun.planDigest, plan: plan.digest });
  const found = auditEntries(entries, plan);
  const details = begun.tool === tool ? [] : [`begun by version ${begun.tool}, and held against version ${tool}`];
  if (found) throw meshError('MW1624', { file, run, seq: found.seq, reason: found.reason }, { details });
  return {
    ...{ run, file, format: begun.format, tool: begun.tool, entries: entries.length, lastHash },
    holders: entries.filter((entry) => entry.type === 'note' && entry.note.about === 'holder').length,
    ...{ from: first.at, to: last.at, heldAgainst: plan?.digest ?? null },
    remarks: [...remarksOn(entries, tornBytes), ...details],
  };
}

type Opened = Extract<(Entry & { type: 'note' })['note'], { about: 'opened' }>;

/** A directory that somebody renamed holds another run. */
function openedBy(first: Entry, run: string, file: string): Opened {
  const { seq } = first;
  if (first.run !== run) throw meshError('MW1624', { file, run, seq, reason: `it is of run ${first.run}` });
  if (first.type === 'note' && first.note.about === 'opened') return first.note;
  throw meshError('MW1624', { file, run, seq, reason: 'a journal begins with the note that opened it' });
}

/** What is no fault, and worth a look. */
function remarksOn(entries: readonly Entry[], tornBytes: number): string[] {
  const last = entries.at(-1);
  const earlier = entries.filter(({ at }, index) => Date.parse(at) < Date.parse(entries[index - 1]?.at ?? at));
  const open = last?.type === 'intent' ? last.step : undefined;
  return [
    ...(tornBytes > 0
      ? [`${tornBytes} bytes of a write that did not end follow the last entry; the next apply cuts them off`]
      : []),
    ...(last?.hash === undefined
      ? ['a line of format 1 has no hash of its own: of the last one only its form is proved']
      : []),
    ...(open === undefined ? [] : [`step ${open} has no result: it is at work, or its process ended in it`]),
    ...earlier.map(
      ({ seq, at }) => `entry ${seq} (${at}) is earlier than the one before: another process, with another clock`,
    ),
  ];
}
