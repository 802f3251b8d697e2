import { sanitizeLine } from '../sanitize.ts';
import { seenText } from '../window-words.ts';
import type { Confidence, Graph, GraphEdge, GraphNode } from './model.ts';

const titles = { vm: 'virtual machines', kubernetes: 'Kubernetes' } as const;
const lines: Readonly<Record<Confidence, string>> = { observed: 'solid', declared: 'dashed', inferred: 'dotted' };

/** The graph in the language of Graphviz: VMs and Kubernetes as two clusters, solid lines for calls that were seen. */
export function renderDot(graph: Graph): string {
  const nameOf = new Map(graph.nodes.map(({ id }, index) => [id, `n${index}`]));
  const name = (id: string): string => nameOf.get(id) ?? 'unknown';
  const inPlace = (place: GraphNode['place']): GraphNode[] => graph.nodes.filter((node) => node.place === place);
  const node = (one: GraphNode): string => `${name(one.id)} [label=${quoted(one.id)}${shapeOf(one)}];`;
  return [
    'digraph mesh {',
    `  label=${quoted(`estate ${graph.estate}`)};`,
    '  rankdir=LR;',
    '  node [shape=box, fontname="sans-serif"];',
    '  edge [fontname="sans-serif"];',
    ...(['vm', 'kubernetes'] as const).flatMap((place) => [
      `  subgraph cluster_${place} {`,
      `    label=${quoted(titles[place])};`,
      ...inPlace(place).map((one) => `    ${node(one)}`),
      '  }',
    ]),
    ...[...inPlace('service'), ...inPlace('outside')].map((one) => `  ${node(one)}`),
    ...graph.edges.map((edge) => `  ${edgeLine(edge, name)}`),
    ...graph.nodes.flatMap((one) => (one.role === undefined ? [] : [`  ${servedBy(one, name)}`])),
    '}',
  ].join('\n');
}

function shapeOf({ place, mesh }: GraphNode): string {
  if (place === 'service') return ', shape=ellipse';
  if (place === 'outside') return ', style=dashed';
  return mesh === 'on' ? ', penwidth=2' : '';
}

function edgeLine({ from, to, port, confidence, seen }: GraphEdge, name: (id: string) => string): string {
  const label = seen === undefined ? `${port}` : `${port}\\n${seen.count}×`;
  const tooltip = seen === undefined ? confidence : `${confidence}, ${seenText(seen)}`;
  return `${name(from)} -> ${name(to)} [label="${label}", style=${lines[confidence]}, tooltip="${tooltip}"];`;
}

function servedBy({ id, service = '', role }: GraphNode, name: (id: string) => string): string {
  return `${name(`service/${service}`)} -> ${name(id)} [dir=none, color=gray, label="${role === 'twin' ? 'twin' : ''}"];`;
}

/** A quoted string ends at a quote, escapes begin with a backslash, and labels may hold HTML entities. */
function quoted(text: string): string {
  const escaped = sanitizeLine(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('&', '&amp;');
  return `"${escaped}"`;
}
