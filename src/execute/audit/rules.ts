import type { Entry } from '../../journal/entry.ts';
import type { RunState } from '../../journal/run-state.ts';

export type Intent = Entry & { type: 'intent' };

/** What stands before an entry. */
export interface Before {
  state: RunState;
  /** The entry before it; absent before the first. */
  last?: Entry;
  /** An intent of the same holder that has no result yet. */
  open?: Intent;
  /** Hosts that this holder has begun to renew. */
  renewing: Set<string>;
}

type Rule = (entry: Entry, before: Before) => string | undefined;

/** What holds of every journal, whatever its plan. @returns why the entry cannot stand where it does */
export function againstRules(entry: Entry, before: Before): string | undefined {
  for (const rule of RULES) {
    const reason = rule(entry, before);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

const isAbout = (entry: Entry | undefined, about: string): boolean =>
  entry?.type === 'note' && entry.note.about === about;

const opening: Rule = (entry, { last }) => {
  if (!last) return isAbout(entry, 'opened') ? undefined : 'a journal begins with the note that opened it';
  return isAbout(entry, 'opened') ? 'the run is opened a second time' : undefined;
};

/** A token is of one holder, who says so before anything else. Whoever made the journal has that of its first line. */
const token: Rule = (entry, { last }) => {
  if (!last) return undefined;
  const { token: now } = entry;
  const { token: former } = last;
  if (now < former) return `it has token ${now} of a former holder, after token ${former}`;
  const isHolder = isAbout(entry, 'holder');
  if (now > former && !isHolder) return `its token is ${now}, and nobody took the run over since token ${former}`;
  if (now === former && isHolder && !isAbout(last, 'opened')) return `a new holder has the token ${now} of the former`;
  return undefined;
};

/** One process counts on from its beginning, whatever becomes of the machine's clock; another may have another clock. */
const time: Rule = ({ token: now, at }, { last }) =>
  last && last.token === now && Date.parse(at) < Date.parse(last.at)
    ? `it says ${at}, before ${last.at} of the entry before it, by the same process`
    : undefined;

/** While a step is at work, nothing is recorded but its result, and a gate that fails meanwhile. */
const pairing: Rule = (entry, { open }) => {
  if (entry.type === 'result') {
    const isOf =
      open && (['step', 'stepHash', 'direction', 'attempt'] as const).every((key) => open[key] === entry[key]);
    return isOf ? undefined : `a result of ${nameOf(entry)} without its intent`;
  }
  if (!open || isAbout(entry, 'holder')) return undefined;
  const isWatch = entry.type === 'gate' && entry.phase === 'watch' && entry.outcome === 'fail';
  return isWatch ? undefined : `${nameOf(open)} was at work for the same process, and has no result`;
};

const nameOf = ({ step, direction, attempt }: Pick<Intent, 'step' | 'direction' | 'attempt'>): string =>
  `${step} (${direction}, attempt ${attempt})`;

/** A person says where a run is to go when a process begins; later only the run itself turns it back. */
const goal: Rule = (entry, { last }) =>
  entry.type === 'note' && entry.note.about === 'goal' && entry.note.because === undefined && !isAbout(last, 'holder')
    ? 'a goal that nobody who took the run over has set'
    : undefined;

const renewal: Rule = (entry, { renewing }) =>
  entry.type === 'note' && entry.note.about === 'renewed' && !renewing.has(entry.note.host)
    ? `${entry.note.host} is renewed, and nobody began to`
    : undefined;

const approval: Rule = (entry, { state }) =>
  entry.type === 'approval' && entry.planDigest !== state.planDigest
    ? `it approves a stage of plan ${entry.planDigest}, which is not the plan of this run`
    : undefined;

const taken: Rule = (entry, { state }) => {
  const request = entry.type === 'approval' ? entry.request : isControl(entry) ? entry.note.request : undefined;
  return request !== undefined && state.requests.has(request) ? `request ${request} was taken before` : undefined;
};

const isControl = (entry: Entry): entry is Entry & { type: 'note'; note: { about: 'control' } } =>
  isAbout(entry, 'control');

const RULES: readonly Rule[] = [opening, token, time, pairing, goal, renewal, approval, taken];
