import { setTimeout as sleep } from 'node:timers/promises';
import { endedByRestart, tallyNow } from './traffic.ts';

/** A change that no plan would make, and what brings the shop back from it. */
export interface Mistake {
  make(): Promise<unknown>;
  undo(): Promise<unknown>;
}

/** What one caller lost, and what of it a plan would have declared: connections that ended with their own program. */
export interface Cost {
  lost: number;
  cuts: number;
  declared: number;
}

/** A request is lost 5 s after it was due at the latest: what counts nothing for longer has nothing left to count. */
const QUIET_MS = 5_500;
/** How long a mistake may take to show, and how long it is watched from then. */
const SHOWS_WITHIN_MS = 20_000;
const WATCH_MS = 3_000;

/** Makes a mistake under load and says what it cost the caller; then brings the shop back. */
export async function costOf({ make, undo }: Mistake, caller: string): Promise<Cost> {
  await untilQuiet();
  const before = await books(caller);
  try {
    await make();
    await untilGrown(before, caller);
    await sleep(WATCH_MS);
    const after = await books(caller);
    return {
      lost: after.lost - before.lost,
      cuts: after.cuts - before.cuts,
      declared: after.declared - before.declared,
    };
  } finally {
    await undo();
  }
}

/** All that was counted so far, by this caller or by everybody. Programs that ended have left their books behind. */
async function books(caller?: string): Promise<Cost> {
  const edges = (await tallyNow()).edges.filter(({ edge }) => caller === undefined || edge.startsWith(`${caller}->`));
  const sum = (count: 'lost' | 'cuts'): number => edges.reduce((total, row) => total + row[count], 0);
  return { lost: sum('lost'), cuts: sum('cuts'), declared: await endedByRestart() };
}

const hasGrown = (before: Cost, after: Cost): boolean => after.lost > before.lost || after.cuts > before.cuts;

/** A mistake that never shows is no error here: it costs nothing, and the test says so. */
async function untilGrown(before: Cost, caller: string): Promise<void> {
  const end = Date.now() + SHOWS_WITHIN_MS;
  while (Date.now() < end && !hasGrown(before, await books(caller))) await sleep(250);
}

/** Waits until nobody counts a loss or a cut, so that none of an earlier mistake is taken for one of the next. */
async function untilQuiet(): Promise<void> {
  const end = Date.now() + 60_000;
  let [before, since] = [await books(), Date.now()];
  while (Date.now() - since < QUIET_MS) {
    if (Date.now() > end) throw new Error('requests are lost or cut before the mistake is made');
    await sleep(500);
    const now = await books();
    if (hasGrown(before, now)) [before, since] = [now, Date.now()];
  }
}
