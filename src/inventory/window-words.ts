import { inWords } from './credentials.ts';
import type { Inventory, Window } from './schema.ts';

/** For how long connections were read, all runs together, in milliseconds: 0 for single moments. */
export function watchedMs({ runs, from, to }: Window): number {
  return (runs ?? [{ from, to }]).reduce((sum, run) => sum + Date.parse(run.to) - Date.parse(run.from), 0);
}

/** `15 min in 90 samples`, `30 min in 180 samples of 2 runs`, `in 2 samples of 2 runs`. */
export function lengthText(window: Window): string {
  const { samples, runs = [] } = window;
  const ms = watchedMs(window);
  const times = `${samples} ${samples === 1 ? 'sample' : 'samples'}`;
  return `${ms === 0 ? 'in' : `${inWords(ms)} in`} ${times}${runs.length > 1 ? ` of ${runs.length} runs` : ''}`;
}

/** Two moments in UTC to the second, `2026-01-01 00:00:03Z to 00:14:51Z`; the day of the second only where it is another. */
export function betweenText(from: string, to: string): string {
  const [first, last] = [secondsText(from), secondsText(to)];
  if (first === last) return first;
  return `${first} to ${first.slice(0, 10) === last.slice(0, 10) ? last.slice(11) : last}`;
}

function secondsText(at: string): string {
  return new Date(Date.parse(at))
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
}

/** When connections were read, as part of a sentence. */
export function lookedText({ window, capturedAt }: Pick<Inventory, 'window' | 'capturedAt'>): string {
  if (window === undefined) return `once, at ${betweenText(capturedAt, capturedAt)}`;
  const length = watchedMs(window) === 0 ? lengthText(window) : `for ${lengthText(window)}`;
  return `${length}, ${betweenText(window.from, window.to)}`;
}
