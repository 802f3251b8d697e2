import { API_VERSION, type Estate } from '../estate/schema.ts';
import type { ComposeProject } from './compose.ts';
import { composeEnvironments, composeSightings } from './compose-sightings.ts';
import { declaredSightings } from './declared-sightings.ts';
import { allowedSightings, environmentSightings, unseenHosts } from './file-sightings.ts';
import { examine } from './findings.ts';
import { flowSightings } from './flow-sightings.ts';
import { Landmarks } from './landmarks.ts';
import type { ClusterFacts, Dependency, Finding, HostFacts, Inventory, UnitEnvironment } from './schema.ts';
import { toDependencies } from './sightings.ts';
import { workloadsOf } from './workloads.ts';

/** All that the probes brought home. */
export interface Observations {
  estate: Estate;
  estateDigest: string;
  /** ISO 8601; the time of every piece of evidence. */
  capturedAt: string;
  hosts: readonly HostFacts[];
  clusters: readonly ClusterFacts[];
  /** Of units whose hosts nobody looked at: given only where files are all there is. */
  environments?: readonly UnitEnvironment[];
  /** What Compose files say. */
  compose?: readonly ComposeProject[];
  /** What went wrong while looking: hosts and clusters that could not be asked. */
  findings: readonly Finding[];
}

/** The inventory that observations amount to: who runs where, who calls whom, and what stands out. */
export function assemble(observed: Observations): Inventory {
  const { estate, estateDigest, capturedAt, hosts, clusters, findings, environments, compose = [] } = observed;
  const landmarks = new Landmarks(estate, hosts, clusters, environments === undefined ? [] : unseenHosts(estate));
  const declared = [
    ...declaredSightings(hosts, clusters, landmarks),
    ...environmentSightings(environments ?? [], landmarks),
    ...composeSightings(compose, estate, landmarks),
    ...allowedSightings(clusters, landmarks),
  ];
  const seen = flowSightings(estate, hosts, landmarks, declared);
  // Members of one service that call each other depend on nothing else.
  const sightings = [...seen, ...declared].filter(({ from, to }) => landmarks.calleeOf(from) !== to);
  const dependencies = toDependencies(sightings, (callee) => protocolOf(estate, callee), capturedAt);
  return {
    apiVersion: API_VERSION,
    kind: 'Inventory',
    estate: { name: estate.name, digest: estateDigest },
    capturedAt,
    hosts: hosts.toSorted(byName),
    clusters: clusters.toSorted(byName),
    workloads: workloadsOf(estate, hosts, clusters, capturedAt, [
      ...(environments ?? []),
      ...composeEnvironments(estate, compose),
    ]),
    dependencies,
    findings: [...findings, ...examine(estate, hosts, clusters, Date.parse(capturedAt))],
  };
}

function protocolOf(estate: Estate, callee: string): Dependency['protocol'] {
  return estate.services.find(({ name }) => callee === `service/${name}`)?.protocol ?? 'unknown';
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : Number(a.name > b.name);
}
