import type { PlanFacts, WaveFacts } from './facts.ts';
import type { Mark, Row } from './rows.ts';

export const LABELS = 220;
export const HEADER = 96;
export const ROW = 44;
const FOOTER = 64;
const MARGIN = 20;
/** What all waves together get, and the least and the most of one. */
const WIDTH = 900;
const [LEAST, MOST] = [52, 190];
/** A wave is as wide as its marks need. */
const PER_MARK = 40;
/** Pixels of a letter of a ladder, which is to be read whole. */
const LETTER = 7;

/** A wave's column. */
export interface Column extends WaveFacts {
  x: number;
  width: number;
}

export interface TimelineLayout {
  width: number;
  height: number;
  columns: Column[];
  /** Whether a column is as wide as its wave is long. */
  isToScale: boolean;
}

/**
 * Where the columns of a timeline stand, in pixels: as wide as their waves are predicted to take where a plan predicts
 * all of them, else alike. No column is too narrow for its marks.
 */
export function layOutTimeline({ waves, time }: PlanFacts, rows: readonly Row[]): TimelineLayout {
  const isToScale = time.unpredicted === 0 && (time.seconds ?? 0) > 0;
  const widths = waves.map((wave) => {
    const share = isToScale ? (wave.time.seconds ?? 0) / (time.seconds ?? 1) : 1 / waves.length;
    const wanted = isToScale ? WIDTH * share : Math.min(MOST, WIDTH * share);
    return Math.round(Math.max(LEAST, roomFor(rows, wave.wave), wanted));
  });
  let x = LABELS;
  const columns = waves.map((wave, at): Column => {
    const column = { ...wave, x, width: widths[at] ?? LEAST };
    x += column.width;
    return column;
  });
  return {
    width: Math.max(x + MARGIN, 960),
    height: HEADER + Math.max(1, rows.length) * ROW + FOOTER,
    columns,
    isToScale,
  };
}

/** What the widest row of a wave needs. */
function roomFor(rows: readonly Row[], wave: number): number {
  const rooms = rows.map((row) =>
    marksIn(row, wave).reduce((sum, { rungs }) => sum + Math.max(PER_MARK, LETTER * (rungs.join(' · ').length + 4)), 0),
  );
  return Math.max(PER_MARK, ...rooms);
}

/** What a row does in a wave, in order. */
export function marksIn({ marks }: Row, wave: number): Mark[] {
  return marks.filter((mark) => mark.wave === wave);
}
