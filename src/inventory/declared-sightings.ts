import { containerDeclares, isContainerNode } from './container-sightings.ts';
import { kubeId, unitId } from './ids.ts';
import type { HostLandmark, Landmarks } from './landmarks.ts';
import { isProxyUnit } from './noise.ts';
import type { ClusterFacts, HostFacts, HostUnit, KubeWorkload } from './schema.ts';
import type { Sighting } from './sightings.ts';

export type Declared = (HostUnit | KubeWorkload)['declares'][number];

/** What command lines and environments say about who means to call whom: calls that may not have happened yet. */
export function declaredSightings(
  hosts: readonly HostFacts[],
  clusters: readonly ClusterFacts[],
  landmarks: Landmarks,
): Sighting[] {
  const fromUnits = hosts.flatMap((host) =>
    host.units
      .filter((unit) => !isProxyUnit(unit))
      .flatMap((unit) =>
        unit.declares.flatMap((declared) =>
          sighting(landmarks, landmarks.node(unitId(host.name, unit.name)), declared, { host }),
        ),
      ),
  );
  const fromPods = clusters.flatMap((cluster) =>
    cluster.workloads.flatMap((workload) => {
      const from = landmarks.node(kubeId(cluster.name, workload.namespace, workload.kind, workload.name));
      const { namespace } = workload;
      return workload.declares.flatMap((declared) =>
        sighting(landmarks, from, declared, { namespace, isWritten: cluster.origin === 'files' }),
      );
    }),
  );
  return [...fromUnits, ...hosts.flatMap((host) => containerDeclares(host, landmarks)), ...fromPods];
}

/** Where a declaration stands. */
export interface Place {
  host?: HostLandmark;
  namespace?: string;
  /** Read from a file, not from what runs. */
  isWritten?: boolean;
}

/** What one declaration says; nothing where it names no part of the estate. */
export function sighting(landmarks: Landmarks, from: string, declared: Declared, place: Place): Sighting[] {
  const { port } = declared;
  const isAddress = /^(\d+\.\d+\.\d+\.\d+|[0-9a-f]*:[0-9a-f:]*)$/.test(declared.host);
  const to = isAddress
    ? landmarks.calleeAt(declared.host, port, place.host)
    : landmarks.calleeNamed(declared.host, port, place.namespace);
  // A name or address of the outside world, unless it is a container that was looked at, says nothing about the estate until a connection shows it is called.
  if (to === undefined || (to.startsWith('external/') && !isContainerNode(to))) return [];
  return [
    {
      from,
      to,
      port,
      addressedBy: isAddress ? 'ip' : 'name',
      source: place.isWritten === true ? 'files' : sourceOf(from, declared),
      detail: `${declared.host}:${port} in its ${wordsFor[declared.from]}`,
      confidence: 'declared',
    },
  ];
}

const wordsFor: Readonly<Record<Declared['from'], string>> = {
  command: 'command line',
  environment: 'environment',
  configuration: 'configuration files',
};

function sourceOf(from: string, declared: Declared): Sighting['source'] {
  if (declared.from === 'environment') return 'environment';
  if (declared.from === 'configuration') return 'configuration';
  return isUnit(from) ? 'proc' : 'kubernetes';
}

function isUnit(node: string): boolean {
  return /^(external\/)?vm\//.test(node);
}
