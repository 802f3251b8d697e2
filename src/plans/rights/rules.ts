import { resourceOf } from './resources.ts';
import type { HostRight, KubeRight, Right, Verb } from './right.ts';

/** One rule of a Role, with everything sorted (rbac.authorization.k8s.io/v1, PolicyRule). */
export interface PolicyRule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: Verb[];
}

/** The rules of one namespace, or of what is in none. */
export interface Scope {
  cluster: string;
  namespace?: string;
  rules: PolicyRule[];
}

/** The rights of a cluster as rules, a scope for each namespace: as few as say no more than the rights do. */
export function scopesOf(rights: readonly Right[]): Scope[] {
  const asked = rights.filter((right): right is KubeRight => right.on === 'cluster');
  const byPlace = Map.groupBy(asked, ({ cluster, namespace }) => JSON.stringify([cluster, namespace ?? null]));
  const scopes = [...byPlace.values()].flatMap((own) => {
    const [first] = own;
    return first === undefined ? [] : [{ ...placeOf(first), rules: rulesOf(own) }];
  });
  return scopes.toSorted((a, b) => compare(`${a.cluster} ${a.namespace ?? ''}`, `${b.cluster} ${b.namespace ?? ''}`));
}

const placeOf = ({ cluster, namespace }: KubeRight): Omit<Scope, 'rules'> =>
  namespace === undefined ? { cluster } : { cluster, namespace };

function rulesOf(rights: readonly KubeRight[]): PolicyRule[] {
  const byResource = Map.groupBy(rights, (right) => JSON.stringify(Object.values(resourceOf(right))));
  return [...byResource.keys()].toSorted(compare).flatMap((key) => ofResource(byResource.get(key) ?? []));
}

/** Verbs with the same names are one rule. A verb that is asked for without a name needs no names. */
function ofResource(rights: readonly KubeRight[]): PolicyRule[] {
  const [first] = rights;
  if (first === undefined) return [];
  const { group, resource } = resourceOf(first);
  const byVerb = [...Map.groupBy(rights, ({ verb }) => verb)];
  const byNames = Map.groupBy(byVerb, ([, own]) => JSON.stringify(namesOf(own)));
  return [...byNames.keys()].toSorted(compare).map((key) => {
    const names = JSON.parse(key) as string[] | null;
    const verbs = (byNames.get(key) ?? []).map(([verb]) => verb).toSorted(compare);
    return { apiGroups: [group], resources: [resource], ...(names && { resourceNames: names }), verbs };
  });
}

/** Null where one of the rights has no name, and so all objects are meant. */
function namesOf(rights: readonly KubeRight[]): string[] | null {
  const names = rights.map(({ name }) => name);
  return names.includes(undefined) ? null : [...new Set(names.filter((name) => name !== undefined))].toSorted(compare);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** By host, sorted: what is asked of it. */
export function hostNeeds(rights: readonly Right[]): { host: string; as: HostRight['as'][] }[] {
  const asked = rights.filter((right): right is HostRight => right.on === 'host');
  const byHost = Map.groupBy(asked, ({ host }) => host);
  return [...byHost.keys()].toSorted(compare).map((host) => ({
    host,
    as: [...new Set((byHost.get(host) ?? []).map(({ as }) => as))].toSorted(compare),
  }));
}
