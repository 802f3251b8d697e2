import { meshError } from '../../errors/index.ts';
import { finding } from '../finding.ts';
import type { Gate, MetricCheck } from '../gate.ts';
import { movesByWeights } from '../paths.ts';
import type { PlanFinding, StageDraft } from '../plan.ts';
import type { EstateView } from '../view.ts';
import { rungsOf } from './ladder.ts';
import { bakePolicy } from './watch.ts';

/** What a reviewer must know of the times that a plan makes of stated rates: gates that will pause, rungs that are left out. */
export function bakeFindings(view: EstateView, stages: readonly StageDraft[]): PlanFinding[] {
  return [...stages.flatMap(lackingGates), ...stages.flatMap((stage) => missingRungs(view, stage))];
}

function lackingGates({ id, subjects, steps, gate }: StageDraft): PlanFinding[] {
  const gates = [...steps.map((step) => ({ of: `${id}/${step.action}`, gate: step.gate })), { of: id, gate }];
  return gates.flatMap(({ of, gate: own }) => {
    const metric = own && lacking(own);
    if (!metric) return [];
    const error = meshError('MW1370', {
      gate: of,
      metric: metric.subject,
      needed: String(metric.minRequests),
      expected: String(metric.expectedRequests ?? 0),
      seconds: String(metric.windowSeconds ?? 0),
    });
    return [finding('MW1370', 'warning', subjects[0] ?? id, error)];
  });
}

/** Of the metrics that will not have what they need, the one that lacks most. */
function lacking({ metrics }: Gate): MetricCheck | undefined {
  const part = ({ expectedRequests = 0, minRequests }: MetricCheck): number => expectedRequests / minRequests;
  const short = metrics.filter((one) => one.expectedRequests !== undefined && one.expectedRequests < one.minRequests);
  return short.toSorted((a, b) => part(a) - part(b))[0];
}

function missingRungs(view: EstateView, { move, subjects }: StageDraft): PlanFinding[] {
  const moved = view.inventory.workloads.find(({ id }) => id === subjects[0])?.service;
  const service = move === 'shift' && moved !== undefined ? view.service(moved) : undefined;
  // A switch by DNS has no rungs that could be left out.
  if (service?.protocol !== 'http' || !movesByWeights(service)) return [];
  const kept = rungsOf(view, service).map(({ weight }) => weight);
  const weights = view.estate.policy.ladder.filter((weight) => !kept.includes(weight));
  if (weights.length === 0) return [];
  const seconds = String(bakePolicy(view).maxBakeSeconds);
  const error = meshError('MW1371', { service: service.name, weights: weights.join(', '), seconds });
  return [finding('MW1371', 'info', service.name, error)];
}
