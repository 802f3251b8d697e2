import type { WorkloadEntry, WorkloadGroup } from '../../src/inventory/registration-schema.ts';
import { shopYaml, type ShopParts } from '../fakes/shop.ts';
import { catalog, type GridRow, meshless, noHosts, podsOnly, unit } from './grid-row.ts';

export const entry: WorkloadEntry = {
  namespace: 'shop',
  name: 'catalog-vm-192.0.2.11',
  address: '192.0.2.11',
  group: 'catalog-vm',
  labels: {},
  connected: true,
  healthy: 'unknown',
};
export const group: WorkloadGroup = { namespace: 'shop', name: 'catalog-vm', labels: {} };

/** vm-a has joined and is registered like this. */
export const joinedAs =
  (change: Partial<WorkloadEntry> | null, groups: readonly WorkloadGroup[] = [group]) =>
  ({ vmA, cluster }: ShopParts): void => {
    vmA.meshed = true;
    cluster.workloadEntries = change === null ? [] : [{ ...entry, ...change }];
    cluster.workloadGroups = [...groups];
  };

/** Nobody calls catalog, nor the estate says so. */
const spare = shopYaml.replace('    path: mesh-first\n', '    path: mesh-first\n    callers: none\n');
const kuma = shopYaml.replace('name: istio', 'name: kuma');

const v14 = (kind: GridRow['kind'], of: string, change: GridRow['change'], rest: Partial<GridRow>): GridRow => ({
  ...{ check: 'V14', kind, of, expected: ['MW1764 vm-a'] },
  ...(change && { change }),
  ...rest,
});

/** Checks of registrations, of boots and of control planes. */
export const registrationRows: readonly GridRow[] = [
  v14('hit', 'no entry', joinedAs(null), {}),
  v14('hit', 'an entry of another address', joinedAs({ address: '192.0.2.12' }), {}),
  v14('hit', 'an entry whose proxy has gone', joinedAs({ connected: false }), {}),
  v14('hit', 'an entry that is ill', joinedAs({ healthy: 'no' }), {}),
  v14(
    'hit',
    'an entry made by hand',
    (parts) => {
      joinedAs({})(parts);
      delete parts.cluster.workloadEntries?.[0]?.group;
    },
    {},
  ),
  v14('hit', 'a group that is gone', joinedAs({}, []), {}),
  v14('near', 'an entry and its group', joinedAs({ healthy: 'yes' }), { outcome: 'clear', expected: [] }),
  v14(
    'open',
    'entries that nobody could list',
    (parts) => {
      joinedAs({})(parts);
      delete parts.cluster.workloadEntries;
    },
    { expected: ['MW1700 vm-a'] },
  ),
  v14('open', 'a namespace that nobody read', joinedAs({ namespace: 'vms' }), {
    yaml: shopYaml.replace('    path: mesh-first\n', '    path: mesh-first\n    namespace: vms\n'),
    expected: ['MW1700 vm-a'],
  }),
  {
    check: 'V16',
    kind: 'hit',
    of: 'a mesh with no VM',
    change: ({ cluster }) => void (cluster.workloadEntries = []),
    expected: ['MW1765 lab'],
  },
  {
    check: 'V16',
    kind: 'hit',
    of: 'an entry made by hand, of a host that has not joined',
    change: ({ cluster }) => {
      const { group: _group, ...byHand } = entry;
      cluster.workloadEntries = [byHand];
    },
    expected: ['MW1765 lab', 'MW1766 vm-a'],
  },
  {
    check: 'V16',
    kind: 'near',
    outcome: 'clear',
    of: 'a VM of somebody else that registered by itself',
    change: ({ cluster }) => void (cluster.workloadEntries = [{ ...entry, address: '192.0.2.77' }]),
    expected: [],
  },
  {
    check: 'V16',
    kind: 'near',
    outcome: 'clear',
    of: 'a host that nobody calls',
    yaml: spare,
    change: ({ cluster, inventory }) => {
      cluster.workloadEntries = [];
      inventory.dependencies.shift();
    },
    expected: [],
  },
  {
    check: 'V16',
    kind: 'near',
    outcome: 'clear',
    of: 'a host that has joined, whose entry is its own',
    change: joinedAs({}),
    expected: [],
  },
  {
    check: 'V16',
    kind: 'open',
    of: 'an older inventory',
    change: ({ cluster }) => delete cluster.workloadEntries,
    expected: ['MW1700 lab'],
  },
  { check: 'V16', kind: 'open', of: 'no mesh at all', change: meshless, expected: ['MW1700 lab'] },
  { check: 'V6', kind: 'hit', of: 'Kuma', yaml: kuma, expected: ['MW1700 lab'] },
  {
    check: 'V6',
    kind: 'near',
    outcome: 'clear',
    of: 'Kuma, and no host',
    yaml: podsOnly.replace('name: istio', 'name: kuma'),
    change: noHosts,
    expected: [],
  },
  { check: 'V6', kind: 'moot', of: 'Istio', expected: [] },
  {
    check: 'V3',
    kind: 'hit',
    of: 'a unit that nobody enabled',
    change: ({ vmA }) => vmA.units.forEach((one) => (one.enabled = 'disabled')),
    expected: ['MW1700 vm-a', 'MW1700 vm-b', `MW1767 ${catalog}`],
  },
  {
    check: 'V3',
    kind: 'hit',
    of: 'a proxy whose unit is disabled',
    change: ({ vmA }) => {
      vmA.meshed = true;
      vmA.units.push({ ...unit, name: 'meshway-proxy.service', enabled: 'disabled' });
    },
    expected: ['MW1700 vm-a', 'MW1700 vm-b', 'MW1767 vm-a'],
  },
  {
    check: 'V3',
    kind: 'near',
    outcome: 'unknown',
    of: 'a unit that another starts, and a proxy that a boot starts',
    change: ({ vmA }) => {
      vmA.meshed = true;
      for (const one of vmA.units) one.enabled = 'static';
      vmA.units.push({ ...unit, name: 'meshway-proxy.service' });
    },
    expected: ['MW1700 vm-a', 'MW1700 vm-b'],
  },
];
