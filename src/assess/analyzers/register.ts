import { exemptionName, hasExpired, isWaiver } from '../../estate/exemptions.ts';
import type { Exemption } from '../../estate/schema.ts';
import { meshError } from '../../errors/index.ts';
import { type Analyzer, draft } from '../analyzer.ts';
import type { Draft } from '../schema.ts';
import type { AssessView } from '../view.ts';

/** How long before its end an exemption is spoken of. */
const SOON_DAYS = 14;
const DAY_MS = 86_400_000;

/** D3: entries of the exemption register that hold no more, or not for long. What they waive is told by {@link waive}. */
export const register: Analyzer = {
  id: 'D3',
  title: 'The exemption register',
  looksAt: [],
  codes: ['MW1331', 'MW1332', 'MW1760', 'MW1761', 'MW1762', 'MW1763', 'MW1769'],
  adopts: ({ code }) => code === 'MW1331' || code === 'MW1332',
  analyze: (view) =>
    view.estate.exemptions.flatMap((one) =>
      [...ending(view, one), ...unanswered(view, one)].map((found) => ({
        ...found,
        ...(one.owner !== undefined && { owners: [one.owner] }),
      })),
    ),
};

function ending({ estate, nowMs }: AssessView, one: Exemption): Draft[] {
  const { expires, owner = 'nobody' } = one;
  if (expires === undefined) return [];
  const [what, subject] = [exemptionName(one), subjectOf(one, estate.name)];
  if (hasExpired(one, nowMs)) {
    const error = isWaiver(one)
      ? meshError('MW1761', { what, expires, owner })
      : meshError('MW1331', { caller: one.caller, service: one.service, expires });
    return [draft('warning', subject, `expires: ${expires}`, error)];
  }
  if (Date.parse(expires) - nowMs >= SOON_DAYS * DAY_MS) return [];
  const error = meshError('MW1762', { what, expires, owner, days: SOON_DAYS });
  return [draft('warning', subject, `expires: ${expires}`, error)];
}

/** Callers may be exempt without either: such files were valid before a register asked for them. */
function unanswered({ estate }: AssessView, one: Exemption): Draft[] {
  const missing = [...(one.owner === undefined ? ['owner'] : []), ...(one.expires === undefined ? ['end'] : [])];
  if (missing.length === 0) return [];
  const error = meshError('MW1769', { what: exemptionName(one), missing: missing.join(' and no ') });
  return [draft('info', subjectOf(one, estate.name), `reason: ${one.reason}`, error)];
}

/** What an entry is about, as findings name it. */
export function subjectOf(one: Exemption, estate: string): string {
  return isWaiver(one) ? (one.subject ?? estate) : one.service;
}
