import type { Mark } from './rows.ts';

/** The sign of a move around a point: each has a shape of its own. */
export function glyphOf({ move, rungs }: Pick<Mark, 'move' | 'rungs'>, x: number, y: number): string {
  if (rungs.length > 0) return stairs(rungs, x, y);
  switch (move) {
    case 'join':
      return `<circle class="join" cx="${x}" cy="${y}" r="8"/>`;
    case 'shift':
      return stairs([100], x, y);
    case 'enforce':
      return `<path class="enforce" d="M${x - 8} ${y - 1} h16 v10 h-16 z M${x - 5} ${y - 1} v-4 a5 5 0 0 1 10 0 v4 h-3 v-4 a2 2 0 0 0 -4 0 v4 z"/>`;
    case 'retire':
      return `<path class="retire" d="M${x - 7} ${y - 7} l14 14 M${x + 7} ${y - 7} l-14 14"/>`;
    default:
      return `<path class="other" d="M${x} ${y - 8} l8 8 l-8 8 l-8 -8 z"/>`;
  }
}

/** A ladder as stairs: each rung as high as what the twin gets. */
function stairs(rungs: readonly number[], x: number, y: number): string {
  const [width, height] = [24, 18];
  const step = width / rungs.length;
  const round = (value: number): number => Math.round(value * 10) / 10;
  const bars = rungs.map((rung, at) => {
    const high = Math.max(2, (height * rung) / 100);
    return `M${round(x - width / 2 + at * step)} ${y + 9} v-${round(high)} h${round(step)} V${y + 9} z`;
  });
  return `<path class="shift" d="${bars.join(' ')}"/>`;
}
