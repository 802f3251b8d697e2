import { meshError } from '../../errors/index.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';

/** P16: what is left of SMI, Mixer, App Mesh and Open Service Mesh looks like rules, and nobody heeds it. */
export const deadSystems: Analyzer = {
  id: 'P16',
  title: 'What is left of ended meshes',
  looksAt: ['clusters'],
  codes: ['MW1754'],
  analyze: ({ clusters }) =>
    clusters.flatMap(({ name, leftovers }) => {
      if (leftovers === undefined) return [notKnown(name, 'the inventory does not say which definitions it has')];
      return leftovers.map(({ crd, objects }) => {
        const count = objects === null ? 'objects not counted' : `${objects} objects`;
        const error = meshError('MW1754', { cluster: name, crd, count });
        return draft(objects === 0 ? 'info' : 'warning', name, `${crd}: ${count}`, error);
      });
    }),
};
