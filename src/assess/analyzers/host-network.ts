import type { Analyzer } from '../analyzer.ts';

/** P6: pods on the network of their node are never injected; their callees stay PERMISSIVE on those ports. */
export const hostNetwork: Analyzer = {
  id: 'P6',
  title: 'Pods on the network of their node',
  looksAt: ['clusters'],
  codes: ['MW1310'],
  adopts: ({ code, message }) => code === 'MW1310' && message.includes('use the network of their node'),
  analyze: () => [],
};
