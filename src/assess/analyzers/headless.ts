import { meshError } from '../../errors/index.ts';
import { type Analyzer, draft } from '../analyzer.ts';
import { withoutService } from './port-protocol.ts';

/** P4: callers of a headless Service choose a pod themselves, and so do its members. */
export const headless: Analyzer = {
  id: 'P4',
  title: 'Headless Services',
  looksAt: ['clusters'],
  isInManifests: true,
  codes: ['MW1716'],
  analyze: (view) =>
    view.pods.flatMap((pods) => [
      ...view
        .servicesBefore(pods)
        .filter(({ service }) => service.clusterIP === 'None')
        .map(({ object }) => draft('warning', pods.id, `${object} has no address`, meshError('MW1716', { object }))),
      ...withoutService(view, pods),
    ]),
};
