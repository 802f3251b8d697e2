import { isUnitRef } from '../../estate/schema.ts';
import type { ProxyLabels } from './counters.ts';
import type { Call, Facts } from './facts.ts';
import { type Endpoint, isProxyReady, type MeshView } from './mesh-view.ts';
import type { ModelPods, WorldState } from './state.ts';

/** Why calls are not answered. */
export type Loss =
  | 'nobody there'
  | 'plaintext refused'
  | 'mutual TLS where no proxy is'
  | 'caller down'
  /** The service itself answers with an error. */
  | 'error';

/** How a workload's pods answer when something is wrong with them; 0 to 1 of their answers. */
export interface Illness {
  errors: number;
  slow: number;
  /** From this weight on, in percent. */
  fromWeight: number;
}

/** All that decides where calls go. */
export interface Scene {
  facts: Facts;
  state: WorldState;
  mesh: MeshView;
  nowMs: number;
  illness: ReadonlyMap<string, Illness>;
}

/** While pods restart some are without a proxy: all of them count as outside until the last one has it, and from the first that lost it. */
export const isMeshed = ({ injected, wasInjected, rolledOutAt }: ModelPods, nowMs: number): boolean =>
  nowMs >= rolledOutAt ? injected : injected && wasInjected;
export const labelsOf = ({ namespace, name }: ModelPods): ProxyLabels => ({ namespace, pod: `${name}-5d8f9-x2x4z` });

/** Where a call without a proxy goes: by the name, or by the address that the caller has. */
export function plainEnd({ facts, state, nowMs }: Scene, call: Call): Endpoint | undefined {
  const service = facts.services.get(call.to);
  const toPods = (id: string): Endpoint | undefined => {
    const pods = state.pods.get(id);
    return pods && { pods: id, mtls: isMeshed(pods, nowMs), isUp: pods.isUp };
  };
  if (!service) return undefined;
  if (call.twin !== undefined) return toPods(call.twin);
  const { workload, twin } = service;
  if (!isUnitRef(workload))
    return toPods(`k8s/${workload.cluster}/${workload.namespace}/${workload.kind}/${workload.name}`);
  const isMoved = state.names.get(service.hostname ?? '')?.some((address) => !facts.hostAt.has(address)) === true;
  if (isMoved && twin) return toPods(`k8s/${twin.cluster}/${twin.namespace}/${twin.kind}/${twin.name}`);
  const host = state.hosts.get(workload.host);
  return host && !host.retired.has(workload.unit) ? { host: workload.host, mtls: false, isUp: host.isUp } : undefined;
}

/** What becomes of calls at their end. */
export function arrival(
  { state, mesh, nowMs }: Scene,
  at: Endpoint | undefined,
  { mtls, isPast, isNeighbour, port }: { mtls: boolean; isPast: boolean; isNeighbour: boolean; port: number },
): { loss: Loss | undefined; receiver?: ProxyLabels } {
  if (!at?.isUp) return { loss: 'nobody there' };
  if (isNeighbour) return { loss: undefined };
  if ('host' in at) {
    const host = state.hosts.get(at.host);
    const isTaken = host?.capture?.inbound.has(port) === true && !isPast;
    if (!host || !isTaken) return { loss: mtls ? 'mutual TLS where no proxy is' : undefined };
    if (!isProxyReady(host, nowMs)) return { loss: 'nobody there' };
    const receiver = { instance: `${host.address}:15090` };
    return { loss: !mtls && mesh.isStrict(at, port) ? 'plaintext refused' : undefined, receiver };
  }
  const pods = state.pods.get(at.pods);
  if (!pods || !isMeshed(pods, nowMs)) return { loss: undefined };
  return { loss: !mtls && mesh.isStrict(at, port) ? 'plaintext refused' : undefined, receiver: labelsOf(pods) };
}
