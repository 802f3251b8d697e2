import type { Inventory } from '../inventory/schema.ts';
import type { TriedConnection } from '../inventory/tried-schema.ts';

/** How a try ended, in words. */
const ends: Readonly<Record<TriedConnection['outcome'], string>> = {
  open: 'open',
  refused: 'refused',
  timeout: 'no answer in time',
  unreachable: 'no way there',
  'no-name': 'the name has no address there',
  unknown: 'not known',
};

/** What to do about a fact that only a try can tell. */
export const HINT = '`mesh discover --active` tries it';

/** Connections that were tried; none where nobody tried. */
export function triedConnections({ tried }: Inventory): readonly TriedConnection[] {
  return tried?.connections ?? [];
}

/** Whether a try says that the way is closed. */
export function isClosed({ outcome }: TriedConnection): boolean {
  return outcome !== 'open' && outcome !== 'unknown';
}

export function isOpen({ outcome }: TriedConnection): boolean {
  return outcome === 'open';
}

/** Whether a try says anything at all. */
export function isTellingTry({ outcome }: TriedConnection): boolean {
  return outcome !== 'unknown';
}

/** `no answer in time`, and so on. */
export function endOf({ outcome }: TriedConnection): string {
  return ends[outcome];
}

/** `10.0.0.1:8080: no answer in time (by python3)`, for evidence. */
export function tryInWords(one: TriedConnection): string {
  const { from, address, port, tool, reason } = one;
  const by = tool === undefined ? '' : ` (by ${tool})`;
  return `${from} to ${address}:${port}: ${endOf(one)}${by}${reason === undefined ? '' : `, ${reason}`}`;
}
