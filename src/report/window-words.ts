import type { Added } from '../inventory/merge-samples.ts';
import { inWords } from '../inventory/credentials.ts';
import type { Evidence, Inventory } from '../inventory/schema.ts';
import { betweenText, lengthText } from '../inventory/window-words.ts';
import { sanitizeLine } from './sanitize.ts';

/** How often something was seen, when first and when last. */
export interface Seen {
  count: number;
  firstAt: string;
  lastAt: string;
}

/** What the connections among the evidence say; undefined where there is none but declarations, which have no time. */
export function seenOf(evidence: readonly Evidence[]): Seen | undefined {
  const seen = evidence.filter(({ confidence }) => confidence !== 'declared');
  return joinSeen(seen.map(({ count, firstAt, at }) => ({ count, firstAt: firstAt ?? at, lastAt: at })));
}

/** The same of several edges together. */
export function joinSeen(all: readonly Seen[]): Seen | undefined {
  const [first, ...others] = all;
  if (first === undefined) return undefined;
  const isBefore = (a: string, b: string): boolean => Date.parse(a) < Date.parse(b);
  return others.reduce(
    (sum, { count, firstAt, lastAt }) => ({
      count: sum.count + count,
      firstAt: isBefore(firstAt, sum.firstAt) ? firstAt : sum.firstAt,
      lastAt: isBefore(sum.lastAt, lastAt) ? lastAt : sum.lastAt,
    }),
    first,
  );
}

/** `seen 12 times, 2026-01-01 00:00:03Z to 00:14:51Z`. */
export function seenText({ count, firstAt, lastAt }: Seen): string {
  const times = `seen ${count} ${count === 1 ? 'time' : 'times'}`;
  return `${times}, ${betweenText(firstAt, lastAt)}`;
}

/** `Window: 2026-01-01 00:00:00Z to 00:15:00Z, 15 min in 90 samples; not read: vm-a in 3.` */
export function windowLine({ window }: Pick<Inventory, 'window'>): string[] {
  if (window === undefined) return [];
  const failed = Object.entries(window.failed).map(([host, count]) => `${sanitizeLine(host)} in ${count}`);
  const unread = failed.length === 0 ? '' : `; not read: ${failed.join(', ')}`;
  return [`Window: ${betweenText(window.from, window.to)}, ${lengthText(window)}${unread}.`];
}

/** `[sample 3, 20 s of 15 min] 12 edges, 1 new; not read: vm-a`. */
export function sampleLine(added: Added & { elapsedMs: number }, forMs: number): string {
  const failed = added.failed.length === 0 ? '' : `; not read: ${added.failed.join(', ')}`;
  const edges = `${added.edges} ${added.edges === 1 ? 'edge' : 'edges'}, ${added.new} new`;
  return `[sample ${added.sample}, ${inWords(added.elapsedMs)} of ${inWords(forMs)}] ${edges}${failed}`;
}
