import { meshError } from '../../errors/index.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';

/** Of a namespace, or of pods. */
const LABEL = 'istio.io/dataplane-mode';

/** P12: ambient mode beside sidecars is a mesh that the inventory does not show. */
export const ambient: Analyzer = {
  id: 'P12',
  title: 'Ambient mode beside sidecars',
  looksAt: ['clusters'],
  codes: ['MW1727'],
  analyze: (view) => [
    ...view.namespaces.flatMap(({ cluster, namespace }) => {
      const subject = `k8s/${cluster.name}/${namespace}`;
      if (cluster.namespaces === undefined) return [notKnown(subject, 'the labels of the namespace were not read')];
      if (!cluster.namespaces.some((one) => one.name === namespace && one.ambient)) return [];
      return [found(subject, `Namespace ${namespace}`)];
    }),
    ...view.pods.flatMap(({ id, facts: { podLabels } }) =>
      podLabels[LABEL] === 'ambient' ? [found(id, `The pod template of ${id}`)] : [],
    ),
  ],
};

function found(subject: string, place: string): Draft {
  return draft('error', subject, `${LABEL}: ambient`, meshError('MW1727', { place }));
}
