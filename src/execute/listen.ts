import type { RunJournal } from '../journal/file.ts';
import { entryOf, type RequestBox } from '../journal/request.ts';
import type { RunState } from '../journal/run-state.ts';
import type { Watch } from './events.ts';

/** Why nobody may begin anything now; null when nothing forbids it. What cannot be told forbids it. */
export type Veto = () => Promise<string | null>;

/** Records what people have said to the run since, so that `advance` knows it. */
export async function listen(
  { journal, requests, veto, watch }: { journal: RunJournal; requests?: RequestBox; veto?: Veto; watch: Watch },
  state: RunState,
): Promise<void> {
  for (const request of (await requests?.waiting()) ?? []) {
    const entry = entryOf(request, state);
    if (entry) await journal.append(entry);
    await requests?.remove(request.id);
    const { action, by } = request;
    watch({ event: 'said', action, by, ...('stage' in request ? { stage: request.stage } : { why: request.why }) });
  }
  const why = (await veto?.()) ?? null;
  if (why === state.veto) return;
  await journal.append({ type: 'note', note: { about: 'veto', why } });
  watch({ event: 'veto', why });
}
