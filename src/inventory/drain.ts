import type { MeshFacts } from './schema.ts';

/** Istio's own, where the mesh sets none ("ProxyConfig", `drainDuration`). */
const DRAIN_SECONDS = 45;

/** How long the proxies of a mesh drain a listener that was changed before they close what it still holds, in seconds: a protobuf Duration in JSON. */
export function drainSeconds(mesh: MeshFacts | null | undefined): number {
  const said = mesh?.defaultConfig['drainDuration'];
  const [, seconds] = /^(\d+(?:\.\d+)?)s$/.exec(typeof said === 'string' ? said : '') ?? [];
  return seconds === undefined ? DRAIN_SECONDS : Number(seconds);
}
