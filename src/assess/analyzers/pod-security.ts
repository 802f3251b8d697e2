import { meshError } from '../../errors/index.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';

/** Levels that refuse what istio-init needs: NET_ADMIN, NET_RAW and to be root. */
const refusing = new Set(['baseline', 'restricted']);

/** P8: a namespace that enforces Pod Security starts no pod with the init container of a mesh. */
export const podSecurity: Analyzer = {
  id: 'P8',
  title: 'Pod Security and the init container',
  looksAt: ['clusters'],
  codes: ['MW1721'],
  appliesTo: {
    condition: 'meshes without a CNI plugin of their own',
    holds: ({ clusters }) => clusters.length === 0 || clusters.some(({ mesh }) => mesh?.cni !== true),
  },
  analyze: ({ pods }) =>
    pods.flatMap(({ id, facts, ref: { namespace }, cluster: { namespaces, mesh } }) => {
      // Pods that have joined have started.
      if (mesh?.cni === true || facts.meshed) return [];
      if (namespaces === undefined) return [notKnown(id, `the labels of namespace ${namespace} were not read`)];
      const level = namespaces.find(({ name }) => name === namespace)?.podSecurity ?? '';
      if (!refusing.has(level)) return [];
      if (mesh === null) return [notKnown(id, 'no mesh was found in its cluster that would start an init container')];
      if (mesh.cni === undefined) return [notKnown(id, 'whether the mesh has a CNI plugin is not known')];
      return [draft('error', id, `enforce: ${level}`, meshError('MW1721', { namespace, level, workload: id }))];
    }),
};
