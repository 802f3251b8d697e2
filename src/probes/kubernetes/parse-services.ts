import type { ClusterFacts, KubeService } from '../../inventory/schema.ts';
import { isDead } from './leftovers.ts';
import type { KubeObject } from '../../ports/contracts.ts';

interface ServiceSpec {
  clusterIP?: string;
  selector?: Record<string, string>;
  type?: string;
  externalName?: string;
  ports?: { port?: number; name?: string; appProtocol?: string; protocol?: string; targetPort?: number | string }[];
}

interface SliceParts {
  ports?: { name?: string; port?: number }[] | null;
  endpoints?: { addresses?: string[]; conditions?: { ready?: boolean } }[] | null;
}

type PortWords = NonNullable<KubeService['portWords']>[number];

const crdGroups = new Set([
  ...['networking.istio.io', 'security.istio.io', 'telemetry.istio.io', 'extensions.istio.io'],
  ...['gateway.networking.k8s.io', 'gateway.networking.x-k8s.io', 'multicluster.x-k8s.io'],
  ...['linkerd.io', 'policy.linkerd.io', 'workload.linkerd.io', 'multicluster.linkerd.io'],
  ...['consul.hashicorp.com', 'kuma.io', 'argoproj.io'],
]);

/** Services with the addresses of their ready endpoints, whoever wrote the slices. */
export function parseServices(services: readonly KubeObject[], slices: readonly KubeObject[]): KubeService[] {
  const byService = Map.groupBy(slices, ({ metadata }) =>
    keyOf(metadata.namespace, metadata.labels?.['kubernetes.io/service-name']),
  );
  const parsed = services.map((service): KubeService => {
    const { name, namespace = '' } = service.metadata;
    const { clusterIP = '', selector = {}, ports = [], type, externalName } = (service['spec'] ?? {}) as ServiceSpec;
    const own = byService.get(keyOf(namespace, name)) ?? [];
    return {
      namespace,
      name,
      clusterIP,
      selector,
      ports: ports.flatMap(({ port }) => (port === undefined ? [] : [port])),
      endpoints: [...new Set(own.flatMap(readyAddresses))].sort(),
      ...(externalName === undefined ? {} : { externalName }),
      // The API always says a type: without one this is no whole Service.
      ...(type === undefined ? {} : { type, portWords: ports.flatMap((one) => wordsOf(one, own)) }),
    };
  });
  return parsed.toSorted((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1));
}

function keyOf(namespace = '', name = ''): string {
  return `${namespace}/${name}`;
}

type RawPort = NonNullable<ServiceSpec['ports']>[number];

function wordsOf(raw: RawPort, slices: readonly KubeObject[]): PortWords[] {
  const { port, name, appProtocol, protocol } = raw;
  if (port === undefined) return [];
  const targetPort = targetOf(raw, slices);
  return [
    {
      port,
      ...(name === undefined ? {} : { name }),
      ...(appProtocol === undefined ? {} : { appProtocol }),
      ...(protocol === undefined ? {} : { protocol }),
      ...(targetPort === undefined ? {} : { targetPort }),
    },
  ];
}

/** A name of a container's port is explained by the endpoints; where they differ, by none. */
function targetOf({ port, name = '', targetPort = port }: RawPort, slices: readonly KubeObject[]): number | undefined {
  if (typeof targetPort === 'number') return targetPort;
  const targets = slices
    .flatMap((slice) => (slice as SliceParts).ports ?? [])
    .flatMap((one) => ((one.name ?? '') === name && one.port !== undefined ? [one.port] : []));
  const [first, ...others] = new Set(targets);
  return others.length === 0 ? first : undefined;
}

/** An endpoint whose readiness is not told counts as ready (EndpointConditions). */
function readyAddresses(slice: KubeObject): string[] {
  return ((slice as SliceParts).endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready !== false)
    .flatMap(({ addresses = [] }) => addresses);
}

/** Served versions of the mesh's and the Gateway API's kinds, by CRD name. */
export function parseCrds(crds: readonly KubeObject[]): ClusterFacts['crds'] {
  const served = crds.flatMap((crd): [string, string[]][] => {
    const { group = '', versions = [] } = (crd['spec'] ?? {}) as {
      group?: string;
      versions?: { name?: string; served?: boolean }[];
    };
    if (!crdGroups.has(group) && !isDead(group)) return [];
    return [
      [
        crd.metadata.name,
        versions
          .flatMap(({ name, served: isServed }) => (isServed === true && name !== undefined ? [name] : []))
          .sort(),
      ],
    ];
  });
  return Object.fromEntries(served.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
