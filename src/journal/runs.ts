import { join } from 'node:path';
import { isFile, listDirectories } from '../ports/directories.ts';
import type { Entry } from './entry.ts';
import { readJournal } from './file.ts';
import { fold } from './fold.ts';
import type { RunState } from './run-state.ts';

/** One run as its directory tells it. */
export interface RecordedRun {
  run: string;
  path: string;
  entries: Entry[];
  state: RunState;
  estate: string;
  plan: string;
}

/** Whether a text can be the name of a run: it names a directory, a label and a file on hosts. */
export const isRunName = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(text);

/** Where a run's journal is. */
export const journalPath = (stateDir: string, run: string): string => join(stateDir, 'runs', run, 'journal.jsonl');

/** The names under which runs are kept. */
export const runNames = (stateDir: string): Promise<string[]> => listDirectories(join(stateDir, 'runs'));

/** All runs of a state directory, oldest first. @throws MW1602 for a damaged journal */
export async function listRuns(stateDir: string): Promise<RecordedRun[]> {
  const names = await runNames(stateDir);
  const runs = await Promise.all(names.map((run) => readRun(stateDir, run)));
  return runs
    .filter((run) => run !== undefined)
    .sort((a, b) => (a.entries[0]?.at ?? '').localeCompare(b.entries[0]?.at ?? ''));
}

/** Nothing when the process died before the first entry was durable: such a run has done nothing. */
async function readRun(stateDir: string, run: string): Promise<RecordedRun | undefined> {
  const path = journalPath(stateDir, run);
  if (!(await isFile(path))) return undefined;
  const entries = await readJournal(path);
  const opened = entries[0];
  if (opened?.type !== 'note' || opened.note.about !== 'opened') return undefined;
  return { run, path, entries, state: fold(entries), estate: opened.note.estate, plan: opened.note.plan };
}

/** True when everything the run did has been undone: nothing of it is left anywhere. */
export function isClosed({ finished, goal }: RunState): boolean {
  return finished?.goal === 'start' && finished.seq > (goal?.seq ?? 0);
}

/** True when the run stands somewhere between its start and its end. */
export function isUnderWay(state: RunState): boolean {
  const { finished, goal, steps } = state;
  if (steps.size === 0 || isClosed(state)) return false;
  return !(finished?.goal === 'end' && finished.seq > (goal?.seq ?? 0));
}
