import type { AssessFinding, Assessment } from '../assess/schema.ts';

/** One thing to do, for all that it would put right. */
export interface NextStep {
  level: 'error' | 'warning';
  code: string;
  fix: string;
  subjects: string[];
}

/** What one owner is asked for; undefined where the estate names nobody. */
export interface OwnersPart {
  owner: string | undefined;
  steps: NextStep[];
}

/** What to do first, by owner: what blocks comes before what is work, and who has most that blocks before the others. */
export function nextByOwner({ findings }: Pick<Assessment, 'findings'>): OwnersPart[] {
  const asked = findings.flatMap((finding) => {
    const { level, owners = [undefined] } = finding;
    return level === 'error' || level === 'warning' ? owners.map((owner) => ({ owner, level, finding })) : [];
  });
  const parts = [...Map.groupBy(asked, ({ owner }) => owner)].map(([owner, all]) => ({ owner, steps: stepsOf(all) }));
  return parts.toSorted((a, b) => blocking(b) - blocking(a) || compare(a.owner, b.owner));
}

interface Asked {
  level: NextStep['level'];
  finding: AssessFinding;
}

function stepsOf(asked: readonly Asked[]): NextStep[] {
  const groups = Map.groupBy(asked, ({ level, finding }) => JSON.stringify([level, finding.code, finding.fix]));
  const steps = [...groups.values()].flatMap((group) =>
    group.slice(0, 1).map(({ level, finding: { code, fix } }) => ({
      ...{ level, code, fix },
      subjects: [...new Set(group.map(({ finding }) => finding.subject))].sort(),
    })),
  );
  return [...steps.filter(({ level }) => level === 'error'), ...steps.filter(({ level }) => level === 'warning')];
}

function blocking({ steps }: OwnersPart): number {
  return steps.filter(({ level }) => level === 'error').length;
}

/** Nobody comes last. */
function compare(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return a < b ? -1 : Number(a > b);
}
