import type { Entry } from '../../journal/entry.ts';
import { replay } from '../../journal/fold.ts';
import type { MigrationPlan } from '../../plans/plan.ts';
import { againstPlan } from './against-plan.ts';
import { againstRules, type Before } from './rules.ts';

/** An entry that no run would have written where it stands. */
export interface Contradiction {
  seq: number;
  at: string;
  reason: string;
}

/**
 * Holds a journal, whose chain is proved, against what a run does: each result has its intent, tokens and times grow, and with
 * the plan each entry is one that `advance` decided, or a person's word, where it stands. Pure.
 *
 * @returns the first contradiction; after it nothing that follows can be told
 */
export function auditEntries(entries: readonly Entry[], plan?: MigrationPlan): Contradiction | undefined {
  let found: Contradiction | undefined;
  let before: Omit<Before, 'state'> = { renewing: new Set() };
  replay(entries, (state, entry) => {
    if (found) return;
    const all = { ...before, state };
    const reason = againstRules(entry, all) ?? (plan && againstPlan(plan, entry, all));
    if (reason !== undefined) found = { seq: entry.seq, at: entry.at, reason };
    before = after(before, entry);
  });
  return found;
}

/** What the next entry is held against: who holds the run, and what that holder has open. */
function after({ open, renewing }: Omit<Before, 'state'>, entry: Entry): Omit<Before, 'state'> {
  const isHolder = entry.type === 'note' && entry.note.about === 'holder';
  const hosts = isHolder ? new Set<string>() : renewing;
  if (entry.type === 'note' && entry.note.about === 'renewing') hosts.add(entry.note.host);
  if (entry.type === 'note' && entry.note.about === 'renewed') hosts.delete(entry.note.host);
  const kept = entry.type === 'result' || isHolder ? undefined : open;
  const intent = entry.type === 'intent' ? entry : kept;
  return { last: entry, renewing: hosts, ...(intent && { open: intent }) };
}
