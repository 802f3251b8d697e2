import { createHash } from 'node:crypto';
import { meshError } from '../../../errors/index.ts';
import type { HostFile } from '../../../plans/operation.ts';
import type { World } from '../../handler.ts';
import type { HostFacts } from './host-facts.ts';

/** What the host says of one path. */
export interface PathState {
  kind: string;
  digest: string;
  mode: string;
  owner: string;
  ageSeconds: number;
  size: number;
}

/** What a file must hold, for comparing. A token differs every time, and is judged by its age. */
export type Wanted =
  { kind: 'directory' } | { kind: 'text'; text: string } | { kind: 'token'; lifetimeSeconds: number };

const NONE: PathState = { kind: 'none', digest: '', mode: '', owner: '', ageSeconds: 0, size: 0 };

export function pathStates(facts: HostFacts, count: number): PathState[] {
  const states = Array.from({ length: count }, () => NONE);
  for (const line of facts.all('file')) {
    const [index = '', kind = 'none', digest = '', mode = '', owner = '', age = '', size = ''] = line.split(' ');
    if (Number(index) in states)
      states[Number(index)] = { kind, digest, mode, owner, ageSeconds: Number(age), size: Number(size) };
  }
  return states;
}

/** Resolves a reference to a ConfigMap; a token is not asked for here. */
export async function wantedOf({ content }: HostFile, world: World): Promise<Wanted> {
  if ('directory' in content) return { kind: 'directory' };
  if ('text' in content) return { kind: 'text', text: content.text };
  if ('token' in content) return { kind: 'token', lifetimeSeconds: content.token.expirationSeconds };
  const { cluster, namespace, name, key } = content.configMap;
  const object = await world.kube(cluster).get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name });
  const data = object?.['data'];
  const text = typeof data === 'object' && data !== null ? (data as Record<string, unknown>)[key] : undefined;
  if (typeof text !== 'string') throw meshError('MW1430', { cluster, object: `ConfigMap ${namespace}/${name}`, key });
  return { kind: 'text', text };
}

/** Whether the path already is what is wanted. Half of a token's life is left for whoever uses it. */
export function isAsWanted(file: HostFile, wanted: Wanted, state: PathState): boolean {
  if (state.mode !== Number.parseInt(file.mode, 8).toString(8) || state.owner !== String(file.owner)) return false;
  if (wanted.kind === 'directory') return state.kind === 'directory';
  if (state.kind !== 'file') return false;
  if (wanted.kind === 'token') return state.size > 0 && state.ageSeconds < wanted.lifetimeSeconds / 2;
  return state.digest === createHash('sha256').update(wanted.text.replace(/\n+$/, '')).digest('hex');
}
