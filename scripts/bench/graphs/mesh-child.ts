import { rowsOf } from '../../../src/graph/rows.ts';
import { strongComponents, type StrongComponents } from '../../../src/graph/strong-components.ts';
import { type Edges, type Parts, pairsBetween, readEdges, timeParts } from './parts.ts';

/** The graph is the two arrays, and components come in topological order: what is left is the calls between them. */
const mesh: Parts<Edges, StrongComponents> = {
  build: (edges) => {
    rowsOf(edges.count, edges.from);
    return edges;
  },
  components: ({ count, from, to }) => strongComponents(count, from, to),
  order: (edges, { of, count }) => ({ components: count, edgesBetween: pairsBetween(edges, (node) => of[node]!).size }),
};

const [, , file = '', count = '0'] = process.argv;
console.log(JSON.stringify(timeParts(mesh, readEdges(file, Number(count)))));
