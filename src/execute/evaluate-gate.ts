import { isMeshError } from '../errors/index.ts';
import type { Baseline } from '../journal/run-state.ts';
import type { Check } from '../plans/check.ts';
import type { Gate, GateOutcome, MetricCheck, Verdict } from '../plans/gate.ts';
import { questionOf } from '../gates/question.ts';
import { judge } from '../gates/statistics.ts';
import { combine, verdictOf } from '../gates/verdict.ts';
import { replayVerdicts } from './replay-verdicts.ts';
import type { Look, Target } from './target.ts';

/**
 * Looks at everything a gate names, once. Never throws for a source that does not answer: that is the outcome `error`. Checks
 * and thresholds are about the end of the bake and are not asked before; what may stop it early is looked at every time.
 *
 * @param baseline what went on before the stage
 */
export async function evaluateGate(
  gate: Gate,
  target: Target,
  look: Look,
  baseline?: Baseline,
): Promise<{ outcome: GateOutcome; verdicts: Verdict[] }> {
  const isOver = look.nowMs - look.sinceMs >= gate.bakeMs;
  const metrics = isOver ? gate.metrics : gate.metrics.filter(({ test }) => test !== 'threshold');
  const verdicts = await Promise.all([
    ...(isOver ? gate.checks : []).map((check) => readinessVerdict(check, target)),
    ...metrics.map((metric) => metricVerdict(metric, target, look)),
  ]);
  const left = gate.checks.length + gate.metrics.length - verdicts.length;
  verdicts.push(...(await replayVerdicts(gate, target, look, baseline)));
  return { outcome: left > 0 ? combine([...verdicts, YET_TO_ASK]) : combine(verdicts), verdicts };
}

/** What has not been asked has not passed. */
const YET_TO_ASK = { outcome: 'inconclusive' as const };

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
  const elapsedMs = look.nowMs - look.sinceMs;
  try {
    return judge(check, await target.sample(check, look), { elapsedMs });
  } catch (error) {
    if (!isMeshError(error)) throw error;
    return verdictOf(check, questionOf(check, elapsedMs), { outcome: 'error', why: error.causeText });
  }
}
