import { meshError } from '../../errors/index.ts';
import type { Amounts, Autoscaler, ClusterFacts, ResourceQuota } from '../../inventory/schema.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';
import type { AssessedPods, AssessView } from '../view.ts';

type Resource = 'cpu' | 'memory';
type Resources = NonNullable<NonNullable<ClusterFacts['mesh']>['proxyResources']>;

const resources: readonly Resource[] = ['cpu', 'memory'];

/** P17: each pod that joins asks for its proxy's share as well, within the quota of its namespace and before its autoscaler. */
export const headroom: Analyzer = {
  id: 'P17',
  title: 'Room for the proxies',
  looksAt: ['clusters'],
  codes: ['MW1756', 'MW1757', 'MW1758', 'MW1759'],
  analyze: (view) => [
    ...view.namespaces.flatMap(({ cluster, namespace }) => inNamespace(view, cluster, namespace)),
    ...view.pods.filter(({ facts }) => !facts.meshed).flatMap(autoscaled),
  ],
};

function inNamespace({ pods }: AssessView, cluster: ClusterFacts, namespace: string): Draft[] {
  const subject = `k8s/${cluster.name}/${namespace}`;
  const joining = pods.filter((one) => one.cluster === cluster && one.ref.namespace === namespace && !one.facts.meshed);
  if (joining.length === 0) return [];
  if (cluster.quotas === undefined) return [notKnown(subject, 'ResourceQuotas were not read')];
  const quotas = cluster.quotas.filter((quota) => quota.namespace === namespace);
  const proxy = cluster.mesh?.proxyResources;
  if (quotas.length === 0) return [];
  if (proxy === undefined) return [notKnown(subject, 'what a proxy asks for was not read')];
  const count = [...new Map(joining.map((one) => [one.id, one.facts.replicas])).values()].reduce(
    (sum, one) => sum + one,
    0,
  );
  return quotas.flatMap((quota) => quotaFindings(subject, quota, proxy, count));
}

function quotaFindings(subject: string, quota: ResourceQuota, proxy: Resources, count: number): Draft[] {
  if (quota.isScoped) return [notKnown(subject, `quota ${quota.name} counts some pods only`)];
  return (['requests', 'limits'] as const).flatMap((side) =>
    resources.flatMap((resource) => {
      const { hard, used } = quota[side];
      const [limit, each] = [hard[resource], proxy[side][resource]];
      if (limit === undefined) return [];
      const what = `${side}.${resource}`;
      if (each === undefined)
        return [draft('warning', subject, `${what} has a quota`, meshError('MW1757', { quota: quota.name, what }))];
      const left = limit - (used[resource] ?? 0);
      if (each * count <= left) return [];
      const evidence = `${what}: ${amount(resource, left)} left of ${amount(resource, limit)}`;
      const needed = amount(resource, each * count);
      return [draft('error', subject, evidence, meshError('MW1756', { quota: quota.name, what, count, needed }))];
    }),
  );
}

function autoscaled({ id, cluster, facts }: AssessedPods): Draft[] {
  const { autoscalers, mesh } = cluster;
  if (autoscalers === undefined) return [notKnown(id, 'HorizontalPodAutoscalers were not read')];
  const own = autoscalers.filter(
    ({ namespace, target }) =>
      namespace === facts.namespace && target.kind === facts.kind && target.name === facts.name,
  );
  return own
    .filter(({ byShareOf }) => byShareOf.length > 0)
    .flatMap((one) => ofAutoscaler(id, one, mesh?.proxyResources?.requests));
}

function ofAutoscaler(id: string, { name, byShareOf }: Autoscaler, proxy: Amounts | undefined): Draft[] {
  if (proxy === undefined) return [notKnown(id, 'what a proxy asks for was not read')];
  const unsaid = byShareOf.filter(
    (resource) => (resource === 'cpu' || resource === 'memory') && proxy[resource] === undefined,
  );
  const evidence = `scales by the share of ${byShareOf.join(', ')}`;
  if (unsaid.length > 0)
    return [draft('warning', id, evidence, meshError('MW1759', { autoscaler: name, resources: unsaid.join(', ') }))];
  return [draft('info', id, evidence, meshError('MW1758', { autoscaler: name, workload: id }))];
}

/** CPU in thousandths of a core, memory in mebibytes, as manifests write them. */
function amount(resource: Resource, value: number): string {
  return resource === 'cpu' ? `${value}m` : `${Math.round(value / 2 ** 20)}Mi`;
}
