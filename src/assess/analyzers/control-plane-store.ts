import { type Analyzer, notKnown } from '../analyzer.ts';

/** V6: a control plane that keeps its store in memory forgets its proxies' tokens when it restarts (Kuma). */
export const controlPlaneStore: Analyzer = {
  id: 'V6',
  title: 'Tokens after a restart of the control plane',
  looksAt: ['clusters'],
  codes: [],
  appliesTo: {
    condition: 'Kuma, whose control plane signs tokens with keys of its own store; Istio’s asks the API server',
    holds: ({ estate }) => estate.provider.name === 'kuma',
  },
  analyze: ({ hosts, estate: { provider } }) =>
    hosts.length === 0
      ? []
      : [notKnown(provider.cluster, 'whether its control plane keeps its store in memory was not read')],
};
