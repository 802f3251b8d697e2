import type { Dependency, Inventory } from '../inventory/schema.ts';
import { strongest, type Confidence } from './graph/model.ts';
import { evidenceText } from './inventory-text.ts';
import { renderTable } from './table.ts';
import { seenOf, seenText } from './window-words.ts';

/** Who calls whom, a line each. */
export function renderGraph({ dependencies, window }: Inventory): string {
  const rows = dependencies.map(({ from, to, port, protocol, addressedBy, evidence }) => [
    from,
    to,
    `${port}/${protocol}`,
    addressedBy,
    evidenceText(evidence, window === undefined ? {} : { window }),
  ]);
  return renderTable(['CALLER', 'CALLS', 'PORT', 'BY', 'EVIDENCE'], rows).join('\n');
}

const arrows: Readonly<Record<Confidence, string>> = { observed: '-->', declared: '-.->', inferred: '-.->' };
/** Mermaid has one broken line; what tells two of them apart is the stroke, as in the other pictures. */
const strokes: Readonly<Record<Confidence, string | undefined>> = {
  observed: undefined,
  declared: '8 5',
  inferred: '2 4',
};

/** The same as a Mermaid flowchart: solid for calls that were seen, dashed for declared ones, dotted for inferred ones. */
export function renderMermaid({ workloads, dependencies, window }: Inventory): string {
  const nodes = [...new Set([...workloads.map(({ id }) => id), ...dependencies.flatMap(({ from, to }) => [from, to])])];
  const nameOf = new Map(nodes.map((node, index) => [node, `n${index}`]));
  const edge = ({ from, to, port, evidence }: Dependency): string => {
    const seen = window === undefined ? undefined : seenOf(evidence);
    const text = seen === undefined ? String(port) : `"${port}, ${seenText(seen)}"`;
    return `  ${nameOf.get(from) ?? ''} ${arrows[confidenceOf(evidence)]}|${text}| ${nameOf.get(to) ?? ''}`;
  };
  const behind = workloads
    .map(({ id, service }) => `  ${nameOf.get(`service/${service}`) ?? ''} --- ${nameOf.get(id) ?? ''}`)
    .filter((line) => !line.startsWith('   ---'));
  return [
    'flowchart LR',
    ...nodes.map((node) => `  ${nameOf.get(node) ?? ''}["${label(node)}"]`),
    ...dependencies.map(edge),
    ...behind,
    ...strokeLines(dependencies),
  ].join('\n');
}

function confidenceOf(evidence: Dependency['evidence']): Confidence {
  return strongest(evidence.map(({ confidence }) => confidence));
}

/** Mermaid counts links in the order in which they are written. */
function strokeLines(dependencies: readonly Dependency[]): string[] {
  const links = dependencies.map(({ evidence }, index) => ({ index, stroke: strokes[confidenceOf(evidence)] }));
  const byStroke = Map.groupBy(links, ({ stroke }) => stroke);
  return [...byStroke].flatMap(([stroke, all]) =>
    stroke === undefined ? [] : [`  linkStyle ${all.map(({ index }) => index).join(',')} stroke-dasharray:${stroke}`],
  );
}

/** Mermaid reads quotes, brackets and HTML in labels: only plain characters pass. */
function label(node: string): string {
  return node.replaceAll(/[^\w./:@-]/g, '?');
}
