import { API_VERSION } from '../estate/schema.ts';
import { analyzers } from './all.ts';
import type { Analyzer } from './analyzer.ts';
import { asDraft, type FoundElsewhere } from './elsewhere.ts';
import { parity } from './parity.ts';
import { register } from './analyzers/register.ts';
import { concernedBy, readinessOf } from './readiness.ts';
import type { AssessFinding, Assessment, CheckResult, Draft } from './schema.ts';
import { type AssessInputs, AssessView } from './view.ts';
import { registerOf, waive } from './waivers.ts';

/** What stands in the way of an estate's migration. Pure: the same inputs give the same assessment. */
export function assess(inputs: AssessInputs): Assessment {
  const view = new AssessView(inputs);
  const adopted = adoptions(inputs.found);
  const results = analyzers.map((analyzer) => run(analyzer, view, adopted.get(analyzer) ?? []));
  const refused = new Set(results.flatMap((one) => one.refused));
  const settled = waive(
    view,
    results.flatMap((one) => one.findings),
    refused,
  );
  const owned = withOwners(view);
  return {
    apiVersion: API_VERSION,
    kind: 'Assessment',
    estate: inputs.estate.name,
    capturedAt: inputs.inventory.capturedAt,
    checks: results.map(({ check }) => heard(check, settled.findings)),
    findings: settled.findings.map(owned),
    waived: settled.waived.map(owned),
    exemptions: registerOf(view),
    ...readinessOf(view, settled),
    parity: parity(view),
  };
}

/** Gives what was found elsewhere to the first check that takes it. */
function adoptions(found: readonly FoundElsewhere[]): Map<Analyzer | undefined, FoundElsewhere[]> {
  return Map.groupBy(found, (one) => analyzers.find((analyzer) => analyzer.adopts?.(one) === true));
}

/** The register's check has found something too where a waiver cannot hold, or is for nothing. */
function heard(check: CheckResult, findings: readonly AssessFinding[]): CheckResult {
  if (check.id !== register.id || !findings.some((one) => one.check === check.id)) return check;
  return { id: check.id, title: check.title, outcome: 'found' };
}

/** Whose services a finding concerns, where it does not say itself who is to act; none where the estate names no owner. */
function withOwners(view: AssessView): <Finding extends AssessFinding>(finding: Finding) => Finding {
  const ownerOf = new Map(view.estate.services.map(({ name, owner }) => [name, owner]));
  const concerned = concernedBy(view);
  return (finding) => {
    if (finding.owners !== undefined) return finding;
    const owners = [...new Set(concerned(finding).flatMap(({ service }) => ownerOf.get(service) ?? []))].sort();
    return owners.length === 0 ? finding : { ...finding, owners };
  };
}

interface Result {
  check: CheckResult;
  findings: AssessFinding[];
  /** Those that discovery or the planner says: with them no plan is applied. */
  refused: AssessFinding[];
}

/** A moot check still hands on what others found for it. What it finds itself and others said already is told once. */
function run(analyzer: Analyzer, view: AssessView, adopted: readonly FoundElsewhere[]): Result {
  const { id, title, appliesTo } = analyzer;
  const isMoot = appliesTo?.holds(view) === false;
  const own = isMoot ? [] : analyzer.analyze(view);
  const isSaid = ({ code, subject }: Draft): boolean =>
    adopted.some((one) => one.code === code && one.subject === subject);
  const handedOn = adopted.map((one) => ({ check: id, ...asDraft(one) }));
  const findings = [...handedOn, ...own.filter((one) => !isSaid(one)).map((one) => ({ check: id, ...one }))];
  const refused = handedOn.filter(({ level }) => level === 'error');
  return { check: { id, title, ...outcomeOf(analyzer, view, { findings, isMoot }) }, findings, refused };
}

/** A check that found nothing where discovery could not look has not passed. */
function outcomeOf(
  analyzer: Analyzer,
  view: AssessView,
  { findings, isMoot }: { findings: readonly AssessFinding[]; isMoot: boolean },
): Pick<CheckResult, 'outcome' | 'because'> {
  if (findings.some(({ level }) => level !== 'unknown')) return { outcome: 'found' };
  if (findings.length > 0) return { outcome: 'unknown' };
  const because = unreadBy(analyzer, view);
  if (because !== undefined) return { outcome: 'unknown', because };
  const { condition = '' } = analyzer.appliesTo ?? {};
  return isMoot ? { outcome: 'moot', because: `it is about ${condition}` } : { outcome: 'clear' };
}

/** What of that which a check looks at nobody has read. */
function unreadBy({ looksAt, isInManifests = false }: Analyzer, { unread }: AssessView): string | undefined {
  const missing = looksAt.flatMap((kind) => unread[kind]).join(', ');
  if (missing !== '') return `discovery has not read ${missing}`;
  if (!looksAt.includes('clusters')) return undefined;
  if (unread.workloads.length > 0) return `discovery has not seen ${unread.workloads.join(', ')}`;
  const inFiles = isInManifests ? '' : unread.inFiles.join(', ');
  return inFiles === '' ? undefined : `files tell of cluster ${inFiles}, which nobody has looked at`;
}
