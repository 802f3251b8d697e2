/** A publication that figures are from. */
export interface CostSource {
  title: string;
  url: string;
}

/** Where the figures are from. What each measured, and how far it reaches: docs/guides/cost-of-the-mesh.md. */
export const costSources = {
  'istio-1.24': {
    title: 'Istio 1.24, Performance and Scalability',
    url: 'https://istio.io/v1.24/docs/ops/deployment/performance-and-scalability/',
  },
  'istio-1.22': {
    title: 'Istio 1.22, Performance and Scalability',
    url: 'https://istio.io/v1.22/docs/ops/deployment/performance-and-scalability/',
  },
  'istio-1.12': {
    title: 'Istio 1.12, Performance and Scalability',
    url: 'https://istio.io/v1.12/docs/ops/deployment/performance-and-scalability/',
  },
  'istio-modes': { title: 'Istio, Sidecar or ambient?', url: 'https://istio.io/latest/docs/overview/dataplane-modes/' },
  'aks-2024': {
    title: 'Microsoft 2024, Istio service mesh add-on performance and scaling (asm-1-19)',
    url: 'https://learn.microsoft.com/azure/aks/istio-scale',
  },
  'linkerd-2021': {
    title: 'Morgan 2021, Benchmarking Linkerd and Istio: 2021 Redux',
    url: 'https://linkerd.io/2021/11/29/linkerd-vs-istio-benchmarks-2021/',
  },
  'linkerd-2025': {
    title: 'Táskai 2025, Linkerd vs Ambient Mesh: 2025 Benchmarks',
    url: 'https://linkerd.io/2025/04/24/linkerd-vs-ambient-mesh-2025-benchmarks/',
  },
} as const satisfies Record<string, CostSource>;

export type CostSourceId = keyof typeof costSources;
