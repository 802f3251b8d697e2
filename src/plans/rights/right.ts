import type { KubeRef } from '../operation.ts';

/** Verbs of the Kubernetes API as RBAC has them. */
export type Verb = 'create' | 'delete' | 'get' | 'list' | 'patch' | 'update';

/** What is asked of an API server. */
export interface KubeRight {
  on: 'cluster';
  cluster: string;
  /** Absent: of an object that is in no namespace. */
  namespace?: string;
  apiVersion: string;
  kind: string;
  subresource?: 'exec' | 'token';
  verb: Verb;
  /** Absent where the verb has none (list, create), or where nobody knows it before the run. */
  name?: string;
}

/**
 * What is asked of a host: a login, a script as root, or a file that is uploaded as root. Scripts and files go in on
 * standard input, so that sudo sees the same command for all of them.
 */
export interface HostRight {
  on: 'host';
  host: string;
  as: 'login' | 'script' | 'upload';
}

export type Right = KubeRight | HostRight;

/** The rights to do some verbs to one object. RBAC knows no name of what is created: only of its subresources. */
export function onObject(cluster: string, ref: KubeRef, verbs: readonly Verb[]): KubeRight[] {
  const { apiVersion, kind, namespace, name } = ref;
  return verbs.map((verb) => ({
    ...{ on: 'cluster', cluster, namespace, apiVersion, kind, verb },
    ...(verb !== 'create' && verb !== 'list' && { name }),
  }));
}

export const onHost = (host: string, ...as: HostRight['as'][]): HostRight[] =>
  as.map((one) => ({ on: 'host', host, as: one }));
