import { meshError } from '../../errors/index.ts';
import { nativeSidecars } from '../native-sidecars.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';

/** P11: webhooks that look for a container named istio-proxy do not find a native sidecar. */
export const otherWebhooks: Analyzer = {
  id: 'P11',
  title: 'Other webhooks that change pods',
  looksAt: ['clusters'],
  codes: ['MW1726'],
  appliesTo: {
    condition: 'clusters whose proxies are native sidecars',
    holds: ({ clusters }) => clusters.length === 0 || clusters.some((cluster) => nativeSidecars(cluster) !== 'no'),
  },
  analyze: ({ clusters }) =>
    clusters.flatMap((cluster) => {
      const { name, podWebhooks } = cluster;
      if (nativeSidecars(cluster) === 'no') return [];
      if (podWebhooks === undefined) return [notKnown(name, 'its webhooks were not read')];
      const webhooks = podWebhooks.join(', ');
      if (webhooks === '') return [];
      return [draft('info', name, webhooks, meshError('MW1726', { cluster: name, webhooks }))];
    }),
};
