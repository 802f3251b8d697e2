import type { MeshPolicy } from '../inventory/schema.ts';
import type { AssessedPods } from './view.ts';

/** The policies of a kind that ask the callers of a workload for an identity. One of the root namespace holds everywhere. */
export function policiesFor({ cluster, facts, ref }: AssessedPods, kind: MeshPolicy['kind']): MeshPolicy[] {
  const { mesh, policies = [] } = cluster;
  return policies.filter((policy) => {
    const isInScope = policy.namespace === ref.namespace || policy.namespace === mesh?.rootNamespace;
    const selects = Object.entries(policy.selector).every(([key, value]) => facts.podLabels[key] === value);
    return policy.kind === kind && policy.asksIdentity && isInScope && selects;
  });
}
