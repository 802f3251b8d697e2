import type { ClusterFacts, MeshFacts } from '../inventory/schema.ts';
import type { AssessView } from './view.ts';

/** Kubelets run native sidecars from 1.29 on when they are asked to, and Istio asks by itself from 1.33 on. */
const ABLE = 29;
const BY_ITSELF = 33;
/** Since then Istio decides by the kubelets where nobody told it. */
const AUTO_SINCE = 27;
/** Since then pods are heard (`sidecar.istio.io/nativeSidecar`). */
const HEARD_SINCE = 24;

/**
 * Whether the pods of a cluster get their proxy as a native sidecar: an init container that is there before the others and
 * ends after them. `unknown` where no kubelet or no mesh was read.
 *
 * @param wish what the pods ask for themselves, which counts more than what the control plane was told
 */
export function nativeSidecars({ mesh, kubelets = [] }: ClusterFacts, wish?: boolean): 'yes' | 'no' | 'unknown' {
  const asked = mesh === null ? undefined : (heard(mesh, wish) ?? askedFor(mesh));
  if (asked === undefined) return 'unknown';
  if (asked === 'off') return 'no';
  const minors = kubelets.map(minorOf);
  if (minors.some((minor) => minor !== undefined && minor < (asked === 'on' ? ABLE : BY_ITSELF))) return 'no';
  return minors.length === 0 || minors.includes(undefined) ? 'unknown' : 'yes';
}

/** What pods ask for, where the version of their mesh hears it. */
function heard({ version }: MeshFacts, wish: boolean | undefined): 'on' | 'off' | undefined {
  const minor = minorOf(version);
  if (wish === undefined || minor === undefined || minor < HEARD_SINCE) return undefined;
  return wish ? 'on' : 'off';
}

/** What the control plane was told, else what its version does by itself. */
function askedFor({ nativeSidecars: told, version }: MeshFacts): 'on' | 'off' | 'auto' | undefined {
  const minor = minorOf(version);
  return told ?? (minor === undefined ? undefined : minor >= AUTO_SINCE ? 'auto' : 'off');
}

/** The versions on which order and end of containers still matter. */
export const withoutNativeSidecars = {
  condition: 'clusters whose proxies are no native sidecars: kubelets before 1.33, or native sidecars off',
  holds: ({ clusters, pods }: AssessView): boolean =>
    clusters.length === 0 ||
    clusters.some((cluster) => nativeSidecars(cluster) !== 'yes' || cluster.jobs?.some(refuses) === true) ||
    pods.some(({ facts }) => refuses(facts)),
};

function refuses({ nativeSidecar }: { nativeSidecar?: boolean | undefined }): boolean {
  return nativeSidecar === false;
}

/** The second number of `1.31.0` or `v1.34.4-gke.1`. A version that begins otherwise, such as a date, is of a count of its own. */
function minorOf(version: string): number | undefined {
  const minor = /^v?1\.(\d{1,4})(?!\d)/.exec(version)?.[1];
  return minor === undefined ? undefined : Number(minor);
}
