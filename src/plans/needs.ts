import type { StageDraft } from './plan.ts';
import { type EstateView, placeOf } from './view.ts';

/**
 * The stages, with those before each that it cannot be done without. A join needs what was done of its own services
 * before, and a VM those of its callees that join before it; every later move also needs what was done of its callers,
 * since weights, STRICT and the end of a unit count on each of them.
 */
export function withNeeds(view: EstateView, stages: readonly StageDraft[]): StageDraft[] {
  if (!view.estate.policy.failureBudget) return [...stages];
  const isAmong = (id: string, wanted: ReadonlySet<string>): boolean => [...(services.get(id) ?? [])].some((one) => wanted.has(one));
  const services = new Map(stages.map((stage) => [stage.id, servicesOf(view, stage)]));
  return stages.map((stage, at) => {
    const wanted = neededServices(view, stage, services.get(stage.id) ?? new Set());
    const needs = stages.slice(0, at).filter(({ id }) => isAmong(id, wanted)).map(({ id }) => id);
    return needs.length === 0 ? stage : { ...stage, needs };
  });
}

function servicesOf(view: EstateView, { subjects }: StageDraft): Set<string> {
  return new Set(subjects.flatMap((id) => view.workload(id)?.service ?? []));
}

function neededServices(view: EstateView, { move, subjects }: StageDraft, own: ReadonlySet<string>): Set<string> {
  if (move === 'join' || move === 'publish') {
    const units = subjects.filter((id) => placeOf(id) !== undefined);
    return new Set([...own, ...units.flatMap((id) => view.calleesOf(id).map(({ name }) => name))]);
  }
  // What a proxy is told of has to be there: the names of its callees, and its own join.
  if (move === 'scope') return new Set([...own, ...subjects.flatMap((id) => view.calleesOf(id).map(({ name }) => name))]);
  const callers = [...own].flatMap((name) => view.callersOf(name));
  return new Set([...own, ...callers.flatMap((id) => view.workload(id)?.service ?? [])]);
}
