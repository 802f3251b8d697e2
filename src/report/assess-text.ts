import type { AssessFinding, Assessment, ParityCard, WaivedFinding } from '../assess/schema.ts';
import {
  count,
  foundOf,
  openQuestions,
  outcomeWords,
  readinessWords,
  stateWords,
  waiverWords,
} from './assess-words.ts';
import { sanitizeLine } from './sanitize.ts';
import { style } from './style.ts';
import { renderTable } from './table.ts';

/** Beyond this many only the totals of each scorecard are printed. */
const MAX_CARDS = 4;
const TEXT_LIMIT = 600;

/** The assessment for a person: how workloads stand, what was found, what is not known, and VM parity. */
export function renderAssessment(assessment: Assessment): string {
  const { workloads } = assessment;
  const rows = workloads.map(({ id, service, platform, mesh, readiness, errors, warnings, unknown }) => [
    id,
    service,
    platform,
    mesh,
    readinessWords(readiness, unknown),
    ...[errors, warnings, unknown].map(String),
  ]);
  return [
    style.bold(headline(assessment)),
    '',
    ...table(['WORKLOAD', 'SERVICE', 'PLATFORM', 'MESH', 'READINESS', 'ERRORS', 'WARNINGS', 'NOT KNOWN'], rows),
    ...section('Found', foundOf(assessment).flatMap(findingLines)),
    ...section('Waived', assessment.waived.flatMap(waivedLines)),
    ...section('Not known', openLines(assessment)),
    ...section('Checks', checkLines(assessment)),
    ...section('VM parity', parityLines(assessment.parity)),
  ].join('\n');
}

/** The estate in one line. */
export function headline(assessment: Assessment): string {
  const { estate, readiness, findings, capturedAt, waived } = assessment;
  const of = (level: AssessFinding['level']): number => findings.filter((one) => one.level === level).length;
  const found = `${count(of('error'), 'error')}, ${count(of('warning'), 'warning')}`;
  const open = openQuestions(assessment).length;
  const accepted = waived.length === 0 ? '' : `, ${waived.length} waived`;
  return `Estate ${sanitizeLine(estate)}: ${readinessWords(readiness, open)}; ${found}, ${count(open, 'thing')} not known${accepted}; as of ${capturedAt}`;
}

function findingLines({ level, code, check, subject, cause, evidence, fix }: AssessFinding): string[] {
  const paint = level === 'error' ? style.red : level === 'warning' ? style.yellow : style.dim;
  return [
    `${paint(level.padEnd(7))} ${check} ${code} ${sanitizeLine(subject)}: ${sanitizeLine(cause, TEXT_LIMIT)}`,
    `        ${style.dim('seen')} ${sanitizeLine(evidence, TEXT_LIMIT)}`,
    `        ${style.dim('fix ')} ${sanitizeLine(fix, TEXT_LIMIT)}`,
  ];
}

function waivedLines(finding: WaivedFinding): string[] {
  const { level, code, check, subject, cause } = finding;
  return [
    `${style.dim(wordOf(level).padEnd(7))} ${check} ${code} ${sanitizeLine(subject)}: ${sanitizeLine(cause, TEXT_LIMIT)}`,
    `        ${style.dim(sanitizeLine(waiverWords(finding), TEXT_LIMIT))}`,
  ];
}

/** What is not known is no level to a reader. */
function wordOf(level: WaivedFinding['level']): string {
  return level === 'unknown' ? 'open' : level;
}

function openLines(assessment: Assessment): string[] {
  return openQuestions(assessment).map(({ check, title, reason, subjects }) => {
    const concerned = subjects.length === 0 ? '' : ` (${subjects.map((one) => sanitizeLine(one)).join(', ')})`;
    return `${check.padEnd(7)} ${title}: ${sanitizeLine(reason, TEXT_LIMIT)}${concerned}`;
  });
}

function checkLines({ checks }: Assessment): string[] {
  return (['found', 'clear', 'unknown', 'moot'] as const).flatMap((outcome) => {
    const own = checks.filter((one) => one.outcome === outcome);
    if (own.length === 0) return [];
    const moot =
      outcome === 'moot' ? own.map(({ id, because }) => `        ${id}: ${sanitizeLine(because ?? '')}`) : [];
    return [`${outcomeWords[outcome].padEnd(10)} ${own.map(({ id }) => id).join(', ')}`, ...moot];
  });
}

function parityLines(cards: readonly ParityCard[]): string[] {
  const totals = cards.map(({ workload, found, missing, unknown }) => [
    workload,
    ...[found, missing, unknown].map(String),
  ]);
  const rows = (cards.length > MAX_CARDS ? [] : cards).flatMap(({ workload, rows: scored }) => [
    '',
    style.bold(sanitizeLine(workload)),
    ...scored.map(
      ({ row, state, what }) => `  ${row.padEnd(28)} ${stateWords[state].padEnd(10)} ${sanitizeLine(what)}`,
    ),
  ]);
  return cards.length === 0 ? [] : [...table(['VM WORKLOAD', 'FOUND', 'MISSING', 'NOT KNOWN'], totals), ...rows];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', style.bold(title), ...lines];
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const [head = '', ...lines] = renderTable(header, rows);
  return [style.bold(head), ...lines];
}
