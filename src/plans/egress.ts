import { isUnitRef, type EstateService } from '../estate/schema.ts';
import { twinsOf } from '../estate/twins.ts';
import { workloadIdOf } from '../inventory/ids.ts';
import { selects } from '../inventory/landmarks.ts';
import type { EgressIntent, PublishedName } from '../providers/provider.ts';
import type { Group } from './groups.ts';
import { publishedName } from './members.ts';
import { type EstateView, isPublished } from './view.ts';

type ServiceName = EgressIntent['services'][number];

/** What the workloads behind one proxy call, in the mesh's terms; sorted, each once. */
export interface Called {
  /** Of the estate: those that the mesh knows by a name that is published. */
  published: EstateService[];
  names: PublishedName[];
  services: ServiceName[];
  hosts: string[];
}

/**
 * Whom the workloads behind one proxy call, by what was seen and what is declared. A twin calls what its unit does, once it has
 * taken over; of several twins nobody knows before which calls what. What speaks first is known to no proxy.
 *
 * @param callers nodes: of a host, all on it that were seen to call
 */
export function calledBy(view: EstateView, callers: readonly string[]): Called {
  const from = [...new Set(callers.flatMap((id) => [id, ...unitBehind(view, id)]))];
  const calls = from.flatMap((id) => view.callsFrom(id));
  const called = new Set(calls.flatMap(({ to }) => view.serviceAt(to) ?? []));
  const services = [...called].sort().flatMap((name) => view.service(name) ?? []);
  const strangers = calls.flatMap(({ to }) => serviceNode(view, to));
  const own = [...new Set(from.flatMap((id) => view.workload(id)?.service ?? []))].flatMap((name) => view.service(name)?.alsoCalls ?? []);
  const published = services.filter((service) => isNamed(view, service));
  return {
    published,
    names: published.map((service) => publishedName(view, service)),
    services: distinct([...services.flatMap((service) => clusterServices(view, service)), ...strangers]),
    hosts: [...new Set([...services.flatMap((service) => otherName(view, service)), ...own])].sort(),
  };
}

/** All that runs behind the proxy of a group's host: what is no service of the estate is captured too. */
export const callersBehind = (view: EstateView, { host = '', services }: Group): string[] =>
  [...new Set([...services.map(({ workload }) => workloadIdOf(workload)), ...view.callersOn(host)])].sort();

function unitBehind(view: EstateView, id: string): string[] {
  const { role, service: name = '' } = view.workload(id) ?? {};
  const service = role === 'twin' ? view.service(name) : undefined;
  return service && isUnitRef(service.workload) ? [workloadIdOf(service.workload)] : [];
}

/** Whether a plan makes a service's name known to proxies: that of a unit. */
export const isNamed = (view: EstateView, service: EstateService): boolean =>
  isPublished(service) && isUnitRef(service.workload) && view.namespaceOf(service) !== undefined;

/** Of what runs in Kubernetes alone no name is published: it may be known by one that somebody else made. */
const otherName = (view: EstateView, service: EstateService): string[] =>
  isNamed(view, service) || service.serverFirst || service.hostname === undefined || /\.svc\.cluster\.local$/.test(service.hostname) ? [] : [service.hostname];

/** The Services of the cluster before a service's pods, be they its own or its twins'. */
export function clusterServices(view: EstateView, service: EstateService): ServiceName[] {
  return [service.workload, ...twinsOf(service)].flatMap((ref) => {
    const facts = isUnitRef(ref) ? undefined : view.kubeWorkload(ref);
    const all = isUnitRef(ref) ? [] : (view.cluster(ref.cluster)?.services ?? []);
    return all.filter((one) => facts !== undefined && selects(one, facts)).map(({ namespace, name }) => ({ namespace, name }));
  });
}

/** A Service of the cluster that is nobody's of the estate, or pods of it: then all Services before them. */
function serviceNode(view: EstateView, to: string): ServiceName[] {
  const [, cluster = '', namespace = '', kind = '', name = ''] = /^external\/k8s\/([^/]+)\/([^/]+)\/([^/]+)\/(.+)$/.exec(to) ?? [];
  if (kind === 'Service') return [{ namespace, name }];
  const facts = kind === '' ? undefined : view.kubeWorkload({ cluster, namespace, kind, name });
  if (facts === undefined) return [];
  return (view.cluster(cluster)?.services ?? []).filter((one) => selects(one, facts)).map((one) => ({ namespace: one.namespace, name: one.name }));
}

export function distinct(services: readonly ServiceName[]): ServiceName[] {
  const byName = new Map(services.map((one) => [`${one.namespace}/${one.name}`, { namespace: one.namespace, name: one.name }]));
  return [...byName.keys()].sort().flatMap((key) => byName.get(key) ?? []);
}
