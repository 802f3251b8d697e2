import { meshError } from '../../errors/index.ts';
import { type Analyzer, draft } from '../analyzer.ts';

/** V13: one host has one address, one proxy and one identity, however many services it runs. The planner says so of those that it lays out. */
export const sharedIdentity: Analyzer = {
  id: 'V13',
  title: 'Several services on one host',
  looksAt: ['hosts'],
  codes: ['MW1325'],
  adopts: ({ code }) => code === 'MW1325',
  analyze: ({ hosts }) =>
    hosts.flatMap(({ name: host, services }) => {
      if (services.length < 2) return [];
      const names = services.map(({ name }) => name).join(' and ');
      const error = meshError('MW1325', { services: names, host, identity: host });
      return [draft('warning', host, `the estate has ${services.length} services on it`, error)];
    }),
};
