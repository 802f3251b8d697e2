/**
 * Strongly connected components of a directed graph, by Tarjan's algorithm (SIAM J. Comput. 1(2), 1972), iterative,
 * so that a graph of any depth fits. Components come in reverse topological order: those that others point to first.
 *
 * @param count nodes, numbered from 0
 * @param successors the nodes each node points to, in a fixed order
 */
export function components(count: number, successors: readonly (readonly number[])[]): number[][] {
  const state = new Search(count);
  for (let root = 0; root < count; root += 1) if (state.index[root] === -1) visit(state, root, successors);
  return state.found;
}

class Search {
  readonly index: Int32Array;
  readonly low: Int32Array;
  readonly onStack: Uint8Array;
  readonly stack: number[] = [];
  readonly found: number[][] = [];
  next = 0;

  constructor(count: number) {
    this.index = new Int32Array(count).fill(-1);
    this.low = new Int32Array(count);
    this.onStack = new Uint8Array(count);
  }

  enter(node: number): void {
    this.index[node] = this.low[node] = this.next;
    this.next += 1;
    this.stack.push(node);
    this.onStack[node] = 1;
  }

  /** Closes a node whose successors are all done; at a root, its component is complete. */
  leave(node: number): void {
    if (this.low[node] !== this.index[node]) return;
    const members = this.stack.splice(this.stack.lastIndexOf(node));
    for (const member of members) this.onStack[member] = 0;
    this.found.push(members.sort((a, b) => a - b));
  }

  lower(node: number, by: number): void {
    this.low[node] = Math.min(this.low[node] ?? 0, by);
  }
}

function visit(state: Search, root: number, successors: readonly (readonly number[])[]): void {
  const path: { node: number; at: number }[] = [{ node: root, at: 0 }];
  state.enter(root);
  for (let frame = path.at(-1); frame; frame = path.at(-1)) {
    const target = successors[frame.node]?.[frame.at];
    frame.at += 1;
    if (target === undefined) {
      path.pop();
      state.leave(frame.node);
      const parent = path.at(-1);
      if (parent) state.lower(parent.node, state.low[frame.node] ?? 0);
    } else if (state.index[target] === -1) {
      state.enter(target);
      path.push({ node: target, at: 0 });
    } else if (state.onStack[target]) state.lower(frame.node, state.index[target] ?? 0);
  }
}
