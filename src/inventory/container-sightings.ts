import type { Container } from './container-schema.ts';
import { containerNode, containersNamed, isOnHostNetwork } from './containers.ts';
import type { Landmarks } from './landmarks.ts';
import { isLoopback } from './noise.ts';
import type { HostFacts } from './schema.ts';
import type { Sighting } from './sightings.ts';

/** Names that engines give a container for the host that it is on. */
const hostNames = new Set(['host.docker.internal', 'host.containers.internal', 'gateway.docker.internal']);

/** Whether a node is a container of a host, which is known though the estate does not name it. */
export function isContainerNode(node: string): boolean {
  return /^external\/(container\/|vm\/[^/]+\/[^/]+\.container$)/.test(node);
}

/** What the environments and arguments of a host's running containers say about whom they mean to call. */
export function containerDeclares(host: HostFacts, landmarks: Landmarks): Sighting[] {
  const running = (host.containers?.list ?? []).filter(({ state }) => state === 'running');
  return running.flatMap((container) => {
    const from = landmarks.nodeOfContainer(container, host);
    return container.declares.flatMap(({ host: name, port, from: where }): Sighting[] => {
      const called = calleeOf(container, host, landmarks, { name, port });
      if (called === undefined) return [];
      const detail = `${name}:${port} in its ${where === 'command' ? 'command line' : 'environment'}`;
      return [{ from, port, ...called, source: 'docker', detail, confidence: 'declared' }];
    });
  });
}

type Called = Pick<Sighting, 'to'> & { addressedBy: 'name' | 'ip' };

/** A name of another container on its networks comes before all others, as the engine answers it first. */
function calleeOf(
  container: Container,
  host: HostFacts,
  landmarks: Landmarks,
  { name, port }: { name: string; port: number },
): Called | undefined {
  if (/^(\d+\.\d+\.\d+\.\d+|[0-9a-f]*:[0-9a-f:]*)$/.test(name)) {
    // On a network of its own, this is the container itself.
    if (isLoopback(name) && !isOnHostNetwork(container, host)) return undefined;
    return known(landmarks.calleeAt(name, port, host), 'ip');
  }
  const [other] = containersNamed(host, container, name);
  if (other !== undefined) return { to: containerNode(other, host), addressedBy: 'name' };
  if (hostNames.has(name)) return known(landmarks.calleeAt(host.address, port, host), 'name');
  return known(landmarks.calleeNamed(name, port), 'name');
}

function known(to: string | undefined, addressedBy: 'name' | 'ip'): Called | undefined {
  return to === undefined || (to.startsWith('external/') && !isContainerNode(to)) ? undefined : { to, addressedBy };
}
