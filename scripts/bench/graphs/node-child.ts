import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Edges, type Parts, pairsBetween, readEdges, timeParts } from './parts.ts';

/** What is used of graphology. */
interface Graphology {
  addNode(node: number | string): void;
  addDirectedEdge(from: number | string, to: number | string): void;
}

/** What is used of graphlib. */
interface Graphlib {
  setNode(node: string): void;
  setEdge(from: string, to: string): void;
}

interface Held<Graph> {
  graph: Graph;
  edges: Edges;
}

const [, , name = '', peers = '', file = '', count = '0'] = process.argv;
const load = createRequire(join(peers, 'package.json'));

/** The number of each node's component, from lists of the nodes of each, which are strings of numbers. */
function numbersOf(nodes: number, components: readonly string[][]): Int32Array {
  const of = new Int32Array(nodes);
  for (const [number, members] of components.entries()) for (const member of members) of[Number(member)] = number;
  return of;
}

function between({ edges }: Held<unknown>, components: readonly string[][]): [number, number][] {
  const of = numbersOf(edges.count, components);
  const pairs = pairsBetween(edges, (node) => of[node]!);
  return Array.from(pairs, (pair) => [Math.floor(pair / edges.count), pair % edges.count]);
}

function graphology(): Parts<Held<Graphology>, string[][]> {
  const { DirectedGraph } = load('graphology') as { DirectedGraph: new () => Graphology };
  const { stronglyConnectedComponents } = load('graphology-components') as {
    stronglyConnectedComponents(graph: Graphology): string[][];
  };
  const { topologicalSort } = load('graphology-dag') as { topologicalSort(graph: Graphology): string[] };
  return {
    build: (edges) => {
      const graph = new DirectedGraph();
      for (let node = 0; node < edges.count; node += 1) graph.addNode(node);
      for (let edge = 0; edge < edges.from.length; edge += 1) graph.addDirectedEdge(edges.from[edge]!, edges.to[edge]!);
      return { graph, edges };
    },
    components: ({ graph }) => stronglyConnectedComponents(graph),
    order: (held, components) => {
      const condensed = new DirectedGraph();
      for (const number of components.keys()) condensed.addNode(number);
      const pairs = between(held, components);
      for (const [one, other] of pairs) condensed.addDirectedEdge(one, other);
      return { components: topologicalSort(condensed).length, edgesBetween: pairs.length };
    },
  };
}

function graphlib(): Parts<Held<Graphlib>, string[][]> {
  const { Graph, alg } = load('@dagrejs/graphlib') as {
    Graph: new () => Graphlib;
    alg: { tarjan(graph: Graphlib): string[][]; topsort(graph: Graphlib): string[] };
  };
  return {
    build: (edges) => {
      const graph = new Graph();
      for (let node = 0; node < edges.count; node += 1) graph.setNode(String(node));
      for (let edge = 0; edge < edges.from.length; edge += 1)
        graph.setEdge(String(edges.from[edge]), String(edges.to[edge]));
      return { graph, edges };
    },
    components: ({ graph }) => alg.tarjan(graph),
    order: (held, components) => {
      const condensed = new Graph();
      for (const number of components.keys()) condensed.setNode(String(number));
      const pairs = between(held, components);
      for (const [one, other] of pairs) condensed.setEdge(String(one), String(other));
      return { components: alg.topsort(condensed).length, edgesBetween: pairs.length };
    },
  };
}

const edges = readEdges(file, Number(count));
console.log(JSON.stringify(name === 'graphology' ? timeParts(graphology(), edges) : timeParts(graphlib(), edges)));
