import type { Estate } from '../estate/schema.ts';
import { sighting } from './declared-sightings.ts';
import { kubeId, unitId } from './ids.ts';
import type { HostLandmark, Landmarks } from './landmarks.ts';
import type { AllowedCall, ClusterFacts, UnitEnvironment } from './schema.ts';
import type { Sighting } from './sightings.ts';

/** The estate's hosts as far as the estate itself speaks of them. */
export function unseenHosts({ hosts }: Estate): HostLandmark[] {
  return hosts.map(({ name, address }) => ({ name, address, listeners: [] }));
}

/** What environment files say about who means to call whom. */
export function environmentSightings(environments: readonly UnitEnvironment[], landmarks: Landmarks): Sighting[] {
  return environments.flatMap(({ host: name, unit, file, declares }) => {
    const host: HostLandmark = { name, address: '', listeners: [] };
    const from = landmarks.node(unitId(name, unit));
    return declares
      .flatMap((declared) => sighting(landmarks, from, declared, { host, isWritten: true }))
      .map((found) => ({ ...found, detail: `${found.detail}, in ${file}` }));
  });
}

/**
 * What NetworkPolicies let through, as calls that somebody declared. The source is its own, so that such an edge, which
 * nobody else may vouch for, can be told from the others.
 */
export function allowedSightings(clusters: readonly ClusterFacts[], landmarks: Landmarks): Sighting[] {
  return clusters.flatMap(({ name, allowedCalls = [] }) => {
    const idOf = ({ namespace, kind, name: workload }: AllowedCall['from']): string =>
      kubeId(name, namespace, kind, workload);
    return allowedCalls.map(({ from, to, port, policy }): Sighting => ({
      from: landmarks.node(idOf(from)),
      to: landmarks.calleeOf(idOf(to)),
      port,
      source: 'network-policy',
      detail: `let through by NetworkPolicy ${policy}`,
      confidence: 'declared',
    }));
  });
}
