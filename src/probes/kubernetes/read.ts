import type { EstateCluster } from '../../estate/schema.ts';
import type { KubeObject, KubePort } from '../../ports/contracts.ts';
import { readRegistrations, type RawRegistrations } from './read-registrations.ts';
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
  const inNamespaces = async (apiVersion: string, kind: string): Promise<KubeObject[]> =>
    (await Promise.all(namespaces.map((namespace) => kube.list({ apiVersion, kind, namespace })))).flat();
  const identity = await kube.identity();
  const [workloads, pods, services, endpointSlices] = await Promise.all([
    Promise.all(workloadKinds.map((kind) => inNamespaces('apps/v1', kind))),
    inNamespaces('v1', 'Pod'),
    inNamespaces('v1', 'Service'),
    inNamespaces('discovery.k8s.io/v1', 'EndpointSlice'),
  ]);
  const crds = await kube.list({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' });
  const allNamespaces = await kube.list({ apiVersion: 'v1', kind: 'Namespace' });
  const controlPlane = await readControlPlane(kube);
  return {
    ...identity,
    workloads: workloads.flat(),
    pods,
    services,
    endpointSlices,
    crds,
    namespaces: allNamespaces,
    controlPlane,
    surroundings: await readSurroundings(kube, namespaces, controlPlane?.service.metadata.namespace),
    registrations: await readRegistrations(kube, namespaces),
  };
}

/** Finds istiod by the label of its Service, wherever it is installed; a revision labelled `default` comes first. */
async function readControlPlane(kube: KubePort): Promise<RawControlPlane | null> {
  const services = await kube.list({ apiVersion: 'v1', kind: 'Service', labelSelector: 'app=istiod' });
  const service = services.find(({ metadata }) => metadata.labels?.['istio.io/rev'] === 'default') ?? services[0];
  const namespace = service?.metadata.namespace;
  if (service === undefined || namespace === undefined) return null;
  const [deployments, configMaps] = await Promise.all([
    kube.list({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, labelSelector: 'app=istiod' }),
    kube.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace }),
  ]);
  return { service, deployments, configMaps };
}
