import { meshError } from '../../errors/index.ts';
import { inWords } from '../../inventory/credentials.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';

/** An inventory that is older says little about today. */
const OLD_MS = 7 * 86_400_000;

/** D1: what discovery found and no other check has, and what it did not read. */
export const discovery: Analyzer = {
  id: 'D1',
  title: 'Discovery',
  looksAt: ['hosts', 'clusters'],
  codes: ['MW1729'],
  adopts: ({ code }) => /^MW1[012]/.test(code),
  analyze: ({ estate, inventory, nowMs, unread }) => {
    const ageMs = nowMs - Date.parse(inventory.capturedAt);
    return [
      ...(ageMs > OLD_MS
        ? [
            draft(
              'warning',
              estate.name,
              `taken at ${inventory.capturedAt}`,
              meshError('MW1729', { age: inWords(ageMs) }),
            ),
          ]
        : []),
      ...[...unread.hosts, ...unread.clusters].map((name) => notKnown(name, 'discovery has not read it')),
    ];
  },
};
