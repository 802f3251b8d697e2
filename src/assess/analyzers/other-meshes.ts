import { meshError } from '../../errors/index.ts';
import type { ClusterFacts, MeshName } from '../../inventory/schema.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';
import type { AssessedPods } from '../view.ts';

/** Names as their makers write them. */
const names: Readonly<Record<MeshName, string>> = {
  istio: 'Istio',
  'istio-ambient': 'Istio in ambient mode',
  linkerd: 'Linkerd',
  consul: 'Consul',
  kuma: 'Kuma',
};

/** P14: two proxies in one pod each redirect what the other one sends. Istio's own sidecars are `meshed`, ambient labels P12's. */
export const otherMeshes: Analyzer = {
  id: 'P14',
  title: 'Another mesh on the pods',
  looksAt: ['clusters'],
  codes: ['MW1750'],
  analyze: ({ pods, namespaces }) => [
    ...pods.flatMap(onWorkload),
    ...namespaces.flatMap(({ cluster, namespace }) => onNamespace(cluster, namespace)),
  ],
};

function onWorkload({ id, facts: { meshes }, cluster, ref }: AssessedPods): Draft[] {
  if (meshes === undefined) return [notKnown(id, 'the inventory does not say which meshes its pods are in')];
  const isAmbient = cluster.namespaces?.some(({ name, ambient }) => name === ref.namespace && ambient) ?? false;
  return meshes
    .filter(({ mesh, by }) => mesh !== 'istio' && (mesh !== 'istio-ambient' || (by === 'pods' && !isAmbient)))
    .map(({ mesh, by }) => {
      const evidence = by === 'pods' ? 'its running pods are in it' : 'its pod template asks for it';
      return draft('error', id, evidence, meshError('MW1750', { place: id, mesh: names[mesh] }));
    });
}

function onNamespace({ name: cluster, namespaces }: ClusterFacts, namespace: string): Draft[] {
  const subject = `k8s/${cluster}/${namespace}`;
  if (namespaces === undefined) return [notKnown(subject, 'the marks of the namespace were not read')];
  const meshes = namespaces.find(({ name }) => name === namespace)?.meshes ?? [];
  return meshes.map((mesh) =>
    draft(
      'error',
      subject,
      'the namespace asks for it',
      meshError('MW1750', { place: `Namespace ${namespace}`, mesh: names[mesh] }),
    ),
  );
}
