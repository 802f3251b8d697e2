import type { Dependency, Finding, Inventory, Workload } from '../inventory/schema.ts';
import { sanitizeLine } from './sanitize.ts';
import { style } from './style.ts';
import { renderTable } from './table.ts';
import { seenOf, seenText, windowLine } from './window-words.ts';

const MAX_EXTERNAL_EDGES = 20;

/** What discovery found, for a person: workloads, who calls whom and how that is known, and what stands out. */
export function renderInventory(inventory: Inventory, file: string): string {
  const { hosts, clusters, workloads, dependencies, findings } = inventory;
  return [
    `Estate ${sanitizeLine(inventory.estate.name)}: ${count(hosts.length, 'host')}, ${count(clusters.length, 'cluster')}, ${count(workloads.length, 'workload')}, ${count(dependencies.length, 'dependency', 'dependencies')}.`,
    ...windowLine(inventory),
    '',
    ...table(['WORKLOAD', 'SERVICE', 'ROLE', 'MESH', 'PORTS'], workloads.map(workloadRow)),
    '',
    ...table(
      ['CALLER', 'CALLS', 'PORT', 'BY', 'EVIDENCE'],
      shownEdges(dependencies).map((one) => edgeRow(one, inventory)),
    ),
    ...hidden(dependencies),
    ...(inventory.tried === undefined ? [] : ['', triedLine(inventory.tried)]),
    ...(findings.length === 0 ? [] : ['', ...findings.map(findingLine)]),
    '',
    `Written to ${sanitizeLine(file)}.`,
  ].join('\n');
}

/** `Tried: 12 connections (10 open, 1 closed, 1 not known), 6 lookups, 1 clock.` */
function triedLine({ connections, lookups, clocks }: NonNullable<Inventory['tried']>): string {
  const of = (...outcomes: string[]): number => connections.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const [open, unknown] = [of('open'), of('unknown')];
  const ends = `${open} open, ${connections.length - open - unknown} closed, ${unknown} not known`;
  const parts = [`${count(connections.length, 'connection')} (${ends})`, count(lookups.length, 'lookup')];
  return `Tried: ${[...parts, count(clocks.length, 'clock')].join(', ')}.`;
}

function workloadRow({ id, service, role, position, listeners }: Workload): string[] {
  return [id, service, role, position.mesh, [...new Set(listeners.map(({ port }) => port))].join(', ') || '-'];
}

function edgeRow({ from, to, port, addressedBy, evidence }: Dependency, inventory: Inventory): string[] {
  return [from, to, String(port), addressedBy, evidenceText(evidence, inventory)];
}

/** `10 connections (ss); declared (proc)`; of a window `seen 10 times, 2026-01-01 00:00:03Z to 00:14:51Z (ss)`. */
export function evidenceText(evidence: Dependency['evidence'], { window }: Pick<Inventory, 'window'> = {}): string {
  const sources = Map.groupBy(evidence, ({ source, confidence }) =>
    confidence === 'declared' ? `declared (${source})` : source,
  );
  return [...sources]
    .map(([label, items]) => {
      if (label.startsWith('declared')) return label;
      const seen = window === undefined ? undefined : seenOf(items);
      const connections = items.reduce((sum, item) => sum + item.count, 0);
      return `${seen === undefined ? count(connections, 'connection') : seenText(seen)} (${label})`;
    })
    .join('; ');
}

/** Edges among the estate's own first; of those to and from strangers only so many as can be read. */
function shownEdges(dependencies: readonly Dependency[]): Dependency[] {
  const [own, foreign] = [dependencies.filter((edge) => !isForeign(edge)), dependencies.filter(isForeign)];
  return [...own, ...foreign.slice(0, MAX_EXTERNAL_EDGES)];
}

function hidden(dependencies: readonly Dependency[]): string[] {
  const more = dependencies.filter(isForeign).length - MAX_EXTERNAL_EDGES;
  return more > 0 ? [style.dim(`… and ${more} more from or to addresses outside the estate`)] : [];
}

function isForeign({ from, to }: Dependency): boolean {
  return from.startsWith('external/') || to.startsWith('external/');
}

function findingLine({ code, level, subject, message }: Finding): string {
  const paint = level === 'error' ? style.red : level === 'warning' ? style.yellow : style.dim;
  return `${paint(level.padEnd(7))} ${code} ${sanitizeLine(subject)}: ${sanitizeLine(message)}`;
}

function table(header: string[], rows: string[][]): string[] {
  const [head = '', ...lines] = renderTable(header, rows);
  return rows.length === 0 ? [style.dim(`no ${header[0]?.toLowerCase() ?? 'row'}s`)] : [style.bold(head), ...lines];
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
