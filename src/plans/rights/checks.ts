import type { Check, CheckKind, CheckOf, ProxyRef } from '../check.ts';
import { type KubeRight, onHost, onObject, type Right } from './right.ts';

type Place = { cluster: string; namespace: string };
type WorkloadName = Exclude<ProxyRef, { host: string }>;

const one = (check: CheckOf<'kube.present'> | CheckOf<'kube.absent'>): Right[] =>
  onObject(check.cluster, check, ['get']);

const pods = ({ cluster, namespace }: Place, subresource?: 'exec'): KubeRight => ({
  ...{ on: 'cluster', cluster, namespace, apiVersion: 'v1', kind: 'Pod', verb: 'list' },
  ...(subresource && { subresource }),
});

const workload = ({ cluster, namespace, kind, name }: WorkloadName): Right[] => [
  ...onObject(cluster, { apiVersion: 'apps/v1', kind, namespace, name }, ['get']),
  pods({ cluster, namespace }),
];

const entries = ({ cluster, namespace }: Place): Right[] => [
  { on: 'cluster', cluster, namespace, apiVersion: 'networking.istio.io/v1', kind: 'WorkloadEntry', verb: 'list' },
];

/** A WebSocket is opened by a GET; servers that ask for the verb of what it does want `create` too. */
const exec = (place: Place): Right[] =>
  (['get', 'create'] as const).map((verb) => ({ ...pods(place, 'exec'), verb }));

/** What it takes to ask a caller's proxies. */
export const proxy = (caller: ProxyRef): Right[] =>
  'host' in caller ? onHost(caller.host, 'script') : [...workload(caller), ...exec(caller)];

/** What each kind of check asks for. The one place where that is written: the handlers are tested against it. */
export const checkRights: { readonly [K in CheckKind]: (check: CheckOf<K>) => Right[] } = {
  'kube.present': one,
  'kube.absent': one,
  'route.accepted': ({ cluster, namespace, name }) =>
    onObject(cluster, { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', namespace, name }, ['get']),
  'workload.rolledOut': workload,
  'entry.registered': entries,
  'entry.absent': entries,
  'proxy.ready': ({ host }) => onHost(host, 'script'),
  'host.login': ({ host }) => onHost(host, 'login'),
  // The date is in any answer of the API server, its version among them, which everybody may ask for.
  'host.clock': ({ host }) => onHost(host, 'script'),
  'credential.outlives': ({ host }) => onHost(host, 'script'),
  'host.captured': ({ host }) => onHost(host, 'script'),
  'host.clean': ({ host }) => onHost(host, 'script'),
  'proxy.endpoints': ({ callers }) => callers.flatMap(proxy),
  'proxy.lacks': ({ callers }) => callers.flatMap(proxy),
  'proxy.calls': ({ callers }) => callers.flatMap(proxy),
  'host.proxied': ({ host }) => onHost(host, 'script'),
  'name.resolves': ({ hosts }) => hosts.flatMap((host) => onHost(host, 'login')),
  'unit.unreached': ({ host }) => onHost(host, 'script'),
  'unit.retired': ({ host }) => onHost(host, 'script'),
};

/** What one check asks for. */
export function rightsOfCheck(check: Check): Right[] {
  // Each row takes its own kind of check; the table keeps them apart and the compiler cannot follow that.
  return (checkRights[check.check] as (check: Check) => Right[])(check);
}
