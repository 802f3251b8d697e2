import type { AuthorizationPolicy, MeshPolicy, MtlsMode, PeerAuthentication } from '../../inventory/schema.ts';
import type { KubeObject } from '../../ports/contracts.ts';

type Words = readonly string[] | null;

interface Source {
  principals?: Words;
  namespaces?: Words;
  serviceAccounts?: Words;
  notPrincipals?: Words;
  notNamespaces?: Words;
  notServiceAccounts?: Words;
}

interface Rule {
  from?: { source?: Source }[] | null;
  when?: { key?: string; values?: Words; notValues?: Words }[] | null;
}

interface PolicySpec {
  selector?: { matchLabels?: Record<string, string> };
  mtls?: { mode?: string } | null;
  portLevelMtls?: Record<string, { mode?: string } | null>;
  action?: string;
  rules?: Rule[] | null;
  targetRef?: unknown;
  targetRefs?: unknown[];
}

/** Conditions on who calls, as the peer's certificate says; `request.auth.principal` is about a token. */
const identityKeys = new Set(['source.principal', 'source.namespace', 'source.serviceAccount']);
const modes: readonly MtlsMode[] = ['STRICT', 'PERMISSIVE', 'DISABLE'];

/** Policies of Istio that the proxies of workloads heed: one with `targetRefs` is about a gateway or a waypoint. */
export function parsePolicies(policies: readonly KubeObject[]): MeshPolicy[] {
  return policies.flatMap((policy): MeshPolicy[] => {
    const spec = (policy['spec'] ?? {}) as PolicySpec;
    if (policy.kind === 'PeerAuthentication') return [peerAuthentication(policy, spec)];
    const isTargeted = spec.targetRef !== undefined || (spec.targetRefs ?? []).length > 0;
    return policy.kind === 'AuthorizationPolicy' && !isTargeted ? [authorizationPolicy(policy, spec)] : [];
  });
}

type Scope = Pick<MeshPolicy, 'namespace' | 'name' | 'selector'>;

function scopeOf({ metadata: { name, namespace = '' } }: KubeObject, { selector }: PolicySpec): Scope {
  return { namespace, name, selector: selector?.matchLabels ?? {} };
}

function peerAuthentication(policy: KubeObject, spec: PolicySpec): PeerAuthentication {
  const createdAt = policy.metadata['creationTimestamp'];
  return {
    kind: 'PeerAuthentication',
    ...scopeOf(policy, spec),
    ...(typeof createdAt === 'string' ? { createdAt } : {}),
    mode: modeOf(spec.mtls),
    portModes: Object.fromEntries(Object.entries(spec.portLevelMtls ?? {}).map(([port, one]) => [port, modeOf(one)])),
  };
}

function modeOf(mtls: PolicySpec['mtls']): MtlsMode {
  return modes.find((mode) => mode === mtls?.mode) ?? 'UNSET';
}

function authorizationPolicy(policy: KubeObject, spec: PolicySpec): AuthorizationPolicy {
  return { kind: 'AuthorizationPolicy', ...scopeOf(policy, spec), asksIdentity: asksIdentity(spec) };
}

/**
 * ALLOW refuses whom it does not name. DENY refuses everybody but those it excepts: who has no identity is nobody's
 * exception. What an authorizer of its own asks (CUSTOM) is not in the policy.
 */
function asksIdentity({ action = 'ALLOW', rules }: PolicySpec): AuthorizationPolicy['asksIdentity'] {
  if (action === 'CUSTOM') return 'unknown';
  const asks = action === 'ALLOW' ? named : action === 'DENY' ? exceptedOnly : () => false;
  return (rules ?? []).some(asks) ? 'yes' : 'no';
}

function named(rule: Rule): boolean {
  return sourcesOf(rule).some(isNamed) || conditionsOf(rule).some(({ values }) => has(values));
}

/** A rule that also names somebody is not about who has no identity. */
function exceptedOnly(rule: Rule): boolean {
  const sources = sourcesOf(rule).filter((source) => !isNamed(source));
  const conditions = conditionsOf(rule);
  if (conditions.some(({ values }) => has(values)) || (sourcesOf(rule).length > 0 && sources.length === 0))
    return false;
  const excepts = ({ notPrincipals, notNamespaces, notServiceAccounts }: Source): boolean =>
    [notPrincipals, notNamespaces, notServiceAccounts].some(has);
  return sources.some(excepts) || conditions.some(({ notValues }) => has(notValues));
}

function sourcesOf({ from }: Rule): Source[] {
  return (from ?? []).flatMap(({ source }) => source ?? []);
}

function conditionsOf({ when }: Rule): NonNullable<Rule['when']> {
  return (when ?? []).filter(({ key = '' }) => identityKeys.has(key));
}

function isNamed({ principals, namespaces, serviceAccounts }: Source): boolean {
  return [principals, namespaces, serviceAccounts].some(has);
}

function has(words: Words | undefined): boolean {
  return (words ?? []).length > 0;
}
