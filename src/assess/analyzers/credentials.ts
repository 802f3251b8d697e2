import { type Analyzer, notKnown } from '../analyzer.ts';

/** V1: a proxy outlives neither its certificate nor an outage longer than that. */
export const credentials: Analyzer = {
  id: 'V1',
  title: 'Credentials of joined hosts',
  looksAt: ['hosts'],
  codes: ['MW1122', 'MW1123', 'MW1125'],
  adopts: ({ code }) => ['MW1122', 'MW1123', 'MW1125'].includes(code),
  analyze: ({ readHosts }) =>
    readHosts
      .filter(({ host }) => host.meshed && host.credentials === undefined)
      .map(({ host }) => notKnown(host.name, 'its credentials could not be read, which takes root')),
};
