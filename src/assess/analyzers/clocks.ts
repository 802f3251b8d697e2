import { type Analyzer, notKnown } from '../analyzer.ts';

/** V4: a certificate is not valid yet where a clock is behind. */
export const clocks: Analyzer = {
  id: 'V4',
  title: 'Clocks',
  looksAt: ['hosts', 'clusters'],
  codes: ['MW1117', 'MW1124'],
  adopts: ({ code }) => code === 'MW1117' || code === 'MW1124',
  analyze: ({ hosts, meshCluster }) =>
    hosts.length === 0 || meshCluster === undefined
      ? []
      : [notKnown(meshCluster.name, 'no clock of the cluster was read; hosts are compared with this machine')],
};
