import type { ClusterFacts } from '../inventory/schema.ts';
import type { AssessView } from './view.ts';

/** Kubelets run native sidecars from 1.29 on when they are asked to, and Istio asks by itself from 1.33 on. */
const ABLE = [1, 29] as const;
const BY_ITSELF = [1, 33] as const;
/** Since then Istio decides by the kubelets where nobody told it. */
const AUTO_SINCE = [1, 27] as const;

/**
 * Whether the pods of a cluster get their proxy as a native sidecar: an init container that is there before the others and
 * ends after them. `unknown` where no kubelet or no mesh was read.
 */
export function nativeSidecars({ mesh, kubelets }: ClusterFacts): 'yes' | 'no' | 'unknown' {
  if (mesh === null) return 'unknown';
  if (mesh.nativeSidecars === undefined && !/\d+\.\d+/.test(mesh.version)) return 'unknown';
  const asked = mesh.nativeSidecars ?? (isAtLeast(mesh.version, AUTO_SINCE) ? 'auto' : 'off');
  if (asked === 'off') return 'no';
  if (kubelets === undefined || kubelets.length === 0) return 'unknown';
  return kubelets.every((version) => isAtLeast(version, asked === 'on' ? ABLE : BY_ITSELF)) ? 'yes' : 'no';
}

/** The versions on which order and end of containers still matter. */
export const withoutNativeSidecars = {
  condition: 'clusters whose proxies are no native sidecars: kubelets before 1.33, or native sidecars off',
  holds: ({ clusters }: AssessView): boolean =>
    clusters.length === 0 || clusters.some((cluster) => nativeSidecars(cluster) !== 'yes'),
};

/** Whether a version that others wrote has these numbers or greater ones. */
export function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [, first = '0', second = '0'] = /(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(first) > major || (Number(first) === major && Number(second) >= minor);
}
