import type { Dependency, Evidence, Inventory, Position, Workload } from '../../inventory/schema.ts';
import { seenOf, type Seen } from '../window-words.ts';

/** How well a call is known: by the best of its evidence. */
export type Confidence = Evidence['confidence'];
export type Place = Position['platform'] | 'outside';

export interface GraphNode {
  /** As `mesh discover` prints it: `vm/…`, `k8s/…`, `service/…` or `external/…`. */
  id: string;
  place: Place | 'service';
  /** Of a workload of the estate. */
  service?: string;
  role?: Workload['role'];
  mesh?: Position['mesh'];
}

export interface GraphEdge {
  from: string;
  to: string;
  port: number;
  protocol: Dependency['protocol'];
  addressedBy: Dependency['addressedBy'];
  confidence: Confidence;
  /** `files: catalog:8080 in its environment`, one for each piece of evidence. */
  evidence: string[];
  /** Of an edge that connections show, in an inventory that was taken over time. */
  seen?: Seen;
}

/** Who calls whom, for whatever draws it. */
export interface Graph {
  estate: string;
  nodes: GraphNode[];
  edges: GraphEdge[];
}

/** The graph of an inventory: workloads, the services they stand for, strangers, and the calls between them. Pure. */
export function graphOf({ estate, workloads, dependencies, window }: Inventory): Graph {
  const nodes = new Map<string, GraphNode>();
  for (const { id, service, role, position } of workloads) {
    nodes.set(id, { id, place: position.platform, service, role, mesh: position.mesh });
    nodes.set(`service/${service}`, { id: `service/${service}`, place: 'service', service });
  }
  for (const id of dependencies.flatMap(({ from, to }) => [from, to]))
    if (!nodes.has(id)) nodes.set(id, { id, place: placeOf(id) });
  return {
    estate: estate.name,
    nodes: [...nodes.values()],
    edges: dependencies.map((one) => edgeOf(one, window !== undefined)),
  };
}

function placeOf(id: string): GraphNode['place'] {
  if (id.startsWith('service/')) return 'service';
  if (id.startsWith('vm/')) return 'vm';
  return id.startsWith('k8s/') ? 'kubernetes' : 'outside';
}

function edgeOf({ from, to, port, protocol, addressedBy, evidence }: Dependency, isOverTime: boolean): GraphEdge {
  const seen = isOverTime ? seenOf(evidence) : undefined;
  return {
    from,
    to,
    port,
    protocol,
    addressedBy,
    confidence: strongest(evidence.map(({ confidence }) => confidence)),
    evidence: evidence.map(({ source, detail }) => `${source}: ${detail}`),
    ...(seen === undefined ? {} : { seen }),
  };
}

/** A call that was seen is better known than one that was deduced, and that better than one that is only declared. */
export function strongest(all: readonly Confidence[]): Confidence {
  if (all.includes('observed')) return 'observed';
  return all.includes('inferred') ? 'inferred' : 'declared';
}
