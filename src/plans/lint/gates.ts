import { meshError } from '../../errors/index.ts';
import type { MetricCheck } from '../gate.ts';
import { boundsOf, partsOf } from '../metric-parts.ts';
import type { Stage } from '../plan.ts';
import { placeOf } from '../view.ts';
import { callsIn } from './calls.ts';
import { hit, hitOf, type LintHit, type LintLevel, type LintRule } from './rule.ts';
import type { LintView, PlacedGate } from './view.ts';

/** Rules about gates: that they watch, compare, wait and look at the right time. */
export const gateRules: readonly LintRule[] = [
  {
    code: 'MW1814',
    level: 'warning',
    why: 'a gate that watches no traffic passes whatever the stage did to it',
    find: (view) => [...blindRungs(view), ...blindStages(view)],
  },
  {
    code: 'MW1815',
    level: 'error',
    why: 'a number is judged by a baseline: what is the least and the greatest that it may be',
    find: (view) =>
      metrics(view)
        .filter(({ metric }) => isUnbounded(metric))
        .map(({ of, metric }) => hit(of, meshError('MW1815', { gate: of, metric: metricName(metric) }))),
  },
  {
    code: 'MW1816',
    level: 'error',
    why: 'no data is inconclusive and never passes: a gate must say how little is too little, and for how long it asks again',
    find: (view) => [...withoutLeast(view), ...withoutPatience(view)],
  },
  {
    code: 'MW1817',
    level: 'error',
    why: 'what was before the step says nothing of it, and hides what it did',
    find: (view) =>
      metrics(view).flatMap(({ of, gate, metric }) => {
        const windowMs = Math.max(...partsOf(metric).map(([, query]) => longestWindowMs(query)));
        if (windowMs <= gate.bakeMs) return [];
        const args = { gate: of, bake: gate.bakeMs / 1000, metric: metricName(metric), window: windowMs / 1000 };
        return [hit(of, meshError('MW1817', args))];
      }),
  },
  {
    code: 'MW1818',
    level: 'warning',
    needs: ['estate'],
    why: 'a gate with metrics that nobody can answer pauses the run at its first stage',
    find: (view) => {
      const count = metrics(view).filter(({ metric }) => metric.test === 'threshold' && !metric.tally).length;
      const hasSource = view.estate.metrics.prometheus !== undefined;
      return hasSource || count === 0 ? [] : [hit('plan', meshError('MW1818', { count }))];
    },
  },
];

/** A sequential test has what is beside it, or its baseline. */
const isUnbounded = (metric: MetricCheck): boolean => {
  const { min, max } = boundsOf(metric);
  return (metric.test === 'threshold' || metric.test === 'tripwire') && min === undefined && max === undefined;
};

const metricName = ({ name, subject }: MetricCheck): string => `${name} of ${subject}`;

const metrics = (view: LintView): (PlacedGate & { metric: MetricCheck })[] =>
  view.gates().flatMap((placed) => placed.gate.metrics.map((metric) => ({ ...placed, metric })));

/** Steps that move weights without a metric of their own. */
function blindRungs(view: LintView): LintHit[] {
  return view.operations('route.weights').flatMap(({ stage, step, operation }) => {
    if ((step.gate?.metrics.length ?? 0) > 0) return [];
    const args = { gate: step.id, also: also(step.gate), what: `the weights of ${operation.ref.name}` };
    return [hitOf(levelOf(view, stage, 'error'), step.id, meshError('MW1814', args))];
  });
}

/** Stages without a metric, neither their own nor a step's. */
function blindStages(view: LintView): LintHit[] {
  return view.plan.stages.flatMap((stage) => {
    const { id, gate, steps, subjects } = stage;
    const isSeen = gate.metrics.length > 0 || steps.some((step) => (step.gate?.metrics.length ?? 0) > 0);
    const moves = steps.some(({ apply }) => apply.some(({ op }) => op === 'route.weights'));
    if (isSeen || moves) return [];
    const args = { gate: id, also: also(gate), what: subjects.join(', ') };
    const level = gate.checks.length === 0 ? 'error' : levelOf(view, stage, 'warning');
    return [hitOf(level, id, meshError('MW1814', args))];
  });
}

const also = (gate: PlacedGate['gate'] | undefined): string => ((gate?.checks.length ?? 0) === 0 ? ' and no check' : '');

/**
 * Where nobody was seen to call, there is nothing to measure; where nobody knows, it is worth a look. Pods that join are judged by
 * what they send, a host by what it gets too, and every later stage by what its services get.
 */
function levelOf(view: LintView, { move, subjects }: Stage, whenCalled: LintLevel): LintLevel {
  if (!view.inputs.inventory) return 'warning';
  const own = view.inventory.workloads.filter(({ id }) => subjects.includes(id));
  const gets = move !== 'join' || subjects.some((id) => placeOf(id) !== undefined);
  const services = new Set(gets ? own.map(({ service }) => service) : []);
  const isCalled = callsIn(view).some(
    ({ from, service, isObserved }) => isObserved && (services.has(service) || (move === 'join' && subjects.includes(from))),
  );
  return isCalled ? whenCalled : 'info';
}

/** Of a count of errors nothing is waited for: there, none is an answer. */
function withoutLeast(view: LintView): LintHit[] {
  return metrics(view)
    .filter(({ metric }) => metric.minRequests <= 0 && metric.name !== 'error-count' && metric.test !== 'tripwire')
    .map(({ of, metric }) => {
      const what = `${metricName(metric)} decides with no request at all`;
      return hit(of, meshError('MW1816', { gate: of, what }));
    });
}

function withoutPatience(view: LintView): LintHit[] {
  return view
    .gates()
    .filter(({ gate }) => gate.timeoutMs === 0 && gate.metrics.length + gate.checks.length > 0)
    .map(({ of }) => hit(of, meshError('MW1816', { gate: of, what: 'it is asked once, and pauses the run at the first answer without data' })));
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The longest range of a query, in milliseconds (PromQL, "Range Vector Selectors": `[5m]`, `[1h30m]`, `[5m:1m]`). */
function longestWindowMs(query: string): number {
  const ranges = [...query.matchAll(/\[((?:\d+(?:ms|[smhd]))+)(?::[^\]]*)?\]/g)].map(([, range = '']) => range);
  const lengths = ranges.map((range) =>
    [...range.matchAll(/(\d+)(ms|[smhd])/g)].reduce((sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 0), 0),
  );
  return Math.max(0, ...lengths);
}
