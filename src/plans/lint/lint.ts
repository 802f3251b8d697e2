import { API_VERSION } from '../../estate/schema.ts';
import { catalogue } from '../../errors/index.ts';
import { lintRules } from './all.ts';
import type { LintLevel, LintRule } from './rule.ts';
import { type LintInputs, LintView } from './view.ts';

/** One thing that a rule found. */
export interface LintFinding {
  code: string;
  level: LintLevel;
  subject: string;
  cause: string;
  fix: string;
  /** Why the rule is there. */
  why: string;
}

/** What became of one rule. */
export interface RuleResult {
  code: string;
  title: string;
  /** `unchecked`: what it needs was not given, or does not tell, for the reason in `because`. */
  outcome: 'found' | 'clear' | 'unchecked';
  because?: string;
}

/** A lint of a plan, as `--json` prints it. */
export interface LintReport {
  apiVersion: typeof API_VERSION;
  kind: 'LintReport';
  plan: string;
  digest: string;
  /** False when an error was found. */
  passed: boolean;
  rules: RuleResult[];
  findings: LintFinding[];
}

/** Holds a plan against every rule. Pure, and opens nothing: the same inputs give the same report. */
export function lint(inputs: LintInputs): LintReport {
  const view = new LintView(inputs);
  const results = lintRules.map((rule) => run(rule, view));
  const findings = results.flatMap((one) => one.findings);
  return {
    apiVersion: API_VERSION,
    kind: 'LintReport',
    plan: inputs.plan.id,
    digest: inputs.plan.digest,
    passed: findings.every(({ level }) => level !== 'error'),
    rules: results.map(({ result }) => result),
    findings,
  };
}

function run(rule: LintRule, view: LintView): { result: RuleResult; findings: LintFinding[] } {
  const { code, level, why } = rule;
  const head = { code, title: catalogue[code].title };
  const missing = (rule.needs ?? []).filter((need) => view.inputs[need] === undefined);
  if (missing.length > 0)
    return { result: { ...head, outcome: 'unchecked', because: `no ${missing.join(' and no ')} was given` }, findings: [] };
  const findings = rule.find(view).map(({ error, subject, level: own }) => ({
    ...{ code, level: own ?? level, subject, cause: error.causeText, fix: error.fixText, why },
  }));
  if (findings.length > 0) return { result: { ...head, outcome: 'found' }, findings };
  const because = rule.unknown?.(view);
  return { result: { ...head, ...(because === undefined ? { outcome: 'clear' } : { outcome: 'unchecked', because }) }, findings };
}
