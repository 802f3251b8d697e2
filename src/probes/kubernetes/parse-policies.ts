import type { MeshPolicy } from '../../inventory/schema.ts';
import type { KubeObject } from '../../ports/contracts.ts';

interface Source {
  principals?: string[];
  namespaces?: string[];
  serviceAccounts?: string[];
}

interface PolicySpec {
  selector?: { matchLabels?: Record<string, string> };
  mtls?: { mode?: string };
  portLevelMtls?: Record<string, { mode?: string }>;
  action?: string;
  rules?: { from?: { source?: Source }[] }[];
}

/** Policies of Istio, and whether each refuses who comes without an identity. */
export function parsePolicies(policies: readonly KubeObject[]): MeshPolicy[] {
  return policies.flatMap(({ kind, metadata: { name, namespace = '' }, ...rest }): MeshPolicy[] => {
    if (kind !== 'PeerAuthentication' && kind !== 'AuthorizationPolicy') return [];
    const spec = (rest['spec'] ?? {}) as PolicySpec;
    // Without a mode of its own it leaves the decision to a wider one.
    if (kind === 'PeerAuthentication' && modesOf(spec).length === 0) return [];
    const asksIdentity = kind === 'PeerAuthentication' ? isStrict(spec) : namesIdentities(spec);
    return [{ kind, namespace, name, selector: spec.selector?.matchLabels ?? {}, asksIdentity }];
  });
}

function isStrict(spec: PolicySpec): boolean {
  return modesOf(spec).includes('STRICT');
}

function modesOf({ mtls, portLevelMtls = {} }: PolicySpec): string[] {
  const modes = [mtls, ...Object.values(portLevelMtls)].flatMap((one) => one?.mode ?? []);
  return modes.filter((mode) => mode !== 'UNSET');
}

/** Only ALLOW refuses whom it does not name. */
function namesIdentities({ action = 'ALLOW', rules = [] }: PolicySpec): boolean {
  const sources = rules.flatMap(({ from = [] }) => from.flatMap(({ source }) => source ?? []));
  return action === 'ALLOW' && sources.some(asksWho);
}

function asksWho({ principals = [], namespaces = [], serviceAccounts = [] }: Source): boolean {
  return principals.length + namespaces.length + serviceAccounts.length > 0;
}
