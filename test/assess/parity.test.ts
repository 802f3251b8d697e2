import { describe, expect, it } from 'vitest';
import type { ParityRow } from '../../src/assess/schema.ts';
import type { ShopParts } from '../fakes/shop.ts';
import { group, joinedAs } from './grid-registrations.ts';
import { assessed, knownShop } from './known-shop.ts';

const rowNames =
  `fixed number of replicas; autoscaling; application upgrade; start the application; create the application;
  operating system; hardware; call other services; canary; discovery; health check; registration; create and define a service`
    .split(';')
    .map((name) => name.trim());

function score(row: string, change?: (parts: ShopParts) => void, service = 'catalog'): ParityRow | undefined {
  const card = assessed(knownShop(change)).parity.find(({ workload }) => workload.endsWith(`/${service}.service`));
  return card?.rows.find((one) => one.row === row);
}
type Change = (parts: ShopParts) => void;
const both =
  (one: Change, other: Change): Change =>
  (parts) => {
    one(parts);
    other(parts);
  };
const ordered =
  (...after: string[]): Change =>
  ({ vmA }) =>
    vmA.units.forEach((unit) => Object.assign(unit, { after, restart: 'on-failure' }));
const room =
  (change: Partial<NonNullable<ShopParts['vmA']['hardware']>>): Change =>
  ({ vmA }) =>
    void Object.assign(vmA.hardware ?? {}, change);
const unlisted = (parts: ShopParts): void => {
  joined(parts);
  delete parts.cluster.workloadEntries;
};
const joined = ({ vmA, vmB }: ShopParts): void => void (vmA.meshed = vmB.meshed = true);

describe('the parity of VMs', () => {
  it('has every row for every workload on a VM, and for no other', () => {
    const { parity } = assessed(knownShop());
    expect(parity.map(({ workload }) => workload)).toEqual(['vm/vm-a/catalog.service', 'vm/vm-b/pricing.service']);
    for (const { rows, found, missing, unknown } of parity) {
      expect(rows.map(({ row }) => row)).toEqual(rowNames);
      expect(found + missing + unknown).toBe(rowNames.length);
      // What is open says what would close it; what is found leaves nothing to close.
      expect(rows.filter(({ state, closes }) => (state === 'found') !== (closes === ''))).toEqual([]);
    }
  });

  it.each<[string, ParityRow['state'], ((parts: ShopParts) => void)?, string?]>([
    ['fixed number of replicas', 'unknown'],
    ['application upgrade', 'missing'],
    ['application upgrade', 'unknown', joined],
    ['canary', 'unknown', joined],
    ['canary', 'missing', joined, 'pricing'],
    ['start the application', 'found'],
    ['start the application', 'missing', ({ vmA }) => vmA.units.forEach((unit) => (unit.enabled = 'enabled-runtime'))],
    ['start the application', 'found', ({ vmA }) => vmA.units.forEach((unit) => (unit.enabled = 'generated'))],
    ['start the application', 'unknown', ({ vmA }) => void (vmA.units = [])],
    ['start the application', 'missing', ({ vmA }) => vmA.units.forEach((unit) => (unit.restart = 'no'))],
    ['start the application', 'found', ordered('network-online.target')],
    ['start the application', 'missing', both(joined, ordered('network-online.target'))],
    ['start the application', 'found', both(joined, ordered('network-online.target', 'meshway-proxy.service'))],
    ['hardware', 'found'],
    ['hardware', 'unknown', ({ vmA }) => delete vmA.hardware],
    ['hardware', 'missing', room({ memoryAvailableBytes: 59_000_000 })],
    ['hardware', 'found', room({ memoryAvailableBytes: 61_000_000 })],
    ['hardware', 'missing', room({ load: [0, 0, 1.9] })],
    ['create the application', 'unknown', ({ vmA }) => void (vmA.units = [])],
    ['operating system', 'found'],
    ['operating system', 'missing', ({ vmA }) => void (vmA.firewall.backend = 'none')],
    ['call other services', 'missing'],
    ['call other services', 'found', joined],
    ['discovery', 'found'],
    ['discovery', 'missing', ({ vmA }) => void (vmA.names['pricing.shop.internal'] = [])],
    ['discovery', 'unknown', ({ vmA }) => void (vmA.names = {})],
    ['health check', 'missing'],
    ['health check', 'unknown', unlisted],
    ['health check', 'missing', joinedAs({})],
    ['health check', 'found', joinedAs({ healthy: 'yes' }, [{ ...group, probe: 'http' }])],
    ['registration', 'unknown', unlisted],
    ['registration', 'missing', joined],
    ['registration', 'missing', joinedAs({ connected: false })],
    ['registration', 'found', joinedAs({})],
    ['create and define a service', 'found'],
  ])('%s is %s', (row, state, change, service) => {
    expect(score(row, change, service)).toMatchObject({ state });
  });
});
