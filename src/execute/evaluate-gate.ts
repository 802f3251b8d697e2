import { isMeshError } from '../errors/index.ts';
import type { Check } from '../plans/check.ts';
import type { Gate, GateOutcome, MetricCheck, Verdict } from '../plans/gate.ts';
import { combine, judge } from '../gates/statistics.ts';
import type { Look, Target } from './target.ts';

/** Asks everything a gate names, once. Never throws for a source that does not answer: that is the outcome `error`. */
export async function evaluateGate(
  gate: Gate,
  target: Target,
  look: Look,
): Promise<{ outcome: GateOutcome; verdicts: Verdict[] }> {
  const checks = gate.checks.map((check) => readinessVerdict(check, target));
  const metrics = gate.metrics.map((metric) => metricVerdict(metric, target, look));
  const verdicts = await Promise.all([...checks, ...metrics]);
  return { outcome: combine(verdicts), verdicts };
}

/** A plain no may still become a yes while the gate's time runs, so it is inconclusive, never a pass. */
async function readinessVerdict(check: Check, target: Target): Promise<Verdict> {
  const answer = await target.read(check);
  const subject = Object.entries(check).flatMap(([key, value]) =>
    key === 'check' || typeof value === 'object' ? [] : [String(value)],
  );
  const outcome = answer.answer === 'yes' ? 'pass' : answer.answer === 'no' ? 'inconclusive' : 'error';
  return {
    name: check.check,
    subject: subject.join(' '),
    outcome,
    value: null,
    requests: null,
    why: answer.answer === 'yes' ? 'holds' : answer.why,
  };
}

async function metricVerdict(check: MetricCheck, target: Target, look: Look): Promise<Verdict> {
  try {
    return judge(check, await target.sample(check, look));
  } catch (error) {
    if (!isMeshError(error)) throw error;
    return {
      name: check.name,
      subject: check.subject,
      outcome: 'error',
      value: null,
      requests: null,
      why: error.causeText,
      query: check.query,
    };
  }
}
