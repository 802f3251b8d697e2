import type { ConflictPart } from './constraints.ts';
import { feasibilityOf } from './feasibility.ts';
import { partsOf, relaxedTo, restrictedTo } from './parts.ts';
import { normalised } from './normal.ts';
import type { WaveProblem } from './problem.ts';

/** How many problems are checked for one conflict, at most; each is at most as large as the one asked about. */
const CHECKS = 600;
/** Of so many groups none is left out: all are looked at fast enough. */
const FEW = 200;

/**
 * Constraints that no order keeps together, and of which none can be left out: found by leaving out half of them, then
 * quarters, and so on, as long as what is left has no order either. It is irreducible as far as `feasibilityOf` can
 * tell: a part without which nothing is proven stays in. There may be other such sets, and smaller ones.
 *
 * @returns empty if it is not proven that the problem has no order
 */
export function smallestConflict(problem: WaveProblem): ConflictPart[] {
  if (feasibilityOf(problem) !== 'no') return [];
  const budget = { checks: CHECKS };
  const withGroups = withFewerGroups(normalised(problem), budget);
  const parts = partsOf(withGroups.problem);
  const kept = reduced(parts, (some) => feasibilityOf(relaxedTo(withGroups.problem, some)) === 'no', budget);
  return kept.map((part) => ({ ...part.says, groups: part.says.groups.map((group) => withGroups.names[group]!) }));
}

interface Restricted {
  problem: WaveProblem;
  /** The number in the whole problem of each group that is left. */
  names: number[];
}

/**
 * Leaves groups out of a large problem that the conflict does not need, so that the rest is looked at faster: what is
 * found then cannot be reduced for these groups. Without its limits of the
 * first wave only: there, fewer groups can be worse, as one of those left out could have begun.
 */
function withFewerGroups(problem: WaveProblem, budget: { checks: number }): Restricted {
  const all = Array.from({ length: problem.count }, (_, group) => group);
  if (problem.count <= FEW) return { problem, names: all };
  const first = { maxSize: Infinity, maxCritical: Infinity };
  const anyFirst = { ...problem, limits: { ...problem.limits, first } };
  if (feasibilityOf(anyFirst) !== 'no') return { problem, names: all };
  const half = { checks: budget.checks / 2 };
  const names = reduced(all, (some) => feasibilityOf(restrictedTo(anyFirst, some)) === 'no', half);
  return { problem: restrictedTo(anyFirst, names), names };
}

/** A part of a list that still holds and of which, within the budget, nothing can be left out. */
function reduced<T>(list: readonly T[], holds: (some: T[]) => boolean, budget: { checks: number }): T[] {
  let kept = [...list];
  for (let chunk = Math.ceil(kept.length / 2); chunk >= 1 && budget.checks > 0;) {
    const before = kept.length;
    for (let start = 0; start < kept.length && budget.checks > 0;) {
      const without = [...kept.slice(0, start), ...kept.slice(start + chunk)];
      budget.checks -= 1;
      if (holds(without)) kept = without;
      else start += chunk;
    }
    if (chunk === 1 && kept.length === before) break;
    chunk = chunk === 1 ? 1 : Math.ceil(Math.min(chunk, kept.length) / 2);
  }
  return kept;
}
