import type { Facts } from './facts.ts';
import { keyOf, type ModelHost, type ModelObject, type WorldState } from './state.ts';

/** One that takes calls: a host's unit or pods. `mtls`: proxies send it mutual TLS. */
export type Endpoint = { host: string; mtls: boolean; isUp: boolean } | { pods: string; mtls: boolean; isUp: boolean };

export interface Backend {
  /** Envoy's name for it. */
  cluster: string;
  /** Its share of the calls, 0 to 1. */
  share: number;
  endpoints: Endpoint[];
}

type Labels = Record<string, string>;
type Fields = Record<string, unknown>;

export const PROXY_UNIT = /proxy/;
/** How long a proxy that was started takes to be ready and registered. */
export const START_MS = 3_000;

export const isExpired = ({ certificateEndsAt }: ModelHost, nowMs: number): boolean =>
  certificateEndsAt !== undefined && nowMs >= certificateEndsAt;

export const isProxyUp = ({ isUp, units }: ModelHost, nowMs: number): boolean =>
  isUp && [...units].some(([unit, since]) => PROXY_UNIT.test(unit) && nowMs >= since + START_MS);

/** One whose certificate has ended still runs; to the mesh it is gone. */
export const isProxyReady = (host: ModelHost, nowMs: number): boolean =>
  isProxyUp(host, nowMs) && !isExpired(host, nowMs);

/** What the objects of the mesh make of the calls, as Istio reads them; nothing here knows of plans. */
export class MeshView {
  readonly #facts: Facts;
  readonly #state: WorldState;
  readonly #nowMs: number;

  constructor(facts: Facts, state: WorldState, nowMs: number) {
    this.#facts = facts;
    this.#state = state;
    this.#nowMs = nowMs;
  }

  /** How proxies share out the calls of a name, or nothing for a name they do not know. */
  backendsFor(service: string): Backend[] | undefined {
    const { hostname = '', port = 0, workload } = this.#facts.services.get(service) ?? {};
    const entry = this.#ofKind('ServiceEntry').find(({ manifest }) => hostsOf(manifest).includes(hostname));
    const pods =
      workload && !('host' in workload)
        ? `k8s/${workload.cluster}/${workload.namespace}/${workload.kind}/${workload.name}`
        : undefined;
    const own = `outbound|${port}||${hostname}`;
    if (!entry) return pods === undefined ? undefined : [{ cluster: own, share: 1, endpoints: this.#podsAt(pods) }];
    const route = this.#routeOf(entry, hostname);
    if (!route) return [{ cluster: own, share: 1, endpoints: this.#selected(entry, selectorOf(entry.manifest)) }];
    return route.map(({ name, namespace, share }) => this.#backend(entry.cluster, { name, namespace, share }, port));
  }

  /** The endpoints that proxies have of one of Envoy's clusters, or nothing for one they do not know. */
  endpointsOf(cluster: string): Endpoint[] | undefined {
    const [, port = '', host = ''] = /^outbound\|(\d+)\|\|(.+)$/.exec(cluster) ?? [];
    const [, name, namespace] = /^([^.]+)\.([^.]+)\.svc\.cluster\.local$/.exec(host) ?? [];
    if (name !== undefined && namespace !== undefined) {
      const service = [...this.#state.objects.values()].find(
        ({ manifest: { kind, metadata } }) =>
          kind === 'Service' && metadata.name === name && metadata.namespace === namespace,
      );
      if (service) return this.#backend(service.cluster, { name, namespace, share: 0 }, Number(port)).endpoints;
    }
    const known = [...this.#facts.services.values()].find((one) => one.hostname === host);
    return known && this.backendsFor(known.name)?.find((backend) => backend.cluster === cluster)?.endpoints;
  }

  /** Which hosts the proxies of a place are told of: all, unless a Sidecar selects them (Istio "Sidecar", egress). */
  scopeOf({ host, pods }: { host?: string; pods?: string }): (name: string) => boolean {
    const labels = host === undefined ? [this.#state.pods.get(pods ?? '')?.labels ?? {}] : this.#labelsOfHost(host);
    const selects = ({ manifest }: ModelObject): boolean => {
      const selector = selectorOf(manifest);
      return labels.some((own) => covers(selector, own));
    };
    const sidecar = this.#ofKind('Sidecar').find(selects);
    if (!sidecar) return () => true;
    const egress = (specOf(sidecar.manifest)['egress'] ?? []) as { hosts: string[] }[];
    const told = egress.flatMap(({ hosts }) => hosts).map((one) => one.split('/'));
    return (name) =>
      told.some(
        ([namespace, one = '']) =>
          one === name || (one === '*' && name.endsWith(`.${namespace ?? ''}.svc.cluster.local`)),
      );
  }

  /** Whether plaintext to a port is refused there. */
  isStrict(at: Endpoint, port: number): boolean {
    const labels = 'host' in at ? this.#labelsOfHost(at.host) : [this.#state.pods.get(at.pods)?.labels ?? {}];
    return this.#ofKind('PeerAuthentication').some(({ manifest }) => {
      const { selector, portLevelMtls = {} } = specOf(manifest) as {
        selector?: { matchLabels?: Labels };
        portLevelMtls?: Record<string, { mode: string }>;
      };
      return (
        labels.some((own) => covers(selector?.matchLabels ?? {}, own)) &&
        portLevelMtls[String(port)]?.mode !== 'PERMISSIVE'
      );
    });
  }

  /** The share of a service's calls that its twins get, 0 to 1, by weights or by its name. */
  twinShare(service: string): number {
    const backends = this.backendsFor(service);
    const { hostname = '', workload } = this.#facts.services.get(service) ?? {};
    const isMoved = this.#state.names.get(hostname)?.some((address) => !this.#facts.hostAt.has(address)) === true;
    if (isMoved) return 1;
    if (!backends || !workload || !('host' in workload)) return 0;
    const toPods = backends.filter(
      ({ endpoints, cluster }) => endpoints.some((one) => 'pods' in one) || /\|\|[^.]*-k8s/.test(cluster),
    );
    return toPods.reduce((sum, { share }) => sum + share, 0);
  }

  #routeOf(entry: ModelObject, hostname: string): { name: string; namespace: string; share: number }[] | undefined {
    const { namespace, name } = entry.manifest.metadata;
    const http = this.#state.objects.get(keyOf(entry.cluster, { kind: 'HTTPRoute', namespace, name }));
    if (http) return rulesShared(specOf(http.manifest), namespace);
    const tcp = this.#ofKind('VirtualService').find(({ manifest }) => hostsOf(manifest).includes(hostname));
    return tcp && tcpShared(specOf(tcp.manifest));
  }

  #backend(
    cluster: string,
    { name, namespace, share }: { name: string; namespace: string; share: number },
    port: number,
  ): Backend {
    const service = this.#state.objects.get(keyOf(cluster, { kind: 'Service', namespace, name }));
    const selector = (specOf(service?.manifest)['selector'] ?? {}) as Labels;
    return {
      cluster: `outbound|${port}||${name}.${namespace}.svc.cluster.local`,
      share,
      endpoints: service ? this.#selected(service, selector) : [],
    };
  }

  /** A selector takes pods, hosts that have registered, and entries that somebody wrote. */
  #selected({ cluster, manifest }: ModelObject, selector: Labels): Endpoint[] {
    const { namespace } = manifest.metadata;
    if (Object.keys(selector).length === 0) return [];
    const pods = [...this.#state.pods].filter(
      ([, one]) => one.cluster === cluster && one.namespace === namespace && covers(selector, one.labels),
    );
    const hosts = [...this.#state.hosts].filter(([name]) =>
      this.#labelsOfHost(name).some((labels) => covers(selector, labels)),
    );
    const plain = this.#ofKind('WorkloadEntry').flatMap(({ manifest: entry }) => {
      const { address = '', labels = {} } = specOf(entry) as { address?: string; labels?: Labels };
      const host = this.#facts.hostAt.get(address);
      return host !== undefined && entry.metadata.namespace === namespace && covers(selector, labels) ? [host] : [];
    });
    return [
      ...pods.flatMap(([id]) => this.#podsAt(id)),
      ...hosts.map(([host, one]): Endpoint => ({ host, mtls: true, isUp: one.isUp })),
      ...plain.map((host): Endpoint => ({ host, mtls: false, isUp: this.#state.hosts.get(host)?.isUp === true })),
    ];
  }

  #podsAt(id: string): Endpoint[] {
    const pods = this.#state.pods.get(id);
    return pods && pods.replicas > 0
      ? [{ pods: id, mtls: pods.injected && this.#nowMs >= pods.rolledOutAt, isUp: pods.isUp }]
      : [];
  }

  /** Of the groups under which a host's proxy has registered. */
  #labelsOfHost(name: string): Labels[] {
    const host = this.#state.hosts.get(name);
    if (!host || !isProxyReady(host, this.#nowMs)) return [];
    const groups = this.#ofKind('WorkloadGroup').filter(({ manifest }) => manifest.metadata.name === host.group);
    return groups.map(
      ({ manifest }) => (specOf(manifest)['metadata'] as { labels?: Labels } | undefined)?.labels ?? {},
    );
  }

  /** Whether a host's proxy has registered under a group. */
  isRegistered(name: string, group: string): boolean {
    return this.#state.hosts.get(name)?.group === group && this.#labelsOfHost(name).length > 0;
  }

  #ofKind(kind: string): ModelObject[] {
    return [...this.#state.objects.values()].filter(({ manifest }) => manifest.kind === kind);
  }
}

/** The host in Envoy's name of a cluster. */
export const hostIn = (cluster: string): string => cluster.split('|').at(-1) ?? '';

const specOf = (manifest: { [field: string]: unknown } | undefined): Fields => (manifest?.['spec'] ?? {}) as Fields;
const hostsOf = (manifest: { [field: string]: unknown }): string[] => (specOf(manifest)['hosts'] ?? []) as string[];
const selectorOf = (manifest: { [field: string]: unknown }): Labels =>
  (specOf(manifest)['workloadSelector'] as { labels?: Labels } | undefined)?.labels ?? {};
const covers = (selector: Labels, labels: Labels): boolean =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

interface Ref {
  name: string;
  weight?: number;
}

/** Rules that match share the calls evenly, for want of knowing better; one without a match takes what is left. */
function rulesShared(spec: Fields, namespace: string): { name: string; namespace: string; share: number }[] {
  const rules = (spec['rules'] ?? []) as { matches?: unknown[]; backendRefs?: Ref[] }[];
  const matching = rules.filter(({ matches }) => matches !== undefined);
  const taken = matching.length > 0 ? matching : rules;
  const shares = new Map<string, number>();
  for (const { backendRefs = [] } of taken)
    for (const { name, weight = 1 } of backendRefs)
      shares.set(name, (shares.get(name) ?? 0) + weight / 100 / taken.length);
  return [...shares].map(([name, share]) => ({ name, namespace, share }));
}

function tcpShared(spec: Fields): { name: string; namespace: string; share: number }[] {
  const [tcp] = (spec['tcp'] ?? []) as { route?: { destination: { host: string }; weight?: number }[] }[];
  return (tcp?.route ?? []).map(({ destination: { host }, weight = 0 }) => {
    const [name = '', namespace = ''] = host.split('.');
    return { name, namespace, share: weight / 100 };
  });
}
