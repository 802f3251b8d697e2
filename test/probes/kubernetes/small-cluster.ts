import type { Estate } from '../../../src/estate/schema.ts';
import type { ClusterFacts } from '../../../src/inventory/schema.ts';
import type { KubeManifest } from '../../../src/plans/operation.ts';
import { readCluster } from '../../../src/probes/kubernetes/index.ts';
import { FakeKube } from '../../fakes/kube.ts';

export const object = (
  apiVersion: string,
  kind: string,
  name: string,
  rest: object = {},
  metadata: object = {},
): KubeManifest => ({ apiVersion, kind, metadata: { name, namespace: 'shop', ...metadata }, ...rest });
export const controlledBy = (kind: string, name: string): object => ({
  ownerReferences: [{ kind, name, controller: true }],
});
export const pod = (name: string, ip: string, metadata: object = {}, container = 'app'): KubeManifest =>
  object(
    'v1',
    'Pod',
    name,
    { spec: { containers: [{ name: container }] }, status: { phase: 'Running', podIP: ip } },
    metadata,
  );
export const template = (app: string, url = ''): object => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'app', env: [{ name: 'URL', value: url }], ports: [{ containerPort: 8080 }] }] },
});
export const selecting = (app: string, rest: object = {}): object => ({
  spec: { selector: { matchLabels: { app } }, template: template(app), ...rest },
});
export const crd = (group: string, plural: string, kind: string, annotations: object = {}): KubeManifest =>
  object(
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    `${plural}.${group}`,
    {
      spec: { group, names: { kind, plural }, versions: [{ name: 'v1alpha1', served: true }] },
    },
    { namespace: undefined, annotations },
  );

export async function discovered(fill: (kube: FakeKube) => void, namespaces = ['shop']): Promise<ClusterFacts> {
  const kube = new FakeKube();
  fill(kube);
  return await readCluster(kube, { name: 'lab', namespaces }, {} as Estate);
}
export const rowsOf = ({ workloads }: ClusterFacts): string[] =>
  workloads.map(({ kind, name, replicas, readyReplicas, podAddresses }) =>
    [kind, name, replicas, readyReplicas, ...podAddresses].join(' '),
  );
