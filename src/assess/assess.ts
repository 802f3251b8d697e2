import { API_VERSION } from '../estate/schema.ts';
import { analyzers } from './all.ts';
import type { Analyzer } from './analyzer.ts';
import { asDraft, type FoundElsewhere } from './elsewhere.ts';
import { parity } from './parity.ts';
import { readinessOf } from './readiness.ts';
import type { AssessFinding, Assessment, CheckResult } from './schema.ts';
import { type AssessInputs, AssessView } from './view.ts';

/** What stands in the way of an estate's migration. Pure: the same inputs give the same assessment. */
export function assess(inputs: AssessInputs): Assessment {
  const view = new AssessView(inputs);
  const adopted = adoptions(inputs.found);
  const results = analyzers.map((analyzer) => run(analyzer, view, adopted.get(analyzer) ?? []));
  const findings = results.flatMap((result) => result.findings);
  return {
    apiVersion: API_VERSION,
    kind: 'Assessment',
    estate: inputs.estate.name,
    capturedAt: inputs.inventory.capturedAt,
    checks: results.map(({ check }) => check),
    findings,
    ...readinessOf(view, findings),
    parity: parity(view),
  };
}

/** Gives what was found elsewhere to the first check that takes it. */
function adoptions(found: readonly FoundElsewhere[]): Map<Analyzer | undefined, FoundElsewhere[]> {
  return Map.groupBy(found, (one) => analyzers.find((analyzer) => analyzer.adopts?.(one) === true));
}

interface Result {
  check: CheckResult;
  findings: AssessFinding[];
}

/** A moot check still hands on what others found for it. */
function run(analyzer: Analyzer, view: AssessView, adopted: readonly FoundElsewhere[]): Result {
  const { id, title, appliesTo } = analyzer;
  const isMoot = appliesTo?.holds(view) === false;
  const drafts = [...adopted.map(asDraft), ...(isMoot ? [] : analyzer.analyze(view))];
  const findings = drafts.map((one) => ({ check: id, ...one }));
  return { check: { id, title, ...outcomeOf(analyzer, view, { findings, isMoot }) }, findings };
}

/** A check that found nothing where discovery could not look has not passed. */
function outcomeOf(
  { looksAt, appliesTo }: Analyzer,
  { unread: missing }: AssessView,
  { findings, isMoot }: { findings: readonly AssessFinding[]; isMoot: boolean },
): Pick<CheckResult, 'outcome' | 'because'> {
  if (findings.some(({ level }) => level !== 'unknown')) return { outcome: 'found' };
  if (findings.length > 0) return { outcome: 'unknown' };
  const unread = looksAt.flatMap((kind) => missing[kind]).join(', ');
  if (unread !== '') return { outcome: 'unknown', because: `discovery has not read ${unread}` };
  return isMoot ? { outcome: 'moot', because: `it is about ${appliesTo?.condition ?? ''}` } : { outcome: 'clear' };
}
