import { meshError } from '../../errors/index.ts';
import type { KubeService } from '../../inventory/schema.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';
import type { AssessedPods, AssessView } from '../view.ts';

/** As Istio reads the names of ports ("Protocol Selection"). */
const named = /^(grpc|grpc-web|http|http2|https|mongo|mysql|redis|tcp|tls|udp)(-|$)/;

/** P3: a port that does not say its protocol is guessed from its bytes. */
export const portProtocol: Analyzer = {
  id: 'P3',
  title: 'Protocols of ports',
  looksAt: ['clusters'],
  isInManifests: true,
  codes: ['MW1715'],
  analyze: (view) =>
    view.pods.flatMap((pods) => [
      ...view.servicesBefore(pods).flatMap(({ object, service }) => {
        if (service.portWords === undefined)
          return [notKnown(pods.id, `the inventory has no names of the ports of ${object}`)];
        return silentPorts(service.portWords).map((port) =>
          draft('warning', pods.id, `port ${port} of ${object}`, meshError('MW1715', { object, port })),
        );
      }),
      ...withoutService(view, pods),
    ]),
};

/** Files may leave out a Service that the cluster has: where there is none, nobody has seen it. */
export function withoutService(view: AssessView, pods: AssessedPods): Draft[] {
  if (pods.cluster.origin !== 'files' || view.servicesBefore(pods).length > 0) return [];
  return [notKnown(pods.id, 'no Service in the files selects its pods')];
}

/** The ports that name no protocol that a proxy knows; it looks into TCP alone. */
export function silentPorts(words: NonNullable<KubeService['portWords']>): number[] {
  return words
    .filter(({ protocol = 'TCP' }) => protocol === 'TCP')
    .filter(({ name = '', appProtocol }) => appProtocol === undefined && !named.test(name))
    .map(({ port }) => port);
}
