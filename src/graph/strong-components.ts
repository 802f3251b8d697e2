import { rowsOf } from './rows.ts';

/** Which strongly connected component each node is in. */
export interface StrongComponents {
  /** By node. Numbers are in reverse topological order: a component points only at those with smaller numbers. */
  of: Int32Array;
  count: number;
}

/**
 * Strongly connected components of a large graph: Tarjan's algorithm (SIAM J. Comput. 1(2), 1972) on typed arrays,
 * without recursion, in time and memory linear in nodes and edges.
 *
 * @param from the node that edge i starts at
 * @param to the node that edge i points at
 */
export function strongComponents(count: number, from: Int32Array, to: Int32Array): StrongComponents {
  const { offsets, edges } = rowsOf(count, from);
  const of = new Int32Array(count).fill(-1);
  // `low` is 0 for a node that was not met yet.
  const low = new Int32Array(count);
  const index = new Int32Array(count);
  const at = offsets.slice(0, count);
  const path = new Int32Array(count);
  const open = new Int32Array(count);
  let [met, found, openTop] = [0, 0, 0];
  for (let root = 0; root < count; root += 1) {
    if (low[root] !== 0) continue;
    let depth = 0;
    let node = root;
    for (;;) {
      if (low[node] === 0) {
        met += 1;
        low[node] = index[node] = met;
        path[depth] = node;
        depth += 1;
        open[openTop] = node;
        openTop += 1;
      }
      const edge = at[node]!;
      if (edge < offsets[node + 1]!) {
        at[node] = edge + 1;
        const target = to[edges[edge]!]!;
        if (low[target] === 0) node = target;
        else if (of[target] === -1 && index[target]! < low[node]!) low[node] = index[target]!;
        continue;
      }
      if (low[node] === index[node]) {
        do {
          openTop -= 1;
          of[open[openTop]!] = found;
        } while (open[openTop] !== node);
        found += 1;
      }
      depth -= 1;
      if (depth === 0) break;
      const parent = path[depth - 1]!;
      if (low[node]! < low[parent]!) low[parent] = low[node]!;
      node = parent;
    }
  }
  return { of, count: found };
}
