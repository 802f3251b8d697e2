import type { MigrationPlan } from '../../plans/plan.ts';
import { nameOf } from './facts.ts';
import { type EstateHistory, standingWords } from './history.ts';

/** What a plan does to one service. */
export interface ServiceRow {
  service: string;
  path: string;
  why: string;
  /** `join in wave 2, shift in wave 4`. */
  moves: string;
  /** Where its workloads stand at the start and at the end; absent without an inventory. */
  before?: string[];
  after?: string[];
}

/** One row for each service of a plan, in the plan's order. Pure. */
export function serviceRows(plan: MigrationPlan, history: EstateHistory | undefined): ServiceRow[] {
  const stages = plan.stages.map((stage) => ({ ...stage, name: nameOf(stage).replace(/-twin(-[a-z0-9.-]+)?$/, '') }));
  const byName = Map.groupBy(stages, ({ name }) => name);
  const moments = [...(history?.moments.values() ?? [])];
  const [first, last] = [moments[0], moments.at(-1)].map(
    (moment) => moment && Map.groupBy(moment.after.workloads.values(), ({ service }) => service),
  );
  return plan.paths.map(({ service, path, why }) => {
    const ids = new Set(last?.get(service)?.map(({ id }) => id));
    // Services that share a host move in stages that are named after the host.
    const own = byName.get(service) ?? [];
    const shared = stages.filter((one) => !own.includes(one) && one.subjects.some((id) => ids.has(id)));
    const moves = [...own, ...shared]
      .toSorted((a, b) => a.wave - b.wave)
      .map(({ move, wave }) => `${move} in wave ${wave}`);
    const standings = (of: typeof last): string[] =>
      (of?.get(service) ?? []).map((one) => `${one.id}: ${standingWords(one)}`);
    return {
      service,
      path,
      why,
      moves: [...new Set(moves)].join(', '),
      ...(history && { before: standings(first), after: standings(last) }),
    };
  });
}
