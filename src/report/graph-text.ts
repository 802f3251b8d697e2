import type { Dependency, Inventory } from '../inventory/schema.ts';
import { evidenceText } from './inventory-text.ts';
import { renderTable } from './table.ts';

/** Who calls whom, a line each. */
export function renderGraph({ dependencies }: Inventory): string {
  const rows = dependencies.map(({ from, to, port, protocol, addressedBy, evidence }) => [
    from,
    to,
    `${port}/${protocol}`,
    addressedBy,
    evidenceText(evidence),
  ]);
  return renderTable(['CALLER', 'CALLS', 'PORT', 'BY', 'EVIDENCE'], rows).join('\n');
}

/** The same as a Mermaid flowchart. Dotted: only declared, never seen. */
export function renderMermaid({ workloads, dependencies }: Inventory): string {
  const nodes = [...new Set([...workloads.map(({ id }) => id), ...dependencies.flatMap(({ from, to }) => [from, to])])];
  const nameOf = new Map(nodes.map((node, index) => [node, `n${index}`]));
  const edge = ({ from, to, port, evidence }: Dependency): string => {
    const arrow = evidence.every(({ confidence }) => confidence === 'declared') ? '-.->' : '-->';
    return `  ${nameOf.get(from) ?? ''} ${arrow}|${port}| ${nameOf.get(to) ?? ''}`;
  };
  const behind = workloads
    .map(({ id, service }) => `  ${nameOf.get(`service/${service}`) ?? ''} --- ${nameOf.get(id) ?? ''}`)
    .filter((line) => !line.startsWith('   ---'));
  return [
    'flowchart LR',
    ...nodes.map((node) => `  ${nameOf.get(node) ?? ''}["${label(node)}"]`),
    ...dependencies.map(edge),
    ...behind,
  ].join('\n');
}

/** Mermaid reads quotes, brackets and HTML in labels: only plain characters pass. */
function label(node: string): string {
  return node.replaceAll(/[^\w./:@-]/g, '?');
}
