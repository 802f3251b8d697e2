import { shopYaml, type ShopParts } from '../fakes/shop.ts';
import type { GridRow } from './grid-row.ts';

const DAY_MS = 86_400_000;
const registered = (entry: string): string => `${shopYaml}exemptions: [{ ${entry} }]\n`;
const waiver = (what: string, expires: string): string =>
  registered(`${what}, reason: agreed, owner: team-a, expires: ${expires}`);
const caller = 'caller: external/192.0.2.9, service: catalog, reason: an appliance';
const calls = ({ inventory, webCallsCatalog }: ShopParts): void =>
  void inventory.dependencies.push({ ...webCallsCatalog, from: 'external/192.0.2.9' });
/** What the check of old inventories finds, MW1729 on the estate, is there to be waived. */
const LATER_MS = 8 * DAY_MS;

const row = (kind: GridRow['kind'], of: string, yaml: string, rest: Partial<GridRow>): GridRow => ({
  ...{ check: 'D3', kind, of, yaml, ageMs: LATER_MS, expected: [] },
  ...rest,
});

/** Entries of the exemption register. */
export const registerRows: readonly GridRow[] = [
  row('hit', 'a waiver that has expired', waiver('code: MW1729', '2026-01-05'), { expected: ['MW1761 shop'] }),
  row('hit', 'one that ends soon', waiver('code: MW1729', '2026-01-20'), { expected: ['MW1762 shop'] }),
  row('hit', 'one that is for nothing', waiver('check: V9, subject: vm-a', '2026-12-31'), {
    expected: ['MW1763 vm-a'],
  }),
  row('hit', 'one of a hard rule', waiver('check: V9', '2026-12-31'), {
    change: ({ vmA }) => void (vmA.sshdPorts = []),
    expected: ['MW1760 vm-a'],
  }),
  row('hit', 'a caller that is exempt for ever, and nobody answers for it', registered(caller), {
    change: calls,
    expected: ['MW1769 catalog'],
  }),
  row('hit', 'a caller that was not seen', registered(`${caller}, owner: team-a, expires: 2026-12-31`), {
    expected: ['MW1332 catalog'],
  }),
  row('hit', 'a caller that is exempt no more', registered(`${caller}, owner: team-a, expires: 2026-01-05`), {
    change: calls,
    expected: ['MW1331 catalog'],
  }),
  row('near', 'a waiver of what was found, for a year', waiver('code: MW1729', '2026-12-31'), { outcome: 'clear' }),
  row('near', 'no entry', shopYaml, { outcome: 'clear' }),
];
