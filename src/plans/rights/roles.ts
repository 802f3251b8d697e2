import type { MigrationPlan } from '../plan.ts';
import type { PolicyRule, Scope } from './rules.ts';

const RBAC = 'rbac.authorization.k8s.io';
const API = `${RBAC}/v1`;

/** Who gets the rights, as a binding names it (rbac.authorization.k8s.io/v1, Subject). */
export type Subject =
  | { kind: 'User' | 'Group'; apiGroup: typeof RBAC; name: string }
  | { kind: 'ServiceAccount'; namespace: string; name: string };

export const userSubject = (name: string): Subject => ({ kind: 'User', apiGroup: RBAC, name });
export const groupSubject = (name: string): Subject => ({ kind: 'Group', apiGroup: RBAC, name });

/** An object of RBAC, as it is applied. */
export interface RbacObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
  rules?: PolicyRule[];
  roleRef?: { apiGroup: string; kind: string; name: string };
  subjects?: Subject[];
}

/** The objects of one cluster. */
export interface ClusterRoles {
  cluster: string;
  objects: RbacObject[];
}

/** A Role for each namespace and a ClusterRole for what is in none, each with its binding where somebody is to get it. */
export function rolesOf({ id }: Pick<MigrationPlan, 'id'>, scopes: readonly Scope[], subject?: Subject): ClusterRoles[] {
  const byCluster = Map.groupBy(scopes, ({ cluster }) => cluster);
  return [...byCluster].map(([cluster, own]) => ({
    cluster,
    objects: own.flatMap((scope) => objectsOf(`meshway-${id}`, scope, subject)),
  }));
}

function objectsOf(name: string, { namespace, rules }: Scope, subject: Subject | undefined): RbacObject[] {
  const prefix = namespace === undefined ? 'Cluster' : '';
  const metadata = namespace === undefined ? { name } : { name, namespace };
  const role: RbacObject = { apiVersion: API, kind: `${prefix}Role`, metadata, rules };
  if (subject === undefined) return [role];
  const roleRef = { apiGroup: RBAC, kind: `${prefix}Role`, name };
  return [role, { apiVersion: API, kind: `${prefix}RoleBinding`, metadata, roleRef, subjects: [subject] }];
}
