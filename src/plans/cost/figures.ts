import type { CostSourceId } from './sources.ts';

/** One published figure. */
export interface Figure {
  value: number;
  source: CostSourceId;
  /** The release of the mesh that it is of, or the first it may be of: major and minor. */
  version: readonly [number, number];
}

/** What is known of one data plane mode. */
export interface ModeFigures {
  /** Millicores of one proxy for 1,000 requests per second that pass it. */
  cpuPerThousand: readonly Figure[];
  /** Megabytes (10^6 bytes) of what there is once for each pod, or each node. */
  memoryEach: readonly Figure[];
  /** Megabytes of what is there once for all pods of a workload, where it is there at all. */
  memoryOnce: readonly Figure[];
  /** Milliseconds that a call takes longer. */
  p50: readonly Figure[];
  p99: readonly Figure[];
}

const figure = (value: number, source: CostSourceId, version: readonly [number, number]): Figure => ({ value, source, version });

/** No source publishes the median of one call that could be a lower end, so it is nothing. */
const noMedian = (source: CostSourceId, version: readonly [number, number]): Figure => figure(0, source, version);

/** Istio with a sidecar for each pod or host. */
const sidecar: ModeFigures = {
  cpuPerThousand: [
    figure(200, 'istio-1.24', [1, 24]),
    figure(350, 'istio-1.12', [1, 8]),
    figure(400, 'aks-2024', [1, 19]),
    figure(500, 'istio-1.22', [1, 7]),
  ],
  memoryEach: [
    figure(40, 'istio-1.12', [1, 8]),
    figure(50, 'istio-1.22', [1, 7]),
    figure(60, 'istio-1.24', [1, 24]),
    figure(72, 'aks-2024', [1, 19]),
    figure(156.2, 'linkerd-2021', [1, 12]),
  ],
  memoryOnce: [],
  p50: [noMedian('istio-1.12', [1, 8]), figure(20, 'linkerd-2021', [1, 12])],
  p99: [figure(0.88, 'istio-modes', [1, 24]), figure(2.7, 'istio-1.12', [1, 8]), figure(19.9, 'linkerd-2025', [1, 12])],
};

/** Istio in ambient mode: a ztunnel for each node, and a waypoint where requests are to be looked at. */
const ambient: ModeFigures = {
  cpuPerThousand: [figure(60, 'istio-1.24', [1, 24]), figure(60 + 250, 'istio-1.24', [1, 24])],
  memoryEach: [figure(12, 'istio-1.24', [1, 24])],
  memoryOnce: [figure(0, 'istio-1.24', [1, 24]), figure(60, 'istio-1.24', [1, 24])],
  p50: [noMedian('istio-modes', [1, 24]), figure(1.4, 'linkerd-2025', [1, 24])],
  p99: [figure(0.2, 'istio-modes', [1, 24]), figure(0.5, 'istio-modes', [1, 24]), figure(1.4, 'linkerd-2025', [1, 24])],
};

export const modes = { sidecar, ambient };
export type Mode = keyof typeof modes;
