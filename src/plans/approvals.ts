import type { Approval } from '../estate/people-policy.ts';
import type { StageDraft } from './plan.ts';
import type { EstateView } from './view.ts';

/** The stages, with why a person has to let them begin: the reasons of all the estate's rules that fit. */
export function withApprovals(view: EstateView, stages: readonly StageDraft[]): StageDraft[] {
  const rules = view.estate.policy.approval ?? [];
  return stages.map((stage) => {
    const reasons = rules.filter((rule) => fits(view, rule, stage)).map(({ reason }) => reason);
    return reasons.length === 0 ? stage : { ...stage, approval: [...new Set(reasons)].join('; ') };
  });
}

/** A rule fits where all that it says does. */
function fits(view: EstateView, rule: Approval, { move, steps, subjects }: StageDraft): boolean {
  const names = new Set(view.inventory.workloads.flatMap(({ id, service }) => (subjects.includes(id) ? [service] : [])));
  const services = [...names].flatMap((name) => view.service(name) ?? []);
  const isOneOf = <T>(wanted: readonly T[] | undefined, found: readonly (T | undefined)[]): boolean =>
    wanted === undefined || found.some((one) => one !== undefined && wanted.includes(one));
  return (
    isOneOf<string>(rule.moves, [move]) &&
    isOneOf<string>(rule.interruptions, steps.map(({ interruption }) => interruption)) &&
    isOneOf(rule.services, services.map(({ name }) => name)) &&
    isOneOf(rule.owners, services.map(({ owner }) => owner)) &&
    isOneOf(rule.tiers, services.map(({ tier }) => tier))
  );
}
