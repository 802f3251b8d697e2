import type { Dependency, Inventory } from '../inventory/schema.ts';
import { escapeMarkup } from './markup.ts';

const WIDTH = 250;
const HEIGHT = 40;
const GAP = 60;
const TOP = 40;
const MAX_NODES = 80;
const allLanes = ['outside', 'vm', 'kubernetes'] as const;
type Lane = (typeof allLanes)[number];
const titles = { outside: 'Outside the estate', vm: 'Virtual machines', kubernetes: 'Kubernetes' };

interface Node {
  id: string;
  x: number;
  y: number;
  label: string;
}

/** Who calls whom as an inline SVG, VMs and Kubernetes side by side. Dotted: only declared, never seen. */
export function renderPicture(inventory: Inventory): string {
  const edges = edgesOf(inventory);
  const ids = [
    ...new Set([...inventory.workloads.map(({ id }) => id), ...edges.flatMap(({ from, to }) => [from, to])]),
  ];
  const drawn = ids.slice(0, MAX_NODES);
  const lanes = allLanes.filter((lane) => lane !== 'outside' || drawn.some((id) => laneOf(id) === lane));
  const nodes = place(drawn, lanes);
  const at = new Map(nodes.map((node) => [node.id, node]));
  const height = Math.max(...nodes.map(({ y }) => y), 0) + HEIGHT + 20;
  const heads = lanes.map((lane, index) => `<text class="lane" x="${laneX(index)}" y="20">${titles[lane]}</text>`);
  return [
    `<svg viewBox="0 0 ${laneX(lanes.length)} ${height}" role="img" aria-label="Who calls whom">`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>',
    ...heads,
    ...edges.flatMap((edge) => line(edge, at)),
    ...nodes.map(box),
    '</svg>',
    ...(ids.length > MAX_NODES ? [`<p>${ids.length - MAX_NODES} more are not drawn.</p>`] : []),
  ].join('\n');
}

type Edge = Pick<Dependency, 'from' | 'to' | 'port' | 'evidence'>;

/** A service stands for the workload that answers for it today. */
function edgesOf({ workloads, dependencies }: Inventory): Edge[] {
  const primary = new Map<string, string>(
    workloads.flatMap(({ id, service, role }) => (role === 'primary' ? [[`service/${service}`, id] as const] : [])),
  );
  return dependencies.map((edge) => ({ ...edge, to: primary.get(edge.to) ?? edge.to }));
}

function laneOf(id: string): Lane {
  return id.startsWith('vm/') ? 'vm' : id.startsWith('k8s/') ? 'kubernetes' : 'outside';
}

function laneX(index: number): number {
  return 20 + index * (WIDTH + 110);
}

function place(ids: readonly string[], lanes: readonly Lane[]): Node[] {
  return lanes.flatMap((lane, index) =>
    ids
      .filter((id) => laneOf(id) === lane)
      .map((id, row) => ({ id, x: laneX(index), y: TOP + row * GAP, label: labelOf(id) })),
  );
}

/** The end of an id says most; the whole of it is the title. */
function labelOf(id: string): string {
  const short = id.split('/').slice(-2).join('/');
  return short.length > 32 ? `…${short.slice(-31)}` : short;
}

function box({ id, x, y, label }: Node): string {
  return `<g><title>${escapeMarkup(id)}</title><rect x="${x}" y="${y}" width="${WIDTH}" height="${HEIGHT}" rx="6"/><text x="${x + 12}" y="${y + 25}">${escapeMarkup(label)}</text></g>`;
}

function line({ from, to, port, evidence }: Edge, at: ReadonlyMap<string, Node>): string[] {
  const [start, end] = [at.get(from), at.get(to)];
  if (start === undefined || end === undefined) return [];
  const dotted = evidence.every(({ confidence }) => confidence === 'declared') ? ' class="declared"' : '';
  const title = escapeMarkup(`${from} calls ${to}, port ${port}`);
  return [`<path${dotted} d="${curve(start, end)}" marker-end="url(#arrow)"><title>${title}</title></path>`];
}

/** Between lanes from side to side; within a lane around its right side. */
function curve(start: Node, end: Node): string {
  const [y1, y2] = [start.y + HEIGHT / 2, end.y + HEIGHT / 2];
  const isRightward = end.x > start.x;
  const x1 = start.x >= end.x && start.x !== end.x ? start.x : start.x + WIDTH;
  const x2 = isRightward ? end.x : end.x + WIDTH;
  const bend = start.x === end.x ? 60 : isRightward ? 50 : -50;
  const back = start.x === end.x ? 60 : -bend;
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 + back} ${y2} ${x2} ${y2}`;
}
