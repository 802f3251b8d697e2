import type { Lookup } from '../../inventory/try-names.ts';
import type { Try } from '../../inventory/tries.ts';
import type { Outcomes } from './parse.ts';

/** What one source tries. */
export interface Round {
  connections: readonly Try[];
  lookups: readonly Lookup[];
}

/** The tries of a source in parts of so many, each a run of the script of its own. */
export function nextRounds({ connections, lookups }: Round, size: number): Round[] {
  const count = Math.max(Math.ceil(connections.length / size), Math.ceil(lookups.length / size));
  return Array.from({ length: count }, (_, index) => ({
    connections: connections.slice(index * size, (index + 1) * size),
    lookups: lookups.slice(index * size, (index + 1) * size),
  }));
}

/** The variables of the script. Addresses and names hold no blank and no comma: `isTriable` lets none through. */
export function inWords({ connections, lookups }: Round): { targets: string; names: string } {
  return {
    targets: connections
      .map(({ address, port, listens }, index) => [index, address, port, Number(listens)].join(','))
      .join(' '),
    names: lookups.map(({ name }, index) => `${index},${name}`).join(' '),
  };
}

/** The outcomes of several rounds as one. */
export function together(rounds: readonly Outcomes[]): Outcomes {
  const reasons = [...new Set(rounds.flatMap(({ unable }) => unable ?? []))];
  return {
    connections: rounds.flatMap(({ connections }) => connections),
    lookups: rounds.flatMap(({ lookups }) => lookups),
    ...(reasons.length === 0 ? {} : { unable: reasons.join('; ') }),
  };
}
