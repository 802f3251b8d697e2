import { meshError } from '../errors/index.ts';
import type { KubeObject } from './contracts.ts';

/** Where a request looks, in the words of an error. */
export function scopeOf(namespace: string | undefined): string {
  return namespace === undefined || namespace === '' ? 'cluster-wide' : `namespace ${namespace}`;
}

/** An answer as an object; MW1209 where it has no name. */
export function asObject(cluster: string, what: string, body: unknown): KubeObject {
  const name = (body as { metadata?: { name?: unknown } } | null)?.metadata?.name;
  if (typeof name !== 'string') throw meshError('MW1209', { cluster, object: what, reason: 'it has no metadata.name' });
  return body as KubeObject;
}
