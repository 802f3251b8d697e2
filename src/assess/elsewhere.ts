import { catalogue } from '../errors/index.ts';
import type { Finding } from '../inventory/schema.ts';
import type { Draft } from './schema.ts';

/** What discovery found and what the planner refuses or leaves for later. */
export interface FoundElsewhere extends Finding {
  evidence: string;
  /** Which of its code's many reasons it is, where the planner says so. */
  reason?: string;
}

/** The parts of a plan that an assessment rests on. */
export interface Planned {
  findings: readonly (Finding & { reason?: string | undefined })[];
  deferred: readonly { subject: string; move: string; code: string; why: string }[];
}

/** Deferrals that ask nobody for anything. */
const quiet = new Set(['MW1317', 'MW1330']);

/** What P1 says itself, port by port. */
const judgedAgain = new Set(['MW1713']);

/** All that was found before, each once: the planner repeats what discovery said, at times with more weight. */
export function foundElsewhere(seen: readonly Finding[], { findings, deferred }: Planned): FoundElsewhere[] {
  const known = new Set(seen.map(keyOf));
  const said = [...seen, ...findings.filter(({ code }) => !judgedAgain.has(code))].map((one) => ({
    ...one,
    evidence: known.has(keyOf(one)) ? 'seen by discovery' : 'said by the planner',
  }));
  const groups = Map.groupBy([...said, ...waiting(deferred)], keyOf);
  return [...groups.values()].flatMap((group) => group.toSorted(byWeight).slice(0, 1));
}

/** Deferrals as findings, one for all moves that wait for the same. */
function waiting(deferred: Planned['deferred']): FoundElsewhere[] {
  const groups = Map.groupBy(deferred, ({ subject, code, why }) => JSON.stringify([subject, code, why]));
  return [...groups.values()].flatMap((group) =>
    group.slice(0, 1).map(({ code, subject, why }) => ({
      code,
      subject,
      message: why,
      level: quiet.has(code) ? ('info' as const) : ('warning' as const),
      evidence: `the planner leaves ${group.map(({ move }) => move).join(' and ')} for later`,
    })),
  );
}

const weights = { error: 0, warning: 1, info: 2 };

function byWeight(a: FoundElsewhere, b: FoundElsewhere): number {
  return weights[a.level] - weights[b.level];
}

function keyOf({ code, subject, message }: Finding): string {
  return JSON.stringify([code, subject, message]);
}

/** Such a finding as one of an assessment. */
export function asDraft({ code, level, subject, message, evidence }: FoundElsewhere): Draft {
  return { code, level, subject, evidence, cause: message, fix: fixOf(code) };
}

/** The fix of a code whose arguments are gone: `{hostname}` becomes HOSTNAME. */
function fixOf(code: string): string {
  const entry = Object.entries(catalogue).find(([known]) => known === code)?.[1];
  return (entry?.fix ?? 'See docs/errors.md.').replaceAll(/\{(\w+)\}/g, (_, name: string) => name.toUpperCase());
}
