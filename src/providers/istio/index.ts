import type { MeshProvider } from '../provider.ts';
import { added, passing } from './cost.ts';
import { arrivals, edge } from './edges.ts';
import { hostsOfName } from './egress.ts';
import { backendsOf, hostLabels, proxyLabels } from './names.ts';
import { calls, errorsOfShift, failed, ofEachTwin, received, sent, share, shareOfArrivals } from './queries.ts';
import { render } from './render.ts';
import { latencyBeside } from './tests.ts';
import { silence, silenceBeside, trips } from './trips.ts';

/** Istio with sidecars on pods and VMs (written against the 1.31 line). */
export const istio: MeshProvider = {
  id: 'istio',
  target: {
    // A meshed client sends plaintext to an unmeshed server, so the order of joins is free.
    capabilities: { needsServerFirst: false, weightedHttp: true, hostJoin: true },
    render,
    hostLabels,
    proxyLabels,
    backendsOf,
    hostsOf: hostsOfName,
    metrics: {
      added,
      arrivals,
      calls,
      edge,
      errorsOfShift,
      failed,
      latencyBeside,
      passing,
      ofEachTwin,
      received,
      sent,
      share,
      shareOfArrivals,
      silence,
      silenceBeside,
      trips,
    },
  },
};
