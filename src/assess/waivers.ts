import { exemptionName, hasExpired, isWaiver, waiversOf } from '../estate/exemptions.ts';
import type { Waiver } from '../estate/schema.ts';
import { meshError } from '../errors/index.ts';
import { draft } from './analyzer.ts';
import { register, subjectOf } from './analyzers/register.ts';
import type { AssessFinding, RegisteredExemption, WaivedFinding } from './schema.ts';
import type { AssessView } from './view.ts';

/** Findings as the exemption register leaves them. */
export interface Settled {
  /** What stands: nobody answers for it, or nobody can. */
  findings: AssessFinding[];
  /** What somebody answers for, until a day. It is told apart and never left out. */
  waived: WaivedFinding[];
}

/** Codes that the hard rules and promises of a migration rest on, whoever answers for them (docs/decisions/0041). */
const hardRules: ReadonlyMap<string, string> = new Map([
  ['MW1706', 'could leave nobody able to log in'],
  ['MW1713', 'would have callers refused that have not joined'],
]);

/**
 * Sets apart what waivers accept. What the planner refuses too cannot be waived: no plan would be applied.
 *
 * @param refused findings that forbid a plan
 */
export function waive(
  view: AssessView,
  findings: readonly AssessFinding[],
  refused: ReadonlySet<AssessFinding>,
): Settled {
  const waivers = waiversOf(view.estate).filter((one) => !hasExpired(one, view.nowMs));
  const meant = meaning(view);
  const judged = findings.map((finding) => {
    const by = finding.check === register.id ? undefined : waivers.find((waiver) => meant(waiver, finding));
    return { finding, by, obstacle: by && obstacleOf(finding, refused) };
  });
  const held = judged.filter(({ by, obstacle }) => by === undefined || obstacle !== undefined);
  return {
    findings: [
      ...held.map(({ finding }) => finding),
      ...judged.flatMap(({ finding, by, obstacle }) => (by && obstacle ? [refusal(by, finding, obstacle)] : [])),
      ...waivers.filter((one) => !findings.some((finding) => meant(one, finding))).map((one) => idle(view, one)),
    ],
    waived: judged.flatMap(({ finding, by, obstacle }) =>
      by && obstacle === undefined ? [accepted(finding, by)] : [],
    ),
  };
}

/** The register as it stands at the time of the assessment. */
export function registerOf({ estate, nowMs }: AssessView): RegisteredExemption[] {
  return estate.exemptions.map((one) => ({
    kind: isWaiver(one) ? 'waiver' : 'caller',
    what: exemptionName(one),
    reason: one.reason,
    ...(one.owner !== undefined && { owner: one.owner }),
    ...(one.expires !== undefined && { expires: one.expires }),
    state: hasExpired(one, nowMs) ? 'expired' : 'holds',
  }));
}

/** A subject is one finding's own, or a service for all of its workloads. */
function meaning({ inventory }: AssessView): (waiver: Waiver, finding: AssessFinding) => boolean {
  const serviceOf = new Map(inventory.workloads.map(({ id, service }) => [id, service]));
  return ({ check, code, subject }, finding) =>
    (check === undefined || check === finding.check) &&
    (code === undefined || code === finding.code) &&
    (subject === undefined || subject === finding.subject || subject === serviceOf.get(finding.subject));
}

function obstacleOf(finding: AssessFinding, refused: ReadonlySet<AssessFinding>): string | undefined {
  return hardRules.get(finding.code) ?? (refused.has(finding) ? 'forbids to apply a plan' : undefined);
}

function refusal(by: Waiver, { code, subject }: AssessFinding, reason: string): AssessFinding {
  const error = meshError('MW1760', { what: exemptionName(by), code, subject, reason });
  return { check: register.id, ...draft('warning', subject, `reason: ${by.reason}`, error), owners: [by.owner] };
}

function idle({ estate }: AssessView, waiver: Waiver): AssessFinding {
  const error = meshError('MW1763', { what: exemptionName(waiver) });
  const found = draft('info', subjectOf(waiver, estate.name), `reason: ${waiver.reason}`, error);
  return { check: register.id, ...found, owners: [waiver.owner] };
}

function accepted(finding: AssessFinding, { reason, owner, expires }: Waiver): WaivedFinding {
  return { ...finding, waiver: { reason, owner, expires } };
}
