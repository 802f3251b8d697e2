import { isMeshError, meshError } from '../errors/index.ts';
import type { KubeClient, KubeRequest } from './kube-client.ts';

/** How the API server serves one kind. */
export interface KubeResource {
  /** The plural name in paths: `deployments`. */
  plural: string;
  /** As RBAC names it: `deployments.apps`. */
  qualified: string;
  namespaced: boolean;
  /** `/apis/apps/v1`. */
  basePath: string;
}

export type FindResource = (apiVersion: string, kind: string) => Promise<KubeResource>;

/**
 * Finds how kinds are served, asking once per apiVersion. A kind that is missing is asked for again the next time,
 * since its CRD may be installed meanwhile; then MW1204 names it.
 */
export function createDiscovery(client: KubeClient, cluster: string): FindResource {
  const known = new Map<string, KubeResource>();
  return async (apiVersion, kind) => {
    const key = `${apiVersion} ${kind}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    for (const [name, resource] of parseResources(apiVersion, await readResources(client, apiVersion)))
      known.set(name, resource);
    const resource = known.get(key);
    if (resource === undefined) throw meshError('MW1204', { cluster, kinds: `${kind} (${apiVersion})` });
    return resource;
  };
}

/** Reads an APIResourceList, leaving out subresources. */
export function parseResources(apiVersion: string, list: unknown): [string, KubeResource][] {
  const entries = (list as { resources?: unknown } | null)?.resources;
  if (!Array.isArray(entries)) return [];
  return entries.flatMap(
    (entry: { name?: unknown; kind?: unknown; namespaced?: unknown }): [string, KubeResource][] => {
      if (typeof entry.name !== 'string' || typeof entry.kind !== 'string' || !/^[a-z0-9.-]+$/.test(entry.name))
        return [];
      return [
        [
          `${apiVersion} ${entry.kind}`,
          {
            plural: entry.name,
            qualified: qualify(apiVersion, entry.name),
            namespaced: entry.namespaced === true,
            basePath: basePathOf(apiVersion),
          },
        ],
      ];
    },
  );
}

/** The path of a collection, or of one object in it. */
export function pathOf(resource: KubeResource, namespace: string | undefined, name?: string): string {
  const within =
    resource.namespaced && namespace !== undefined && namespace !== ''
      ? `/namespaces/${encodeURIComponent(namespace)}`
      : '';
  const tail = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  return `${resource.basePath}${within}/${resource.plural}${tail}`;
}

async function readResources(client: KubeClient, apiVersion: string): Promise<unknown> {
  const path = basePathOf(apiVersion);
  const request: KubeRequest = {
    verb: 'get',
    resource: path,
    scope: 'cluster-wide',
    object: `API ${apiVersion}`,
    path,
  };
  try {
    return await client.send(request);
  } catch (error) {
    const isUnserved = isMeshError(error, 'MW1210') || (isMeshError(error, 'MW1208') && error.args['status'] === 404);
    if (isUnserved) return null;
    throw error;
  }
}

function basePathOf(apiVersion: string): string {
  const parts = apiVersion.split('/').map(encodeURIComponent).join('/');
  return apiVersion.includes('/') ? `/apis/${parts}` : `/api/${parts}`;
}

function qualify(apiVersion: string, plural: string): string {
  const [group, version] = apiVersion.split('/');
  return version === undefined ? plural : `${plural}.${group}`;
}
