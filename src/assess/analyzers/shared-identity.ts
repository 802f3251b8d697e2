import type { Analyzer } from '../analyzer.ts';

/** V13: one host has one address, one proxy and one identity, however many services it runs. */
export const sharedIdentity: Analyzer = {
  id: 'V13',
  title: 'Several services on one host',
  looksAt: ['hosts'],
  codes: ['MW1325'],
  adopts: ({ code }) => code === 'MW1325',
  analyze: () => [],
};
