import { readFileSync } from 'node:fs';
import { peakMiB } from '../waves/child.ts';

/** What one process tells of one graph: how long each part took, and how much memory the process had at most. */
export interface PartsAnswer {
  /** Building the tool's own graph from two arrays of numbers. */
  buildMs: number;
  componentsMs: number;
  /** The graph of the components, and its nodes in topological order. */
  orderMs: number;
  cpuMs: number;
  peakMiB: number;
  /** What was found: the same by all tools, or one of them is wrong. */
  components: number;
  edgesBetween: number;
}

export interface Edges {
  count: number;
  from: Int32Array;
  to: Int32Array;
}

/** Two little-endian arrays of 32 bits in a row: the callers, then the callees. */
export function readEdges(file: string, count: number): Edges {
  const { buffer, byteOffset, byteLength } = readFileSync(file);
  const both = new Int32Array(buffer.slice(byteOffset, byteOffset + byteLength));
  return { count, from: both.subarray(0, both.length / 2), to: both.subarray(both.length / 2) };
}

/** A tool, cut into the parts that are timed. */
export interface Parts<Graph, Components> {
  build(edges: Edges): Graph;
  components(graph: Graph): Components;
  order(graph: Graph, components: Components): { components: number; edgesBetween: number };
}

export function timeParts<Graph, Components>(tool: Parts<Graph, Components>, edges: Edges): PartsAnswer {
  const cpu = process.cpuUsage();
  const at = [performance.now()];
  const graph = tool.build(edges);
  at.push(performance.now());
  const components = tool.components(graph);
  at.push(performance.now());
  const found = tool.order(graph, components);
  at.push(performance.now());
  const [buildMs, componentsMs, orderMs] = [1, 2, 3].map((part) => at[part]! - at[part - 1]!) as [
    number,
    number,
    number,
  ];
  const { user, system } = process.cpuUsage(cpu);
  return { buildMs, componentsMs, orderMs, cpuMs: (user + system) / 1000, peakMiB: peakMiB(), ...found };
}

/** Pairs of components with a call from one to the other, each once, by a tool's own numbers of components. */
export function pairsBetween({ count, from, to }: Edges, of: (node: number) => number): Set<number> {
  const pairs = new Set<number>();
  for (let edge = 0; edge < from.length; edge += 1) {
    const [one, other] = [of(from[edge]!), of(to[edge]!)];
    if (one !== other) pairs.add(one * count + other);
  }
  return pairs;
}
