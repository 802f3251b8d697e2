import { meshError } from '../../errors/index.ts';
import { type Analyzer, draft } from '../analyzer.ts';

/** The planner says it too where there is a mesh. */
const reason = 'its pods use the network of their node, and are never injected';

/** P6: pods on the network of their node are never injected; their callees stay PERMISSIVE on those ports. */
export const hostNetwork: Analyzer = {
  id: 'P6',
  title: 'Pods on the network of their node',
  looksAt: ['clusters'],
  isInManifests: true,
  codes: ['MW1310'],
  adopts: (found) => found.code === 'MW1310' && found.reason === 'host-network',
  analyze: ({ pods }) =>
    pods.flatMap(({ service: { name }, ref, facts }) => {
      if (!facts.hostNetwork) return [];
      const error = meshError('MW1310', { workload: `${ref.namespace}/${ref.name}`, path: 'join', reason });
      return [draft('error', name, 'hostNetwork: true', error)];
    }),
};
