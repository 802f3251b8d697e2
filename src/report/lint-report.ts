import type { Assessment } from '../assess/schema.ts';
import type { LintFinding, LintReport } from '../plans/lint/lint.ts';
import { renderSuites } from './junit.ts';
import { sanitizeLine } from './sanitize.ts';
import { renderSarifLog, type SarifContext } from './sarif.ts';
import { style } from './style.ts';

const paint = { error: style.red, warning: style.yellow, info: style.dim };

/** A lint for a person: what was found, worst first, and what was not looked at. */
export function renderLint(report: LintReport): string {
  const { plan, passed, rules, findings } = report;
  const unchecked = rules.filter(({ outcome }) => outcome === 'unchecked');
  const clear = rules.filter(({ outcome }) => outcome === 'clear').length;
  return [
    style.bold(`Plan ${plan}: `) + (passed ? style.green('passed') : style.red('refused')),
    `  ${rules.length} rules: ${clear} clear, ${rules.length - clear - unchecked.length} with findings, ${unchecked.length} not checked`,
    ...(['error', 'warning', 'info'] as const).flatMap((level) =>
      findings.filter((one) => one.level === level).flatMap(renderFinding),
    ),
    ...(unchecked.length === 0 ? [] : ['', style.bold('Not checked')]),
    ...unchecked.map(({ code, title, because = '' }) => `  ${code} ${title}: ${sanitizeLine(because, 400)}`),
  ].join('\n');
}

function renderFinding({ code, level, subject, cause, fix, why }: LintFinding): string[] {
  return [
    '',
    `${paint[level](level)} ${code} ${sanitizeLine(subject, 200)}`,
    `  ${sanitizeLine(cause, 1000)}`,
    `  ${sanitizeLine(fix, 1000)}`,
    style.dim(`  ${why}`),
  ];
}

/** For code scanning: the plan file is what results point at. */
export function renderLintSarif(report: LintReport, context: SarifContext): string {
  const { plan, digest, passed } = report;
  return renderSarifLog(asChecks(report), { plan, digest, passed }, context);
}

export const renderLintJunit = (report: LintReport): string =>
  renderSuites(`mesh migrate lint ${report.plan}`, asChecks(report));

/** Rules as checks, whose ids are their codes. */
function asChecks({ rules, findings }: LintReport): Pick<Assessment, 'checks' | 'findings' | 'waived'> {
  return {
    checks: rules.map(({ code, title, outcome, because }) => ({
      ...{ id: code, title, outcome: outcome === 'unchecked' ? 'unknown' : outcome },
      ...(because !== undefined && { because }),
    })),
    findings: findings.map(({ code, level, subject, cause, fix, why }) => ({
      ...{ check: code, code, level, subject, evidence: '', cause },
      fix: `${fix} The rule: ${why}.`,
    })),
    waived: [],
  };
}
