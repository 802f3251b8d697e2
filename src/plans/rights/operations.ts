import type { FileContent, KubeRef, Operation, OperationKind, OperationOf } from '../operation.ts';
import { preImageSecret } from '../owned-kinds.ts';
import { rightsOfCheck } from './checks.ts';
import { onHost, onObject, type Right, type Verb } from './right.ts';

/** What is known of the run that will ask. */
export interface RunScope {
  /** Its name, once it has one: then the Secret of its pre-images is known too. */
  run?: string;
}

type Rows = { readonly [K in OperationKind]: (operation: OperationOf<K>, scope: RunScope) => Right[] };

const script = ({ host }: { host: string }): Right[] => onHost(host, 'script');

/** The Secret with what was there before fields were set: in the object's namespace, or in the one that the object is. */
function preImages(cluster: string, ref: KubeRef, { run }: RunScope, verbs: readonly Verb[]): Right[] {
  const namespace = ref.kind === 'Namespace' && ref.apiVersion === 'v1' ? ref.name : ref.namespace;
  const secret = { apiVersion: 'v1', kind: 'Secret', namespace, name: preImageSecret(run ?? '') };
  const rights = onObject(cluster, secret, verbs);
  return run === undefined ? rights.map(({ name: _unknown, ...right }) => right) : rights;
}

/** What a file's content is read or made from. */
function sources(content: FileContent): Right[] {
  if ('configMap' in content) {
    const { cluster, ...ref } = content.configMap;
    return onObject(cluster, { apiVersion: 'v1', kind: 'ConfigMap', ...ref }, ['get']);
  }
  if (!('token' in content)) return [];
  const { cluster, namespace, serviceAccount: name } = content.token;
  const of = { apiVersion: 'v1', kind: 'ServiceAccount', subresource: 'token' } as const;
  return [{ on: 'cluster', cluster, namespace, ...of, verb: 'create', name }];
}

/** What each kind of operation asks for. The one place where that is written: the handlers are tested against it. */
export const operationRights: Rows = {
  'kube.create': ({ cluster, manifest: { apiVersion, kind, metadata } }) =>
    onObject(cluster, { apiVersion, kind, namespace: metadata.namespace, name: metadata.name }, [
      'get',
      'create',
      'update',
    ]),
  'kube.delete': ({ cluster, ref }) => onObject(cluster, ref, ['get', 'delete']),
  'kube.set': ({ cluster, ref }, scope) => [
    // Updated too, by a holder who takes a run over: that moves its version.
    ...onObject(cluster, ref, ['get', 'patch', 'update']),
    ...preImages(cluster, ref, scope, ['get', 'create', 'update']),
  ],
  'kube.unset': ({ cluster, ref }, scope) => [
    ...onObject(cluster, ref, ['get', 'update']),
    ...preImages(cluster, ref, scope, ['get', 'update', 'delete']),
  ],
  'route.weights': ({ cluster, ref }) => onObject(cluster, ref, ['get', 'update']),
  'host.install': ({ host }) => onHost(host, 'script', 'upload'),
  'host.files': ({ host, files }) => [...onHost(host, 'script'), ...files.flatMap(({ content }) => sources(content))],
  'host.unit': script,
  'host.capture': ({ host }) => onHost(host, 'script', 'login'),
  'host.uncapture': script,
  'host.drain': script,
  'host.remove': script,
  'host.recycle': script,
  'host.quiet': script,
  'host.retire': script,
  manual: ({ done }) => done.flatMap(rightsOfCheck),
};

/** What one operation asks for, from its first look at the target to its last. */
export function rightsOfOperation(operation: Operation, scope: RunScope = {}): Right[] {
  // As with checks: the table keeps the kinds apart.
  return (operationRights[operation.op] as (operation: Operation, scope: RunScope) => Right[])(operation, scope);
}
