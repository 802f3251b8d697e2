import { meshError } from '../../errors/index.ts';
import { wavePolicySchema } from '../../estate/wave-policy.ts';
import { components } from '../../graph/components.ts';
import { rungsOf } from '../positions.ts';
import { placeOf } from '../view.ts';
import { callsIn } from './calls.ts';
import { hitOf, type LintRule } from './rule.ts';
import { isRestart, type LintView } from './view.ts';

/** What joins together: the services of a host, or one of pods. */
export interface LintGroup {
  name: string;
  services: string[];
  /** Workloads of it that are not in the mesh yet. */
  workloads: string[];
}

/** Hard rule 5. */
export const circleRules: readonly LintRule[] = [
  {
    code: 'MW1813',
    level: 'error',
    needs: ['inventory'],
    why: 'hard rule 5: what calls each other in a circle moves together, unless the circle is larger than a wave may be',
    find: (view) => {
      // Where no order keeps the policy, the plan says which of its words cannot hold: that circles are cut follows from it.
      if (view.plan.findings.some(({ code }) => code === 'MW1340')) return [];
      const waves = wavesOfWorkloads(view);
      const moved = new Set(view.plan.stages.flatMap(({ subjects }) => subjects));
      const joining = (group: LintGroup): boolean => group.workloads.some((id) => moved.has(id));
      return circlesIn(view, joining).flatMap((circle) => {
        const ids = circle.flatMap(({ workloads }) => workloads);
        const own = [...new Set(ids.flatMap((id) => waves.get(id) ?? []))].toSorted((a, b) => a - b);
        if (own.length < 2) return [];
        const members = circle.flatMap(({ services }) => services);
        const level = ids.length > maxWorkloads(view) ? 'warning' : 'error';
        const error = meshError('MW1813', { members: members.join(', '), waves: own.join(', ') });
        return [hitOf(level, members[0] ?? '', error)];
      });
    },
  },
];

/** The estate's own word, or what it is by default. */
const maxWorkloads = ({ inputs: { estate } }: LintView): number =>
  (estate?.estate.policy.waves ?? wavePolicySchema.parse({})).maxWorkloads;

/**
 * Groups that call each other in a circle. What anything on a host calls counts as the host's.
 *
 * @param counts which of the groups there are: a circle through one that is in the mesh already, or stays outside, binds nobody
 */
export function circlesIn(view: LintView, counts: (group: LintGroup) => boolean = () => true): LintGroup[][] {
  const groups = groupsIn(view).filter(counts);
  const ofService = new Map(groups.flatMap(({ services }, at) => services.map((name) => [name, at] as const)));
  const ofHost = new Map(groups.flatMap(({ name }, at) => (name.startsWith('vm/') ? [[name.slice(3), at] as const] : [])));
  const serviceOf = new Map(view.inventory.workloads.map(({ id, service }) => [id, service]));
  const successors = groups.map(() => new Set<number>());
  for (const { from, service } of callsIn(view)) {
    const callee = ofService.get(service);
    const caller = ofService.get(serviceOf.get(from) ?? '') ?? ofHost.get(placeOf(from)?.host ?? '');
    if (caller !== undefined && callee !== undefined && caller !== callee) successors[caller]?.add(callee);
  }
  return components(groups.length, successors.map((one) => [...one].toSorted((a, b) => a - b)))
    .filter((members) => members.length > 1)
    .map((members) => members.toSorted((a, b) => a - b).flatMap((member) => groups[member] ?? []));
}

/** The services of the inventory by what they join with: those with a unit by its host, but for units that never join. */
export function groupsIn({ inventory: { workloads }, plan }: LintView): LintGroup[] {
  const alone = new Set(plan.paths.flatMap(({ service, path }) => (path === 'platform-first' || path === 'direct' ? [service] : [])));
  const units = workloads.filter(({ service }) => !alone.has(service));
  const hostOf = new Map(units.flatMap(({ id, service }) => (placeOf(id) ? [[service, placeOf(id)?.host] as const] : [])));
  const nameOf = (service: string): string => (hostOf.has(service) ? `vm/${hostOf.get(service) ?? ''}` : service);
  const byName = Map.groupBy(workloads, ({ service }) => nameOf(service));
  return [...byName].map(([name, own]) => ({
    name,
    services: [...new Set(own.map(({ service }) => service))],
    workloads: own.filter(({ position }) => position.mesh === 'off').map(({ id }) => id),
  }));
}

/**
 * The waves in which each subject joins: of the stages that capture a host or restart pods to join them. A stage that moves
 * weights too is the shift of path `direct`, which comes after all joins.
 */
export function wavesOfWorkloads(view: LintView): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const stage of view.plan.stages) {
    if (rungsOf(stage).length > 0) continue;
    const joins = stage.steps.some(({ apply }) =>
      apply.some((one) => one.op === 'host.capture' || (one.op === 'kube.set' && isRestart(one))),
    );
    if (joins) for (const id of stage.subjects) found.set(id, [...(found.get(id) ?? []), stage.wave]);
  }
  return found;
}
