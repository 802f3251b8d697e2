import { type Analyzer, notKnown } from '../analyzer.ts';

/** V14: a VM that is registered nowhere gets no traffic, and nobody says so. */
export const registration: Analyzer = {
  id: 'V14',
  title: 'Registration of hosts',
  looksAt: ['hosts', 'clusters'],
  codes: ['MW1204'],
  adopts: ({ code, message }) => code === 'MW1204' && /workload(groups|entries)/.test(message),
  analyze: ({ readHosts }) =>
    readHosts
      .filter(({ host }) => host.meshed)
      .map(({ host }) => notKnown(host.name, 'no WorkloadEntry of it was read; `mesh migrate status` tells more')),
};
