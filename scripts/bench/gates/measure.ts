import { Dice } from '../../../test/generators/dice.ts';
import { STEP_SECONDS, type TrafficCase } from '../../../test/generators/traffic-case.ts';
import { type Scrape, trafficStream } from '../../../test/generators/traffic-streams.ts';
import type { Setting } from './watcher.ts';

const NOTHING: Scrape = { seconds: 0, judged: { requests: 0, errors: 0 }, control: { requests: 0, errors: 0 } };

/** When each setting would have rolled each stream back, in seconds; infinity for never. One row for each setting. */
export function rollbacks(
  one: TrafficCase,
  settings: readonly Setting[],
  streams: number,
  seed: number,
): Float64Array[] {
  const found = settings.map(() => new Float64Array(streams).fill(Number.POSITIVE_INFINITY));
  for (let stream = 0; stream < streams; stream += 1) {
    const dice = new Dice(seed * 1_000_003 + stream);
    watch(
      trafficStream(one, () => dice.next()),
      settings,
      (setting, seconds) => {
        const row = found[setting];
        if (row) row[stream] = seconds;
      },
    );
  }
  return found;
}

/** Shows one stream to all settings, until each has rolled it back. */
function watch(
  stream: Iterable<Scrape>,
  settings: readonly Setting[],
  onRollback: (setting: number, seconds: number) => void,
): void {
  const history: Scrape[] = [];
  const open = settings.map(({ watcher, everySeconds }, setting) => ({
    setting,
    everySeconds,
    watcher: watcher(),
    done: false,
  }));
  const groups = [...Map.groupBy(open, ({ everySeconds }) => everySeconds)];
  let left = open.length;
  for (const scrape of stream) {
    history.push(scrape);
    const before = (ago: number): Scrape => history[(scrape.seconds - ago) / STEP_SECONDS - 1] ?? NOTHING;
    for (const [everySeconds, group] of groups) {
      if (scrape.seconds % everySeconds !== 0) continue;
      for (const each of group) {
        if (each.done || !each.watcher.see(scrape, before)) continue;
        each.done = true;
        left -= 1;
        onRollback(each.setting, scrape.seconds);
      }
    }
    if (left === 0) return;
  }
}

/** The part of the streams that were rolled back. */
export const partOf = (row: Float64Array): number =>
  row.filter((seconds) => Number.isFinite(seconds)).length / row.length;

/** A quantile of the times, never-found ones among them. */
export function quantile(row: Float64Array, part: number): number {
  const sorted = Float64Array.from(row).toSorted();
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}
