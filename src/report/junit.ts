import type { AssessFinding, Assessment, CheckResult, WaivedFinding } from '../assess/schema.ts';
import { waiverWords } from './assess-words.ts';
import { escapeMarkup } from './markup.ts';

/**
 * The assessment as JUnit XML: a suite for each check, a case for each subject. An error fails its case; a warning or a
 * remark passes with what was found as its output; what nobody knows, what is waived and what is moot is skipped with the reason.
 */
export function renderJunit(assessment: Assessment): string {
  return renderSuites(`mesh assess ${assessment.estate}`, assessment, assessment.capturedAt);
}

/** Findings of whatever looked, as the same suites. @param at when it looked, where that is known */
export function renderSuites(
  title: string,
  { checks, findings, waived }: Pick<Assessment, 'checks' | 'findings' | 'waived'>,
  at?: string,
): string {
  const timestamp = at === undefined ? '' : ` timestamp="${escapeMarkup(at)}"`;
  const suites = checks.map((check) =>
    suiteOf(
      check,
      findings.filter((finding) => finding.check === check.id),
      waived.filter((finding) => finding.check === check.id),
    ),
  );
  const cases = suites.flatMap((one) => one.cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escapeMarkup(title)}" ${totals(cases)}>`,
    ...suites.flatMap(({ name, cases: own }) => [
      `  <testsuite name="${escapeMarkup(name)}" ${totals(own)}${timestamp}>`,
      ...own.map(({ xml }) => xml),
      '  </testsuite>',
    ]),
    '</testsuites>',
  ].join('\n');
}

interface Case {
  outcome: 'pass' | 'fail' | 'skip';
  xml: string;
}

function suiteOf(
  check: CheckResult,
  findings: readonly AssessFinding[],
  waived: readonly WaivedFinding[],
): { name: string; cases: Case[] } {
  const cases = [...findings.map((finding) => caseOf(check, finding)), ...waived.map(waivedCase)];
  return { name: `${check.id} ${check.title}`, cases: cases.length > 0 ? cases : [quietCase(check)] };
}

function caseOf({ id }: CheckResult, { level, code, subject, cause, evidence, fix }: AssessFinding): Case {
  const text = escapeMarkup(`${cause}${evidence === '' ? '' : ` Seen: ${evidence}.`} ${fix}`);
  const open = `    <testcase classname="meshway.${escapeMarkup(id)}" name="${escapeMarkup(`${code} ${subject}`)}">`;
  const inside = {
    error: `<failure type="${escapeMarkup(code)}" message="${escapeMarkup(cause)}">${text}</failure>`,
    unknown: `<skipped message="${escapeMarkup(cause)}"/>`,
    warning: `<system-out>warning: ${text}</system-out>`,
    info: `<system-out>info: ${text}</system-out>`,
  }[level];
  const outcome = level === 'error' ? 'fail' : level === 'unknown' ? 'skip' : 'pass';
  return { outcome, xml: `${open}${inside}</testcase>` };
}

/** What somebody answers for fails no build, and passes none. */
function waivedCase(finding: WaivedFinding): Case {
  const { check, code, subject, cause } = finding;
  const why = escapeMarkup(`${waiverWords(finding)}. ${cause}`);
  const name = escapeMarkup(`${code} ${subject}`);
  const open = `    <testcase classname="meshway.${escapeMarkup(check)}" name="${name}">`;
  return { outcome: 'skip', xml: `${open}<skipped message="${why}"/></testcase>` };
}

function quietCase({ id, outcome, because }: CheckResult): Case {
  const open = `    <testcase classname="meshway.${escapeMarkup(id)}" name="estate"`;
  if (outcome === 'clear') return { outcome: 'pass', xml: `${open}/>` };
  const why = escapeMarkup(`${outcome === 'moot' ? 'moot' : 'not known'}: ${because ?? ''}`);
  return { outcome: 'skip', xml: `${open}><skipped message="${why}"/></testcase>` };
}

function totals(cases: readonly Case[]): string {
  const of = (outcome: Case['outcome']): number => cases.filter((one) => one.outcome === outcome).length;
  return `tests="${cases.length}" failures="${of('fail')}" errors="0" skipped="${of('skip')}"`;
}
