import type { RecordedRun } from '../../journal/runs.ts';
import { type DeadHolders, recordedHolders } from './cluster-lease.ts';

/** Every holder that the journals of a state directory name is dead: this process has the lock that they had. */
export function deadHolders(recorded: readonly RecordedRun[]): DeadHolders {
  return recordedHolders(
    recorded.flatMap(({ run, entries }) =>
      entries.flatMap((entry) =>
        entry.type === 'note' && entry.note.about === 'holder'
          ? [{ run, token: entry.token, pid: entry.note.pid, host: entry.note.host }]
          : [],
      ),
    ),
  );
}
