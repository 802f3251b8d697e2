/** Edges by the node they start from: those of `node` are at `offsets[node]` up to `offsets[node + 1]` of `edges`. */
export interface Rows {
  offsets: Int32Array;
  /** Numbers of edges, within a row in their given order. */
  edges: Int32Array;
}

/** Compressed sparse rows of a graph, by counting: linear in nodes and edges. @param from the node each edge starts at */
export function rowsOf(count: number, from: Int32Array): Rows {
  const offsets = new Int32Array(count + 1);
  for (const node of from) offsets[node + 1]! += 1;
  for (let node = 0; node < count; node += 1) offsets[node + 1]! += offsets[node]!;
  const next = offsets.slice(0, count);
  const edges = new Int32Array(from.length);
  for (let edge = 0; edge < from.length; edge += 1) {
    const node = from[edge]!;
    edges[next[node]!] = edge;
    next[node]! += 1;
  }
  return { offsets, edges };
}

/** The numbers of edges in the order of `from`, then of `to`, then as given: the same graph is read the same way. */
export function edgeOrder(count: number, from: Int32Array, to: Int32Array): Int32Array {
  const byTo = rowsOf(count, to).edges;
  const { edges } = rowsOf(
    count,
    byTo.map((edge) => from[edge]!),
  );
  return edges.map((at) => byTo[at]!);
}
