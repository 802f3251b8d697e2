import { meshError } from '../../errors/index.ts';
import { kubeId } from '../../inventory/ids.ts';
import type { KubeWorkload } from '../../inventory/schema.ts';
import type { Operation } from '../operation.ts';
import { hit, type LintRule } from './rule.ts';
import { isRestart, type LintView, type PlacedStep } from './view.ts';

/** Rules about what restarts and what is cut: that it is said, and that there is room for it. */
export const restartRules: readonly LintRule[] = [
  {
    code: 'MW1819',
    level: 'error',
    why: 'promise P4: nothing is lost that was not declared before it happened',
    find: (view) =>
      view.steps.flatMap(({ step }) => {
        if (step.interruption !== 'none') return [];
        return step.apply.flatMap((operation) => {
          const effect = effectOf(view, operation);
          const args = { step: step.id, operation: operation.op, effect: effect ?? '' };
          return effect === undefined ? [] : [hit(step.id, meshError('MW1819', args))];
        });
      }),
  },
  {
    code: 'MW1820',
    level: 'warning',
    needs: ['inventory'],
    why: 'a drain of a node at the same time takes away pods that a rollout counts on, unless a budget forbids it',
    unknown: (view) => {
      const restarted = new Set(restarts(view).map(({ cluster }) => cluster));
      const unread = [...restarted].filter((name) => view.cluster(name)?.disruptionBudgets === undefined);
      return unread.length === 0 ? undefined : `PodDisruptionBudgets of cluster ${unread.join(', ')} were not read`;
    },
    find: (view) =>
      restarts(view).flatMap(({ step, cluster, facts }) => {
        const budgets = view.cluster(cluster)?.disruptionBudgets;
        const own = budgets?.filter(({ namespace }) => namespace === facts.namespace) ?? [];
        // One that selects by more than plain labels may select these too.
        const isCovered = own.some(({ selector }) => selector === null || covers(selector, facts.podLabels));
        const workload = kubeId(cluster, facts.namespace, facts.kind, facts.name);
        if (budgets === undefined || isCovered || facts.replicas === 0) return [];
        return [hit(step.id, meshError('MW1820', { step: step.id, workload }))];
      }),
  },
  {
    code: 'MW1821',
    level: 'warning',
    needs: ['inventory'],
    why: 'a pod that goes before its successor is ready takes its share of the calls with it',
    find: (view) =>
      restarts(view).flatMap(({ step, cluster, facts }) => {
        const { replicas, surges, namespace, kind, name } = facts;
        const workload = kubeId(cluster, namespace, kind, name);
        if (surges || replicas === 0) return [];
        return [hit(step.id, meshError('MW1821', { step: step.id, workload, replicas }))];
      }),
  },
];

/** What an operation does to connections, where it does. */
function effectOf(view: LintView, operation: Operation): string | undefined {
  switch (operation.op) {
    case 'kube.set':
      return isRestart(operation) ? 'restarts pods' : undefined;
    case 'host.recycle':
      return 'restarts a unit that holds on to its connections';
    case 'host.retire':
      return 'stops a unit for good';
    case 'route.weights': {
      const spec = view.manifestOf(operation.cluster, operation.ref)?.['spec'];
      return (spec as { tcp?: unknown } | undefined)?.tcp === undefined ? undefined : 'closes connections of TCP when proxies drain';
    }
    default:
      return undefined;
  }
}

const covers = (selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

/** The pods that steps restart, as far as the inventory knows them. */
function restarts(view: LintView): (PlacedStep & { cluster: string; facts: KubeWorkload })[] {
  return view.operations('kube.set').flatMap(({ operation, ...placed }) => {
    const facts = isRestart(operation) ? view.workload(operation.cluster, operation.ref) : undefined;
    return facts ? [{ ...placed, cluster: operation.cluster, facts }] : [];
  });
}
