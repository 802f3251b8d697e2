import { isMeshError, meshError } from '../errors/index.ts';
import type { KubeListQuery, KubeObject } from './contracts.ts';
import type { KubeClient, KubeRequest } from './kube-client.ts';
import { pathOf, type FindResource } from './kube-discovery.ts';
import { metadataForm, podForm } from './kube-shapes.ts';
import { asObject, scopeOf } from './kube-objects.ts';

const pageLimit = 500;
const maxPages = 2000;
const maxItems = pageLimit * maxPages;
const forms = { metadata: metadataForm, pod: podForm };

/** One list, and what its parts must say of themselves. */
interface Wanted {
  cluster: string;
  request: KubeRequest;
  query: KubeListQuery;
  namespace: string | undefined;
}

/** Reads all objects of a kind. A list that changed too much between two pages is begun anew, once. */
export async function listAll(
  client: KubeClient,
  find: FindResource,
  cluster: string,
  query: KubeListQuery,
): Promise<KubeObject[]> {
  const resource = await find(query.apiVersion, query.kind);
  const namespace = resource.namespaced ? query.namespace : undefined;
  const request: KubeRequest = {
    verb: 'list',
    path: pathOf(resource, namespace),
    resource: resource.qualified,
    scope: scopeOf(namespace),
    object: `${query.kind} list`,
    ...(query.only === undefined ? {} : { form: forms[query.only] }),
  };
  const read = (): Promise<KubeObject[]> => readPages(client, { cluster, request, query, namespace });
  return read().catch((error: unknown) => {
    if (isMeshError(error, 'MW1208') && error.args['status'] === 410) return read();
    throw error;
  });
}

/** The server's cache answers a list of version 0 as a whole; what begins so and goes on in pages is read to its end. */
async function readPages(client: KubeClient, wanted: Wanted): Promise<KubeObject[]> {
  const { query, request } = wanted;
  const filter: Record<string, string> =
    query.labelSelector === undefined ? {} : { labelSelector: query.labelSelector };
  const first: Record<string, string> =
    query.fromCache === true ? { resourceVersion: '0' } : { limit: String(pageLimit) };
  const objects: KubeObject[] = [];
  const seen = new Set<string>();
  let paging = first;
  for (let page = 0; page < maxPages; page += 1) {
    const { kept, next } = await readPage(client, wanted, { ...request, query: { ...filter, ...paging } });
    for (const object of kept) objects.push(object);
    if (next === '') return objects;
    if (seen.has(next)) throw unusable(wanted, 'it goes on with a page that was read before');
    if (objects.length > maxItems) break;
    seen.add(next);
    paging = { limit: String(pageLimit), continue: next };
  }
  throw unusable(wanted, `it has more than ${maxItems} items, or more than ${maxPages} pages`);
}

async function readPage(
  client: KubeClient,
  wanted: Wanted,
  request: KubeRequest,
): Promise<{ kept: KubeObject[]; next: string }> {
  const { apiVersion, kind, keep } = wanted.query;
  let kept: KubeObject[] = [];
  const begin = (): ((item: unknown) => void) => {
    const taken: KubeObject[] = (kept = []);
    return (item) => {
      refuseOther(wanted, item);
      // Items of built-in kinds carry neither kind nor apiVersion.
      const object = asObject(wanted.cluster, request.object, { ...(item as object), apiVersion, kind });
      const reduced = keep === undefined ? object : keep(object);
      if (reduced !== undefined) taken.push(reduced);
      if (taken.length > maxItems) throw unusable(wanted, `it has more than ${maxItems} items`);
    };
  };
  const { envelope, hasItems } = await client.items(request, begin);
  const { kind: listKind, metadata } = envelope as { kind?: unknown; metadata?: { continue?: unknown } | null };
  if (!hasItems) throw unusable(wanted, 'it has no items');
  if (typeof listKind === 'string' && ![`${kind}List`, 'List', 'PartialObjectMetadataList'].includes(listKind))
    throw unusable(wanted, 'it is a list of something else');
  const next = metadata?.continue;
  return { kept, next: typeof next === 'string' ? next : '' };
}

/** An item that says what it is says what was asked for, and lies where it was asked for. */
function refuseOther(wanted: Wanted, item: unknown): void {
  const { kind, metadata } = item as { kind?: unknown; metadata?: { namespace?: unknown } | null };
  if (kind !== undefined && kind !== wanted.query.kind && kind !== 'PartialObjectMetadata')
    throw unusable(wanted, 'an item is of another kind');
  if (wanted.namespace !== undefined && wanted.namespace !== '' && metadata?.namespace !== undefined)
    if (metadata.namespace !== wanted.namespace) throw unusable(wanted, 'an item is of another namespace');
}

function unusable({ cluster, request }: Wanted, reason: string): Error {
  return meshError('MW1209', { cluster, object: request.object, reason });
}
