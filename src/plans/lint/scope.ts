import { meshError } from '../../errors/index.ts';
import { isTold } from '../foreign-scopes.ts';
import type { KubeManifest } from '../operation.ts';
import { placeOf } from '../view.ts';
import { callsIn, joinsIn, type LintCall } from './calls.ts';
import { hit, type LintRule } from './rule.ts';
import type { LintView, Placed } from './view.ts';

/** What proxies are told of. */
export const scopeRules: readonly LintRule[] = [
  {
    code: 'MW1372',
    level: 'error',
    needs: ['inventory'],
    why: 'a proxy that is not told of a name, or of what its route weighs, sends its calls past the mesh or nowhere',
    find: (view) => {
      const calls = callsIn(view);
      return scopes(view).flatMap((placed) => {
        const found = calls.filter((call) => isBehind(view, placed, call)).flatMap((call) => lackedBy(view, placed, call).map((host) => ({ call, host })));
        const distinct = new Map(found.map((one) => [`${one.call.from} ${one.host}`, one]));
        return [...distinct.values()].map(({ call: { from, service }, host }) =>
          hit(placed.step.id, meshError('MW1372', { step: placed.step.id, caller: from, host, service })),
        );
      });
    },
  },
  {
    code: 'MW1373',
    level: 'error',
    needs: ['inventory'],
    why: 'whom a workload calls is known by its own proxy, and only once that has counted for a while',
    find: (view) => {
      const { hosts, workloads } = joinsIn(view);
      return scopes(view).flatMap(({ stage, step, at }) =>
        stage.subjects
          .filter((id) => (workloads.get(id) ?? hosts.get(placeOf(id)?.host ?? '') ?? Infinity) > at)
          .map((id) => hit(step.id, meshError('MW1373', { step: step.id, caller: id }))),
      );
    },
  },
];

type PlacedScope = Placed<'kube.create'>;

const scopes = (view: LintView): PlacedScope[] => view.operations('kube.create').filter(({ operation: { manifest } }) => manifest.kind === 'Sidecar');

/** A call from a workload of the stage, or from what took over from it or shares its host. */
function isBehind({ inventory }: LintView, { stage: { subjects } }: PlacedScope, { from }: LintCall): boolean {
  const hosts = subjects.flatMap((id) => placeOf(id)?.host ?? []);
  const services = inventory.workloads.filter(({ id }) => subjects.includes(id)).map(({ service }) => service);
  const caller = inventory.workloads.find(({ id }) => id === from);
  return hosts.includes(placeOf(from)?.host ?? '-') || (caller !== undefined && services.includes(caller.service) && hosts.length === 0);
}

/** Hosts of a called service that the plan makes known and the object does not name. */
function lackedBy(view: LintView, { operation: { manifest } }: PlacedScope, { service: name }: LintCall): string[] {
  const told = ((manifest['spec'] as ScopeSpec | undefined)?.egress ?? []).flatMap(({ hosts = [] }) => hosts);
  const made = view.operations('kube.create').map(({ operation }) => operation.manifest);
  const entries = made.filter(({ kind, metadata }) => kind === 'ServiceEntry' && metadata.name === name);
  const needed = entries.flatMap((entry) => [
    ...hostsOf(entry).map((host) => ({ namespace: entry.metadata.namespace, host })),
    ...made.filter((one) => isRouteOf(one, entry.metadata.namespace, name)).flatMap(backendsOf),
  ]);
  const isNamed = ({ namespace, host }: Needed): boolean => told.some((pattern) => isTold(pattern, manifest.metadata.namespace, namespace, host));
  return needed.filter((one) => !isNamed(one)).map(({ host }) => host);
}

interface Needed {
  namespace: string;
  host: string;
}
interface ScopeSpec {
  egress?: { hosts?: string[] }[];
}
interface RouteSpec {
  hosts?: string[];
  rules?: { backendRefs?: { name?: string }[] }[];
  tcp?: { route?: { destination?: { host?: string } }[] }[];
}

const specOf = ({ spec }: KubeManifest): RouteSpec => (spec ?? {});
const hostsOf = (manifest: KubeManifest): string[] => specOf(manifest).hosts ?? [];

/** A route is made beside the entry whose name it has. */
const isRouteOf = ({ kind, metadata }: KubeManifest, namespace: string, name: string): boolean =>
  ['HTTPRoute', 'VirtualService'].includes(kind) && metadata.namespace === namespace && metadata.name === name;

/** What a route weighs: Services by name (Gateway API, `backendRefs`), or by their full names (Istio "VirtualService"). */
function backendsOf(route: KubeManifest): Needed[] {
  const { namespace } = route.metadata;
  const { rules = [], tcp = [] } = specOf(route);
  const names = rules.flatMap(({ backendRefs = [] }) => backendRefs).flatMap(({ name }) => (name === undefined ? [] : [`${name}.${namespace}.svc.cluster.local`]));
  const hosts = tcp.flatMap(({ route: to = [] }) => to).flatMap(({ destination }) => destination?.host ?? []);
  return [...new Set([...names, ...hosts])].map((host) => ({ namespace, host }));
}
