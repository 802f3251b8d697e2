import type { MeshPolicy } from '../inventory/schema.ts';
import type { AssessedPods } from './view.ts';

/** The AuthorizationPolicies that name the callers of a workload. One of the root namespace holds in every namespace. */
export function policiesThatName({ cluster, facts, ref }: AssessedPods): MeshPolicy[] {
  const places = [ref.namespace, cluster.mesh?.rootNamespace];
  return (cluster.policies ?? []).filter(
    (policy) =>
      policy.kind === 'AuthorizationPolicy' &&
      policy.asksIdentity &&
      places.includes(policy.namespace) &&
      selects(policy, facts.podLabels),
  );
}

/**
 * The PeerAuthentications by which a workload refuses plaintext. The narrowest scope decides: one that selects the
 * workload, else its namespace's, else the mesh's. With a selector the root namespace's mean no other namespace.
 */
export function strictPolicies({ cluster, facts, ref }: AssessedPods): MeshPolicy[] {
  const root = cluster.mesh?.rootNamespace;
  const all = (cluster.policies ?? []).filter(({ kind }) => kind === 'PeerAuthentication');
  const isWide = ({ selector }: MeshPolicy): boolean => Object.keys(selector).length === 0;
  const own = all.filter(({ namespace }) => namespace === ref.namespace);
  const scopes = [
    own.filter((policy) => !isWide(policy) && selects(policy, facts.podLabels)),
    own.filter(isWide),
    all.filter((policy) => policy.namespace === root && isWide(policy)),
  ];
  const deciding = scopes.find((policies) => policies.length > 0) ?? [];
  return deciding.filter(({ asksIdentity }) => asksIdentity);
}

function selects({ selector }: MeshPolicy, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}
