import type { AuthorizationPolicy, ClusterFacts, MtlsMode, PeerAuthentication } from '../inventory/schema.ts';

/** What decides which policies mean a workload. */
export interface PolicyTarget {
  cluster: ClusterFacts;
  namespace: string;
  /** Undefined for a VM of which nobody said what its registration is labelled with. */
  labels: Readonly<Record<string, string>> | undefined;
  /** True for a VM: its registration gets labels of the mesh's own besides. */
  isRegistered?: boolean;
}

/** Whether a policy means a workload; `maybe` where the labels that it selects by are not known. */
type Meant = 'yes' | 'no' | 'maybe';

/** What Istio labels registrations with besides. */
const addedLabel = /(^|\.)istio\.io\/|^topology\.kubernetes\.io\//;
/** What a registration may be labelled with: the provider's own words, and those that Istio adds. */
const registrationLabel = /(^|\.)(meshway\.dev|istio\.io)\/|^topology\.kubernetes\.io\//;

/** The AuthorizationPolicies that mean a workload. One of the root namespace holds in every namespace. */
export function authorizations(target: PolicyTarget): { policy: AuthorizationPolicy; meant: Meant }[] {
  const places = [target.namespace, target.cluster.mesh?.rootNamespace];
  return (target.cluster.policies ?? [])
    .filter((policy) => policy.kind === 'AuthorizationPolicy')
    .filter(({ namespace }) => places.includes(namespace))
    .map((policy) => ({ policy, meant: means(policy, target) }))
    .filter(({ meant }) => meant !== 'no');
}

export function isStrict({ mode }: Mtls): boolean {
  return mode === 'STRICT';
}

/** The policy that decides, in words. */
export function policyName({ by }: Mtls): string {
  return by === undefined ? 'no policy' : `PeerAuthentication ${by.namespace}/${by.name}`;
}

/** What holds at a port, and the policy that says so; nothing at all is PERMISSIVE. */
export interface Mtls {
  mode: MtlsMode;
  by: PeerAuthentication | undefined;
}

/**
 * What PeerAuthentications make of a workload's own port: several answers where its labels or the port are not known. The
 * narrowest that says something decides: the port's mode, the workload's, its namespace's, the mesh's. In the root namespace
 * a selector means nobody, and of several of one scope the oldest holds (Istio, PeerAuthentication).
 */
export function mtlsAt(target: PolicyTarget, port: number | undefined): Mtls[] {
  const { cluster, namespace } = target;
  const root = cluster.mesh?.rootNamespace;
  const all = (cluster.policies ?? []).filter((policy) => policy.kind === 'PeerAuthentication').toSorted(byAge);
  const wideIn = (place: string | undefined): PeerAuthentication | undefined =>
    all.find((policy) => policy.namespace === place && isWide(policy));
  const wide = [wideIn(namespace), wideIn(root)];
  const own = all.filter((policy) => policy.namespace === namespace && namespace !== root && !isWide(policy));
  return narrowest(target, own).flatMap((narrow) => modesAt([narrow, ...wide], port));
}

/** The selecting policies any of which may be the workload's; undefined for none of them. */
function narrowest(
  target: PolicyTarget,
  own: readonly PeerAuthentication[],
): readonly (PeerAuthentication | undefined)[] {
  const sure = own.find((policy) => means(policy, target) === 'yes');
  return [sure, ...own.filter((policy) => means(policy, target) === 'maybe')];
}

/** @param chain from the narrowest scope to the widest */
function modesAt(chain: readonly (PeerAuthentication | undefined)[], port: number | undefined): Mtls[] {
  const [narrow] = chain;
  const by = chain.find((policy) => policy !== undefined && policy.mode !== 'UNSET');
  const inherited: Mtls = { mode: by?.mode ?? 'PERMISSIVE', by };
  const ports = narrow === undefined || isWide(narrow) ? {} : narrow.portModes;
  const ofPort = (mode: MtlsMode): Mtls => (mode === 'UNSET' ? inherited : { mode, by: narrow });
  if (port === undefined) return [inherited, ...Object.values(ports).map(ofPort)];
  return [ofPort(ports[String(port)] ?? 'UNSET')];
}

function means({ selector }: Pick<PeerAuthentication, 'selector'>, { labels, isRegistered }: PolicyTarget): Meant {
  const wanted = Object.entries(selector);
  if (labels !== undefined) {
    const open = wanted.filter(([key, value]) => labels[key] !== value);
    if (open.length === 0) return 'yes';
    return isRegistered === true && open.every(([key]) => addedLabel.test(key) && labels[key] === undefined)
      ? 'maybe'
      : 'no';
  }
  if (wanted.length === 0) return 'yes';
  return wanted.every(([key]) => registrationLabel.test(key)) ? 'maybe' : 'no';
}

function isWide({ selector }: PeerAuthentication): boolean {
  return Object.keys(selector).length === 0;
}

function byAge(a: PeerAuthentication, b: PeerAuthentication): number {
  const [first, second] = [a, b].map(({ createdAt = '', name }) => `${createdAt} ${name}`);
  return (first ?? '') < (second ?? '') ? -1 : 1;
}
