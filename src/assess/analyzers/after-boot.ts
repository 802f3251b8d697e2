import { meshError } from '../../errors/index.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';

/** V3: what a proxy needs must survive a boot. Another installation's unit keeps its token where a boot erases it. */
export const afterBoot: Analyzer = {
  id: 'V3',
  title: 'After a boot',
  looksAt: ['hosts'],
  codes: ['MW1701'],
  analyze: ({ readHosts }) =>
    readHosts.flatMap(({ host }) => {
      const others = host.units.filter(({ name, activeState }) => /^istio/.test(name) && activeState === 'active');
      return others.length === 0
        ? [notKnown(host.name, 'no boot was tried')]
        : others.map(({ name }) =>
            draft('error', host.name, `unit ${name} is active`, meshError('MW1701', { host: host.name, unit: name })),
          );
    }),
};
