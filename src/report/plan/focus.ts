import type { Box } from '../graph/fold.ts';
import type { EstateHistory, EstateMoment } from './history.ts';

/** With more boxes than this a picture shows what its wave changes, and who calls that or is called by it. */
export const MAX_WHOLE = 24;
/** And so many boxes at most: what changes first. */
export const MAX_BOXES = 40;

/** What a picture shows of the estate. */
export interface Focus {
  boxes: Box[];
  /** Boxes that are not shown. */
  left: number;
}

/** The rule, for the page that holds the pictures. */
export const FOCUS_RULE = `With more than ${MAX_WHOLE} workloads and strangers a picture shows those that its wave changes and whoever calls them or is called by them, ${MAX_BOXES} at most.`;

/** The boxes of one picture, in the order of drawing. Pure. */
export function focusOn(history: EstateHistory, { changed, calls }: EstateMoment): Focus {
  const { boxes } = history;
  if (!isLarge(history)) return { boxes, left: 0 };
  const around = new Set<string>();
  for (const { from, to } of calls) {
    if (changed.has(from)) around.add(to);
    if (changed.has(to)) around.add(from);
  }
  const first = boxes.filter(({ id }) => changed.has(id));
  const then = boxes.filter(({ id }) => around.has(id) && !changed.has(id));
  // Before the first wave nothing has changed: the head of the estate stands for it.
  const shown = changed.size === 0 ? boxes : [...first, ...then];
  const kept = new Set(shown.slice(0, MAX_BOXES).map(({ id }) => id));
  return { boxes: boxes.filter(({ id }) => kept.has(id)), left: boxes.length - kept.size };
}

/** Whether pictures show a part of the estate. */
export const isLarge = ({ boxes }: EstateHistory): boolean => boxes.length > MAX_WHOLE;
