import type { KubeManifest, KubeRef } from '../../plans/operation.ts';
import type { HostMember, MeshIntent, PublishedName } from '../provider.ts';
import type { CallMatch } from '../../estate/twins.ts';
import {
  API,
  entryLabels,
  hostLabels,
  hostObjectName,
  memberName,
  refOf,
  type TwinBackend,
  twinBackends,
  twinObjectName,
} from './names.ts';

type StrictIntent = Extract<MeshIntent, { intent: 'mtls.strict' }>;

/** The identity and the group under which a VM's proxy registers by itself. */
export function identityObjects(member: HostMember): KubeManifest[] {
  const name = memberName(member);
  const metadata = { name, namespace: member.namespace };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: API.networking,
      kind: 'WorkloadGroup',
      metadata,
      spec: {
        // The Services select these labels: a registered entry keeps the labels its group had at that moment.
        metadata: { labels: entryLabels(member) },
        template: {
          serviceAccount: name,
          ports: Object.fromEntries(member.ports.map(({ port, protocol }) => [`${protocol}-${port}`, port])),
        },
      },
    },
  ];
}

/** The VM as a backend: its entries carry a label for each service. */
const hostBackend = ({ service, port }: PublishedName): TwinBackend => ({
  object: hostObjectName(service),
  selector: hostLabels(service),
  targetPort: port,
});

function backendService(name: PublishedName, { object, selector, targetPort }: TwinBackend): KubeManifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: object, namespace: name.namespace },
    spec: {
      selector,
      ports: [{ name: name.protocol, port: name.port, targetPort, appProtocol: name.protocol }],
    },
  };
}

/** Makes the name that callers use known to every proxy: matched by port and Host header, whatever DNS answers. */
function serviceEntry(name: PublishedName): KubeManifest {
  return {
    apiVersion: API.networking,
    kind: 'ServiceEntry',
    metadata: { name: name.service, namespace: name.namespace },
    spec: {
      hosts: [name.hostname],
      ...(name.addresses.length > 0 && { addresses: name.addresses }),
      location: 'MESH_INTERNAL',
      resolution: 'STATIC',
      ports: [
        {
          number: name.port,
          name: name.protocol,
          protocol: name.protocol.toUpperCase(),
          ...(name.pods && name.pods.targetPort !== name.port && { targetPort: name.pods.targetPort }),
        },
      ],
      workloadSelector: { labels: name.pods?.selector ?? hostLabels(name.service) },
    },
  };
}

/**
 * A VM without a proxy as an endpoint. It has no service account and no label `security.istio.io/tlsMode`, by which
 * callers' proxies know to send it plaintext (Istio, `getTLSModeFromWorkloadEntry`); nothing registers or removes it but we.
 */
function plainEntry({ service, namespace, plainHost = '' }: PublishedName): KubeManifest {
  return {
    apiVersion: API.networking,
    kind: 'WorkloadEntry',
    metadata: { name: hostObjectName(service), namespace },
    spec: { address: plainHost, labels: hostLabels(service) },
  };
}

/** Gateway API, `HTTPRouteMatch`. */
const matchOf = ({ method, path }: CallMatch): object => ({
  ...(path !== undefined && { path: { type: 'PathPrefix', value: path } }),
  ...(method !== undefined && { method }),
});

function httpRoute(name: PublishedName): KubeManifest {
  const backend = (target: string, weight: number): object => ({
    group: '',
    kind: 'Service',
    name: target,
    port: name.port,
    weight,
  });
  return {
    apiVersion: API.gateway,
    kind: 'HTTPRoute',
    metadata: { name: name.service, namespace: name.namespace },
    spec: {
      parentRefs: [{ group: 'networking.istio.io', kind: 'ServiceEntry', name: name.service }],
      rules: [
        ...twinBackends(name).map(({ object, match }) => ({
          ...(match && { matches: match.map(matchOf) }),
          backendRefs: [backend(hostObjectName(name.service), 100), backend(object, 0)],
        })),
        // What no twin takes goes where all went before.
        ...(name.twins ? [{ backendRefs: [backend(hostObjectName(name.service), 100)] }] : []),
      ],
    },
  };
}

/**
 * TCP has no Host header: the entry's addresses make the match, and its hosts the link to them (Istio "VirtualService",
 * TCPRoute). The Gateway API's own TCPRoute is served by few clusters yet.
 */
function tcpRoute(name: PublishedName): KubeManifest {
  const destination = (target: string, weight: number): object => ({
    destination: { host: `${target}.${name.namespace}.svc.cluster.local`, port: { number: name.port } },
    weight,
  });
  return {
    apiVersion: API.networking,
    kind: 'VirtualService',
    metadata: { name: name.service, namespace: name.namespace },
    spec: {
      hosts: [name.hostname],
      tcp: [
        {
          match: [{ port: name.port }],
          route: [destination(hostObjectName(name.service), 100), destination(twinObjectName(name.service), 0)],
        },
      ],
    },
  };
}

const route = (name: PublishedName): KubeManifest => (name.protocol === 'http' ? httpRoute(name) : tcpRoute(name));

/** The object that holds a name's weights. */
export const routeRef = (name: PublishedName): KubeRef => refOf(route(name));

/**
 * Callers' proxies close idle connections of HTTP themselves, well before a proxy that drains would: it closes what is left
 * when its drain ends, and a request on its way on such a connection would be answered 503 (decision 0030).
 */
function idleRule(
  name: PublishedName,
  { host, target }: { host: string; target: string },
  idleSeconds: number,
): KubeManifest {
  return {
    apiVersion: API.networking,
    kind: 'DestinationRule',
    metadata: { name: target, namespace: name.namespace },
    spec: { host, trafficPolicy: { connectionPool: { http: { idleTimeout: `${idleSeconds}s` } } } },
  };
}

function idleRules(name: PublishedName, idleSeconds: number): KubeManifest[] {
  if (name.protocol !== 'http') return [];
  const twins = twinBackends(name).map(({ object }) => object);
  const targets = twins.length > 0 ? [hostObjectName(name.service), ...twins] : [name.service];
  const hostOf = (target: string): string =>
    twins.length > 0 ? `${target}.${name.namespace}.svc.cluster.local` : name.hostname;
  return targets.map((target) => idleRule(name, { host: hostOf(target), target }, idleSeconds));
}

/**
 * The objects that publish a name, in the order they are made: the backends, the route over them, the entry last,
 * so that no proxy ever sees the name without its route. They are removed the other way round.
 */
export function publishObjects(name: PublishedName, idleSeconds: number): KubeManifest[] {
  const rules = idleRules(name, idleSeconds);
  const twins = twinBackends(name);
  if (twins.length === 0) return [...rules, serviceEntry(name)];
  const entry = name.plainHost === undefined ? [] : [plainEntry(name)];
  return [
    ...entry,
    ...[hostBackend(name), ...twins].map((backend) => backendService(name, backend)),
    ...rules,
    route(name),
    serviceEntry(name),
  ];
}

/** STRICT mutual TLS for the proxies these labels select, but for the ports that stay open to plaintext. */
export function strictPolicy({ id, namespace, selector, permissivePorts }: StrictIntent): KubeManifest {
  const open = permissivePorts.map((port) => [String(port), { mode: 'PERMISSIVE' }] as const);
  return {
    apiVersion: API.security,
    kind: 'PeerAuthentication',
    metadata: { name: id, namespace },
    spec: {
      selector: { matchLabels: selector },
      mtls: { mode: 'STRICT' },
      ...(open.length > 0 && { portLevelMtls: Object.fromEntries(open) }),
    },
  };
}
