import type { EstateCluster } from '../../estate/schema.ts';
import type { KubeObject, KubePort } from '../../ports/contracts.ts';
import { readRegistrations, type RawRegistrations } from './read-registrations.ts';
import { keepDefinition, keepLean, keepMarks, keepPod } from './keep.ts';
import { keepWorkload } from './keep-workload.ts';
import { listerOf } from './lister.ts';
import { configMapsOf } from './control-plane.ts';
import { readLeftovers, readStrays } from './read-strays.ts';
import { readSurroundings, type RawSurroundings } from './read-surroundings.ts';

/** What one cluster's API server returned, before anything of it is understood. */
export interface RawCluster {
  version: string;
  uid: string;
  workloads: KubeObject[];
  pods: KubeObject[];
  services: KubeObject[];
  endpointSlices: KubeObject[];
  crds: KubeObject[];
  namespaces: KubeObject[];
  controlPlane: RawControlPlane | null;
  /** What stands around the workloads; not in older captures. */
  surroundings?: RawSurroundings;
  /** Registered VMs and held Leases; not in older captures. */
  registrations?: RawRegistrations;
}

/** The objects that an Istio control plane is told by. */
export interface RawControlPlane {
  service: KubeObject;
  deployments: KubeObject[];
  configMaps: KubeObject[];
}

const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** Lists what the estate's namespaces hold, and what tells of a mesh. Changes nothing; throws the coded errors of the port. */
export async function readRaw(kube: KubePort, { namespaces }: Pick<EstateCluster, 'namespaces'>): Promise<RawCluster> {
  const identity = await kube.identity();
  const allNamespaces = await kube.list({ apiVersion: 'v1', kind: 'Namespace', fromCache: true, keep: keepMarks });
  const lister = listerOf(kube, namespaces, allNamespaces.length);
  const [workloads, pods, services, endpointSlices, crds, controlPlane] = await Promise.all([
    Promise.all(workloadKinds.map((kind) => lister.inNamespaces('apps/v1', kind, keepWorkload))),
    lister.inNamespaces('v1', 'Pod', keepPod, { only: 'pod' }),
    lister.inNamespaces('v1', 'Service', keepLean),
    lister.inNamespaces('discovery.k8s.io/v1', 'EndpointSlice', keepLean),
    lister.everywhere('apiextensions.k8s.io/v1', 'CustomResourceDefinition', keepDefinition),
    readControlPlane(kube),
  ]);
  const surroundings = await readSurroundings(lister, controlPlane?.service.metadata.namespace);
  const { unread = [] } = surroundings;
  const [strays, leftovers, registrations] = await Promise.all([
    readStrays(kube, lister, { pods, crds }, unread),
    readLeftovers(lister, crds),
    readRegistrations(lister, unread),
  ]);
  return {
    ...identity,
    workloads: [...workloads.flat(), ...(surroundings.jobs ?? []), ...strays],
    pods,
    services,
    endpointSlices,
    crds,
    namespaces: allNamespaces,
    controlPlane,
    surroundings: { ...surroundings, leftovers, unread },
    registrations,
  };
}

/** Finds istiod by the label of its Service, wherever it is installed; a revision labelled `default` comes first. */
async function readControlPlane(kube: KubePort): Promise<RawControlPlane | null> {
  const query = { fromCache: true, keep: keepLean, labelSelector: 'app=istiod' };
  const services = await kube.list({ apiVersion: 'v1', kind: 'Service', ...query });
  const service = services.find(({ metadata }) => metadata.labels?.['istio.io/rev'] === 'default') ?? services[0];
  const namespace = service?.metadata.namespace;
  if (service === undefined || namespace === undefined) return null;
  const [deployments, ...configMaps] = await Promise.all([
    kube.list({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, ...query }),
    ...configMapsOf(service).map((name) => kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name })),
  ]);
  return { service, deployments, configMaps: configMaps.filter((one) => one !== null) };
}
