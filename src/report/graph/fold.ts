import { calleesFirst } from '../../graph/order.ts';
import type { Inventory } from '../../inventory/schema.ts';
import { joinSeen, type Seen } from '../window-words.ts';
import { strongest, type Confidence, type Graph, type GraphNode, type Place } from './model.ts';

/** A thing that runs, as a picture shows it: services stand where their workloads are. */
export interface Box extends GraphNode {
  place: Place;
}

/** All calls between two boxes as one arrow. */
export interface Arrow {
  from: string;
  to: string;
  ports: number[];
  confidence: Confidence;
  evidence: string[];
  /** Of the connections among the evidence, where discovery looked over time. */
  seen?: Seen;
}

/** What a picture shows of a graph. */
export interface Picture {
  estate: string;
  /** In the order of drawing: callers before the services they call. */
  boxes: Box[];
  arrows: Arrow[];
  /** Workloads and the twins that take over from them. */
  twins: { primary: string; twin: string }[];
}

/** Folds services into their workloads, and calls between the same two into one arrow. Pure. */
export function foldGraph(graph: Graph, inventory: Inventory): Picture {
  const primaries = new Map<string, string>(
    graph.nodes.flatMap(({ id, service = '', role }) =>
      role === 'primary' ? [[`service/${service}`, id] as const] : [],
    ),
  );
  const boxOf = (id: string): string => primaries.get(id) ?? id;
  const boxes = graph.nodes.flatMap((node) => (node.place === 'service' ? [] : [{ ...node, place: node.place }]));
  const groups = Map.groupBy(graph.edges, ({ from, to }) => JSON.stringify([boxOf(from), boxOf(to)]));
  const arrows = [...groups.values()].flatMap((edges) => {
    const [first] = edges;
    if (first === undefined) return [];
    const seen = joinSeen(edges.flatMap((edge) => edge.seen ?? []));
    return {
      from: boxOf(first.from),
      to: boxOf(first.to),
      ports: [...new Set(edges.map(({ port }) => port))].sort((a, b) => a - b),
      confidence: strongest(edges.map(({ confidence }) => confidence)),
      evidence: edges.flatMap(({ evidence }) => evidence),
      ...(seen === undefined ? {} : { seen }),
    };
  });
  const twins = graph.nodes.flatMap(({ id, service = '', role }) =>
    role === 'twin' ? [{ primary: boxOf(`service/${service}`), twin: id }] : [],
  );
  return { estate: graph.estate, boxes: inOrder(boxes, inventory), arrows, twins };
}

/** Callers first, as far as calls do not go round in circles; strangers by name. */
function inOrder(boxes: readonly Box[], { workloads, dependencies }: Inventory): Box[] {
  const services = new Map(workloads.map(({ service }) => [service, service]));
  const order = calleesFirst(services, workloads, dependencies).flat().toReversed();
  const rank = new Map(order.map((service, index) => [service, index]));
  const rankOf = ({ service = '' }: Box): number => rank.get(service) ?? order.length;
  return boxes.toSorted((a, b) => rankOf(a) - rankOf(b) || (a.id < b.id ? -1 : 1));
}
