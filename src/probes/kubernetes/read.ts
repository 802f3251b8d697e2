import type { EstateCluster } from '../../estate/schema.ts';
import type { KubeObject, KubePort } from '../../ports/contracts.ts';
import { readRegistrations, type RawRegistrations } from './read-registrations.ts';
import { keepDefinition, keepLean, keepMarks, keepPod } from './keep.ts';
import { keepWorkload } from './keep-workload.ts';
import { listerOf, type Label, type WithLabelled } from './lister.ts';
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

/** What istiod and its Service are labelled with, wherever they are installed. */
const istiod: Label = ['app', 'istiod'];

/** Lists what the estate's namespaces hold, and what tells of a mesh. Changes nothing; throws the coded errors of the port. */
export async function readRaw(kube: KubePort, { namespaces }: Pick<EstateCluster, 'namespaces'>): Promise<RawCluster> {
  const identity = await kube.identity();
  const allNamespaces = await kube.list({ apiVersion: 'v1', kind: 'Namespace', fromCache: true, keep: keepMarks });
  const lister = listerOf(kube, namespaces, allNamespaces.length);
  const deploying = lister.withLabelled('apps/v1', 'Deployment', keepWorkload, istiod);
  const serving = lister.withLabelled('v1', 'Service', keepLean, istiod);
  const [deployments, services, statefulSets, daemonSets, pods, endpointSlices, crds, controlPlane] = await Promise.all(
    [
      deploying,
      serving,
      lister.inNamespaces('apps/v1', 'StatefulSet', keepWorkload),
      lister.inNamespaces('apps/v1', 'DaemonSet', keepWorkload),
      lister.inNamespaces('v1', 'Pod', keepPod, { only: 'pod' }),
      lister.inNamespaces('discovery.k8s.io/v1', 'EndpointSlice', keepLean),
      lister.everywhere('apiextensions.k8s.io/v1', 'CustomResourceDefinition', keepDefinition),
      readControlPlane(kube, serving, deploying),
    ],
  );
  const surroundings = await readSurroundings(lister, controlPlane?.service.metadata.namespace);
  const { unread = [] } = surroundings;
  const [strays, leftovers, registrations] = await Promise.all([
    readStrays(kube, lister, { pods, crds }, unread),
    readLeftovers(lister, crds),
    readRegistrations(lister, unread),
  ]);
  return {
    ...identity,
    workloads: [...deployments.own, ...statefulSets, ...daemonSets, ...(surroundings.jobs ?? []), ...strays],
    pods,
    services: services.own,
    endpointSlices,
    crds,
    namespaces: allNamespaces,
    controlPlane,
    surroundings: { ...surroundings, leftovers, unread },
    registrations,
  };
}

/** Finds istiod by the label of its Service; a revision labelled `default` comes first. */
async function readControlPlane(
  kube: KubePort,
  serving: Promise<WithLabelled>,
  deploying: Promise<WithLabelled>,
): Promise<RawControlPlane | null> {
  const found = await (await serving).labelled();
  const service = found.find(({ metadata }) => metadata.labels?.['istio.io/rev'] === 'default') ?? found[0];
  const namespace = service?.metadata.namespace;
  if (service === undefined || namespace === undefined) return null;
  const [beside, ...configMaps] = await Promise.all([
    deploying.then((deployments) => deployments.labelled(namespace)),
    ...configMapsOf(service).map((name) => kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name })),
  ]);
  return { service, deployments: beside, configMaps: configMaps.filter((one) => one !== null) };
}
