import type { Wire } from '../../plans/calls-after.ts';
import { type EstateHistory, type EstateMoment, wireCounts } from './history.ts';

/** How a call is drawn. */
export type Line = Wire | 'enforced';
/** From the least protected. */
export const lines: readonly Line[] = ['plaintext', 'half', 'mtls', 'enforced'];
export const lineMeanings: Readonly<Record<Line, string>> = {
  plaintext: 'plaintext, no proxy',
  half: 'half-meshed, one proxy, plaintext',
  mtls: 'mTLS',
  enforced: 'mTLS, plaintext is refused',
};

/** The wave before, which need not be the number before. */
export function previousOf({ moments }: EstateHistory, wave: number): number {
  const waves = [...moments.keys()];
  return waves[waves.indexOf(wave) - 1] ?? -1;
}

/** `Calls after the wave: mTLS: 2 (1 before); …`: each kind that there is or was. */
export function callsWords(moment: EstateMoment, before: EstateMoment | undefined): string {
  const [now, then] = [wireCounts(moment.calls), wireCounts(before?.calls ?? [])];
  const kinds = lines.filter((kind) => now[kind] + then[kind] > 0);
  const words = kinds.map((kind) => `${lineMeanings[kind]}: ${now[kind]} (${then[kind]} before)`);
  return `Calls after the wave: ${words.join('; ') || 'none known'}`;
}
