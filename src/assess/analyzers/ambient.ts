import { meshError } from '../../errors/index.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';

/** P12: ambient mode beside sidecars is a mesh that the inventory does not show. */
export const ambient: Analyzer = {
  id: 'P12',
  title: 'Ambient mode beside sidecars',
  looksAt: ['clusters'],
  codes: ['MW1727'],
  analyze: (view) =>
    view.namespaces.flatMap(({ cluster, namespace }) => {
      const subject = `k8s/${cluster.name}/${namespace}`;
      if (cluster.namespaces === undefined) return [notKnown(subject, 'the labels of the namespace were not read')];
      if (!cluster.namespaces.some((one) => one.name === namespace && one.ambient)) return [];
      return [draft('error', subject, 'istio.io/dataplane-mode: ambient', meshError('MW1727', { namespace }))];
    }),
};
