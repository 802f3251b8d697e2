import { meshError } from '../../errors/index.ts';
import { nativeSidecars, withoutNativeSidecars } from '../native-sidecars.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';

/** P7: what runs before the proxy has no network, or passes by it. */
export const initContainers: Analyzer = {
  id: 'P7-init',
  title: 'Init containers before the proxy',
  looksAt: ['clusters'],
  isInManifests: true,
  codes: ['MW1719'],
  appliesTo: withoutNativeSidecars,
  analyze: ({ pods }) =>
    pods.flatMap(({ id, facts, cluster }) => {
      const native = nativeSidecars(cluster, facts.nativeSidecar);
      if (native === 'yes') return [];
      if (facts.initContainers === undefined) return [notKnown(id, 'the inventory has no init containers')];
      const containers = facts.initContainers.join(', ');
      if (containers === '') return [];
      if (native === 'unknown')
        return [notKnown(id, 'whether its proxy would start before its init containers is not known')];
      return [draft('warning', id, `init containers ${containers}`, meshError('MW1719', { workload: id, containers }))];
    }),
};
