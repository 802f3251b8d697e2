import type { Arrow, Box, Picture } from './fold.ts';
import type { Place } from './model.ts';

export const BOX = { width: 270, height: 46, gap: 20 } as const;
/** Between the columns there is room for the arrows that stay in one. */
const COLUMN_GAP = 210;
const MARGIN = 28;
const HEADER = 92;
const FOOTER = 56;

/** Columns from left to right: what runs on VMs and what runs in Kubernetes stand side by side. */
const columns: readonly Place[] = ['outside', 'vm', 'kubernetes'];

export interface PlacedBox extends Box {
  x: number;
  y: number;
  column: number;
}

export interface Column {
  place: Place;
  x: number;
}

export interface Layout {
  width: number;
  height: number;
  columns: Column[];
  boxes: Map<string, PlacedBox>;
}

/** Where everything of a picture stands, in pixels. A column that nothing is in takes no room, but for VMs and Kubernetes. */
export function layOut({ boxes }: Picture): Layout {
  const shown = columns.filter((place) => place !== 'outside' || boxes.some((box) => box.place === place));
  const placed = new Map<string, PlacedBox>();
  for (const [column, place] of shown.entries())
    for (const [row, box] of boxes.filter((one) => one.place === place).entries())
      placed.set(box.id, { ...box, column, x: xOf(column), y: HEADER + row * (BOX.height + BOX.gap) });
  const rows = Math.max(1, ...shown.map((place) => boxes.filter((box) => box.place === place).length));
  return {
    width: xOf(shown.length) + MARGIN,
    height: HEADER + rows * (BOX.height + BOX.gap) + FOOTER,
    columns: shown.map((place, column) => ({ place, x: xOf(column) })),
    boxes: placed,
  };
}

function xOf(column: number): number {
  return MARGIN + column * (BOX.width + COLUMN_GAP);
}

/** A curve, and where its label stands. */
export interface Curve {
  path: string;
  x: number;
  y: number;
}

/** The way of an arrow: straight across between columns, round the right side within one. */
export function curveOf({ boxes }: Layout, { from, to }: Pick<Arrow, 'from' | 'to'>): Curve | undefined {
  const [start, end] = [boxes.get(from), boxes.get(to)];
  if (start === undefined || end === undefined) return undefined;
  const isForward = start.column <= end.column;
  const isSame = start.column === end.column;
  const x1 = start.x + (isForward ? BOX.width : 0);
  const x2 = end.x + (isForward && !isSame ? 0 : BOX.width);
  const [y1, y2] = [start.y + BOX.height * 0.62, end.y + BOX.height * 0.38];
  const bend = isSame ? Math.min(250, 30 + Math.abs(y2 - y1) * 0.36) : (x2 - x1) / 2;
  const [c1, c2] = isSame ? [x1 + bend, x2 + bend] : [x1 + bend, x2 - bend];
  // A cubic curve is half-way at (start + 3 first + 3 second + end) / 8.
  const half = (a: number, b: number, c: number, d: number): number => round((a + 3 * b + 3 * c + d) / 8);
  return {
    path: `M${round(x1)} ${round(y1)} C${round(c1)} ${round(y1)} ${round(c2)} ${round(y2)} ${round(x2)} ${round(y2)}`,
    x: half(x1, c1, c2, x2),
    y: half(y1, y1, y2, y2),
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
