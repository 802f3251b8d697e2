import { type GridRow, noHosts, podsOnly } from './grid-row.ts';

const id = 'sha256:0000000000000000';

/** For how long connections were watched. Only where none are read is there nothing to say. */
export const windowRows: readonly GridRow[] = [
  {
    check: 'D4',
    kind: 'hit',
    of: 'an inventory of one moment',
    change: ({ inventory }) => void delete inventory.window,
    expected: ['MW1355 shop'],
  },
  {
    check: 'D4',
    kind: 'hit',
    of: 'two single moments that were merged',
    change: ({ inventory: { capturedAt, ...rest } }) => {
      const [from, to] = ['2025-12-31T00:00:00.000Z', capturedAt];
      const runs = [from, to].map((at, index) => ({ id: `${id}${index}`, from: at, to: at, samples: 1, failed: {} }));
      Object.assign(rest.window ?? {}, { from, to, samples: 2, failed: {}, runs });
    },
    expected: ['MW1355 shop'],
  },
  { check: 'D4', kind: 'hit', of: 'a window of a quarter of an hour', expected: ['MW1356 shop'] },
  { check: 'D4', kind: 'near', outcome: 'clear', of: 'pods alone', yaml: podsOnly, change: noHosts, expected: [] },
];
