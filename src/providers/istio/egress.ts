import { meshError } from '../../errors/index.ts';
import type { Inventory } from '../../inventory/schema.ts';
import type { Check } from '../../plans/check.ts';
import type { KubeManifest } from '../../plans/operation.ts';
import type { EgressIntent, PublishedName, Rendered } from '../provider.ts';
import { API, hostObjectName, refOf, twinBackends } from './names.ts';

type ServiceName = EgressIntent['services'][number];

const fullName = ({ namespace, name }: ServiceName): string => `${name}.${namespace}.svc.cluster.local`;

/**
 * All hosts of a published name: its entry's, and those of the Services that its route weighs. A route without the clusters of
 * its backends would answer 503 (decision 0057).
 */
export function hostsOfName(name: PublishedName): ServiceHost[] {
  const twins = twinBackends(name);
  const backends = twins.length === 0 ? [] : [hostObjectName(name.service), ...twins.map(({ object }) => object)];
  const { namespace } = name;
  return [name.hostname, ...backends.map((one) => fullName({ namespace, name: one }))].map((host) => ({
    namespace,
    host,
  }));
}

interface ServiceHost {
  namespace: string;
  host: string;
}

function rootNamespace({ cluster }: EgressIntent, { clusters }: Inventory): string {
  const mesh = clusters.find(({ name }) => name === cluster)?.mesh;
  if (!mesh) throw meshError('MW1999', { detail: `the mesh of ${cluster} is not in the inventory` });
  return mesh.rootNamespace;
}

/** What the proxies are told of, each once and sorted. */
function hostsOf({ names, services, hosts }: EgressIntent, root: string): { egress: string[]; known: string[] } {
  const own = [
    ...names.flatMap(hostsOfName),
    ...services.map((one) => ({ namespace: one.namespace, host: fullName(one) })),
  ];
  // Of the control plane's namespace all: what proxies report to is there.
  const egress = [
    ...own.map(({ namespace, host }) => `${namespace}/${host}`),
    ...hosts.map((host) => `*/${host}`),
    `${root}/*`,
  ];
  const known = [...own.map(({ host }) => host), ...hosts, `*.${root}.svc.cluster.local`];
  return { egress: [...new Set(egress)].sort(), known: [...new Set(known)].sort() };
}

/**
 * Istio's Sidecar for the proxies of one workload. `outboundTrafficPolicy` is said in full: with REGISTRY_ONLY a call that nobody
 * saw would be refused, with ALLOW_ANY it passes to where its caller sends it (Istio "Sidecar", OutboundTrafficPolicy).
 */
function sidecar({ id, namespace, selector }: EgressIntent, hosts: string[]): KubeManifest {
  return {
    apiVersion: API.networking,
    kind: 'Sidecar',
    metadata: { name: id, namespace },
    spec: {
      workloadSelector: { labels: selector },
      egress: [{ hosts }],
      outboundTrafficPolicy: { mode: 'ALLOW_ANY' },
    },
  };
}

export function egressScope(intent: EgressIntent, inventory: Inventory): Rendered {
  const root = rootNamespace(intent, inventory);
  const { egress, known } = hostsOf(intent, root);
  const { cluster, proxies, lookBackSeconds, needed, others } = intent;
  const manifest = sidecar(intent, egress);
  const ref = refOf(manifest);
  const gone = [...others.names.flatMap(hostsOfName).map(({ host }) => host), ...others.services.map(fullName)];
  const lost = [...new Set(gone)].filter((host) => !known.includes(host)).sort();
  const healthy = needed.map((backend): Check => ({ check: 'proxy.endpoints', callers: proxies, backend, healthy: 1 }));
  return {
    require: [{ check: 'proxy.calls', callers: proxies, hosts: known, seconds: lookBackSeconds }],
    requireRevert: [],
    apply: [{ op: 'kube.create', cluster, manifest }],
    verify: [
      { check: 'kube.present', cluster, ...ref },
      ...(lost.length > 0 ? [{ check: 'proxy.lacks', callers: proxies, hosts: lost } satisfies Check] : []),
      ...healthy,
    ],
    revert: [{ op: 'kube.delete', cluster, ref }],
    verifyRevert: [{ check: 'kube.absent', cluster, ...ref }, ...healthy],
    lost: [],
  };
}
