import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { largeEstate } from '../../../test/generators/estates.ts';
import { randomOf } from '../../../test/generators/random.ts';
import { type Edges, readEdges } from './parts.ts';

/** A graph on disk, for processes that are given its name. */
export interface GraphFile {
  name: string;
  nodes: number;
  edges: number;
  file: string;
}

const SIZES = [
  [1000, 10_000],
  [5000, 50_000],
  [10_000, 100_000],
  [100_000, 1_000_000],
] as const;

/** Of each size the calls of an estate, and a chain: the deepest graph there is, which a recursion has to survive. */
export function prepareGraphs(): GraphFile[] {
  const directory = mkdtempSync(join(tmpdir(), 'mesh-bench-graphs-'));
  return SIZES.flatMap(([nodes, calls]) => {
    const { from, to } = largeEstate(1, nodes, calls, 20);
    return [written(directory, 'estate', { count: nodes, from, to }), written(directory, 'chain', chainOf(nodes))];
  });
}

export function removeGraphs(graphs: readonly GraphFile[]): void {
  for (const { file } of graphs) rmSync(dirname(file), { recursive: true, force: true });
}

export function edgesOf({ file, nodes }: GraphFile): Edges {
  return readEdges(file, nodes);
}

function written(directory: string, kind: string, { count, from, to }: Edges): GraphFile {
  const file = join(directory, `${kind}-${count}`);
  writeFileSync(
    file,
    Buffer.concat([from, to].map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength))),
  );
  if (readFileSync(file).length !== 8 * from.length) throw new Error(`${kind} of ${count} was not written whole`);
  return { name: `${kind} ${count}`, nodes: count, edges: from.length, file };
}

/** Each node calls the next one of a random order, begun by whichever has the smallest number. */
function chainOf(count: number): Edges {
  const order = randomOf(count).shuffled(count);
  const first = order.indexOf(0);
  [order[0], order[first]] = [order[first]!, order[0]!];
  return { count, from: order.slice(0, -1), to: order.slice(1) };
}
