import type { EstateCluster } from '../estate/schema.ts';
import { isMeshError, meshError } from '../errors/index.ts';
import type { KubeManifest } from '../plans/operation.ts';
import type { KubeObject, KubePort } from './contracts.ts';
import { FIELD_MANAGER } from './field-manager.ts';
import { createKubeClient, type KubeClient, type KubeRequest } from './kube-client.ts';
import type { KubeConfigChoice } from './kube-config.ts';
import { createDiscovery, pathOf, type FindResource } from './kube-discovery.ts';
import { execInPod } from './kube-exec.ts';
import { listAll } from './kube-list.ts';
import { asObject, scopeOf } from './kube-objects.ts';

export interface OpenKubeOptions extends Pick<KubeConfigChoice, 'baseDirectory' | 'workingTree'> {
  env?: KubeConfigChoice['env'];
  /** Credential plugins that may run; otherwise the comma-separated MESHWAY_EXEC_PLUGINS. */
  allowedPlugins?: readonly string[];
  timeoutMs?: number;
  maxResponseBytes?: number;
  maxListBytes?: number;
}

const execOutputLimit = 16 * 1024 * 1024;

/** The port of one cluster of the estate. Opens nothing and throws nothing until it is used. */
export function openKube(
  cluster: Pick<EstateCluster, 'name' | 'kubeconfig' | 'context'>,
  options: OpenKubeOptions,
): KubePort {
  const env = options.env ?? process.env;
  const choice: KubeConfigChoice = {
    ...(cluster.kubeconfig === undefined ? {} : { file: cluster.kubeconfig }),
    ...(cluster.context === undefined ? {} : { context: cluster.context }),
    baseDirectory: options.baseDirectory,
    workingTree: options.workingTree,
    allowedPlugins:
      options.allowedPlugins ?? (env['MESHWAY_EXEC_PLUGINS'] ?? '').split(',').filter((plugin) => plugin !== ''),
    env,
  };
  const client = createKubeClient({
    cluster: cluster.name,
    choice,
    timeoutMs: options.timeoutMs ?? 30_000,
    maxResponseBytes: options.maxResponseBytes ?? 64 * 1024 * 1024,
    maxListBytes: options.maxListBytes ?? 1024 * 1024 * 1024,
  });
  return createKubePort(cluster.name, client);
}

/** Ties the port's methods to a client; objects go through unchanged. */
export function createKubePort(cluster: string, client: KubeClient): KubePort {
  const find = createDiscovery(client, cluster);
  const write = async (
    verb: 'create' | 'patch' | 'update' | 'delete',
    target: KubeManifest | KubeObject,
    rest: Pick<KubeRequest, 'query' | 'body' | 'contentType'>,
  ): Promise<KubeObject> => {
    const request = await requestFor(find, verb, target);
    return asObject(cluster, request.object, await client.send({ ...request, ...rest }));
  };
  return {
    cluster,
    get: (ref) => readOne(client, find, cluster, ref),
    list: (query) => listAll(client, find, cluster, query),
    apply: (object, { dryRun = false, resourceVersion, force = false } = {}) => {
      const body =
        resourceVersion === undefined ? object : { ...object, metadata: { ...object.metadata, resourceVersion } };
      return write('patch', object, {
        query: { ...writeQuery(dryRun), force: String(force) },
        body,
        contentType: 'application/apply-patch+yaml',
      });
    },
    replace: (object, { dryRun = false } = {}) => write('update', object, { query: writeQuery(dryRun), body: object }),
    create: (object, { dryRun = false } = {}) => write('create', object, { query: writeQuery(dryRun), body: object }),
    remove: async (object, { dryRun = false } = {}) => {
      const { uid, resourceVersion } = object.metadata;
      const body = {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        preconditions: { uid, resourceVersion },
        propagationPolicy: 'Background',
        ...(dryRun ? { dryRun: ['All'] } : {}),
      };
      const request = await requestFor(find, 'delete', object);
      await client.send({ ...request, body });
    },
    token: (request) => requestToken(client, cluster, request),
    exec: (pod, argv, { timeoutMs }) =>
      execInPod(client, { cluster, namespace: pod.namespace, pod: pod.name, container: pod.container }, argv, {
        timeoutMs,
        maxOutputBytes: execOutputLimit,
      }),
    identity: () => readIdentity(client, find, cluster),
    date: () => client.date(versionRequest),
  };
}

type ObjectName = { apiVersion: string; kind: string; metadata: { name: string; namespace?: string } };

async function requestFor(
  find: FindResource,
  verb: KubeRequest['verb'],
  { apiVersion, kind, metadata }: ObjectName,
): Promise<KubeRequest> {
  const resource = await find(apiVersion, kind);
  const namespace = resource.namespaced ? metadata.namespace : undefined;
  const path = pathOf(resource, namespace, verb === 'create' ? undefined : metadata.name);
  return {
    verb,
    path,
    resource: resource.qualified,
    scope: scopeOf(namespace),
    object: nameOf(kind, namespace, metadata.name),
  };
}

async function readOne(
  client: KubeClient,
  find: FindResource,
  cluster: string,
  ref: Parameters<KubePort['get']>[0],
): Promise<KubeObject | null> {
  const request = await requestFor(find, 'get', { ...ref, metadata: ref });
  try {
    return asObject(cluster, request.object, await client.send(request));
  } catch (error) {
    if (isMeshError(error, 'MW1210')) return null;
    throw error;
  }
}

async function requestToken(
  client: KubeClient,
  cluster: string,
  { namespace, serviceAccount, audience, expirationSeconds }: Parameters<KubePort['token']>[0],
): Promise<string> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/serviceaccounts/${encodeURIComponent(serviceAccount)}/token`;
  const object = nameOf('ServiceAccount', namespace, serviceAccount);
  const body = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { audiences: [audience], expirationSeconds },
  };
  const answer = (await client.send({
    verb: 'create',
    path,
    resource: 'serviceaccounts/token',
    scope: scopeOf(namespace),
    object,
    body,
  })) as { status?: { token?: unknown } } | null;
  const token = answer?.status?.token;
  if (typeof token !== 'string' || token === '')
    throw meshError('MW1209', { cluster, object, reason: 'the answer holds no token' });
  return token;
}

/** Open to every authenticated user by default. */
const versionRequest: KubeRequest = {
  verb: 'get',
  path: '/version',
  resource: '/version',
  scope: 'cluster-wide',
  object: 'version',
};

async function readIdentity(
  client: KubeClient,
  find: FindResource,
  cluster: string,
): Promise<{ version: string; uid: string }> {
  const version = (await client.send(versionRequest)) as { gitVersion?: string } | null;
  const system = await readOne(client, find, cluster, {
    apiVersion: 'v1',
    kind: 'Namespace',
    namespace: '',
    name: 'kube-system',
  });
  return { version: version?.gitVersion ?? 'unknown', uid: system?.metadata.uid ?? '' };
}

function writeQuery(dryRun: boolean): Record<string, string> {
  return { fieldManager: FIELD_MANAGER, fieldValidation: 'Strict', ...(dryRun ? { dryRun: 'All' } : {}) };
}

function nameOf(kind: string, namespace: string | undefined, name: string): string {
  return namespace === undefined || namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}
