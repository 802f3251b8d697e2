import type { AssessFinding, Assessment, CheckResult, ParityRow, Readiness, WaivedFinding } from '../assess/schema.ts';

const words: Readonly<Record<Readiness, string>> = {
  ready: 'ready',
  work: 'ready with work',
  blocked: 'blocked',
  exempt: 'exempt',
};

/** How the reports say how something stands: nothing found is no more than that while something is not known. */
export function readinessWords(readiness: Readiness, unknown: number): string {
  return readiness === 'ready' && unknown > 0 ? 'ready, as far as known' : words[readiness];
}

export const outcomeWords: Readonly<Record<CheckResult['outcome'], string>> = {
  found: 'found',
  clear: 'clear',
  unknown: 'not known',
  moot: 'moot',
};

export const stateWords: Readonly<Record<ParityRow['state'], string>> = {
  found: 'found',
  missing: 'missing',
  unknown: 'not known',
};

/** Why a finding is waived, as the register says. */
export function waiverWords({ waiver: { reason, owner, expires } }: WaivedFinding): string {
  return `accepted until ${expires} by ${owner}: ${reason}`;
}

const order: readonly AssessFinding['level'][] = ['error', 'warning', 'info'];

/** What was found, errors first; what is not known is told by {@link openQuestions}. */
export function foundOf({ findings }: Assessment): AssessFinding[] {
  return order.flatMap((level) => findings.filter((finding) => finding.level === level));
}

/** One thing that nobody knows, for all it concerns. */
export interface OpenQuestion {
  check: string;
  title: string;
  reason: string;
  subjects: string[];
}

/** What is not known, by check and reason; a check that found nothing where discovery could not look is one too. */
export function openQuestions({ findings, checks }: Assessment): OpenQuestion[] {
  return checks.flatMap(({ id: check, title, outcome, because }) => {
    const open = findings.filter((finding) => finding.check === check && finding.level === 'unknown');
    const groups = Map.groupBy(open, reasonOf);
    const questions = [...groups].map(([reason, all]) => ({
      check,
      title,
      reason,
      subjects: [...new Set(all.map(({ subject }) => subject))],
    }));
    const isUnread = outcome === 'unknown' && because !== undefined;
    return isUnread ? [...questions, { check, title, reason: because, subjects: [] }] : questions;
  });
}

/** The catalogue puts the subject first; grouped findings share what follows. */
function reasonOf({ cause, subject }: AssessFinding): string {
  return cause.replace(`Nothing tells for ${subject}: `, '').replace(/\.$/, '');
}

/** `1 error`, `2 errors`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
