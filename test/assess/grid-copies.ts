import { shopYaml, type ShopParts } from '../fakes/shop.ts';
import { catalog, type GridRow, twin, unit } from './grid-row.ts';

const saying = (state: string): string =>
  shopYaml.replace('state: none\n    workload', `state: ${state}\n    workload`);

/** Somebody of catalog has a connection to this port outside. */
const calls =
  (from: string, port: number) =>
  ({ inventory, webCallsCatalog }: ShopParts): void =>
    void inventory.dependencies.push({ ...webCallsCatalog, from, to: 'external/192.0.2.60', port });

const row = (kind: GridRow['kind'], of: string, change: GridRow['change'], rest: Partial<GridRow> = {}): GridRow => ({
  ...{ check: 'S1', kind, of, expected: ['MW1768 catalog'] },
  ...(change && { change }),
  ...rest,
});

/** What a second copy would do by itself, at weight 0. */
export const copyRows: readonly GridRow[] = [
  row('hit', 'a unit that consumes from a broker', calls(catalog, 5672)),
  row('hit', 'a twin that means to', calls(twin, 9092)),
  row('hit', 'a timer that starts the unit', ({ vmA }) => void vmA.units.push({ ...unit, name: 'catalog.timer' })),
  row(
    'hit',
    'a twin that was elected',
    ({ cluster }) => void (cluster.leases = [{ namespace: 'shop', name: 'leader', holder: 'catalog-5d9f-x_1' }]),
  ),
  row('hit', 'a twin that keeps volumes', ({ twin: pods }) => void (pods.claims = ['data'])),
  row('hit', 'a broker, and an estate that says nothing of the state', calls(catalog, 4222), {
    yaml: saying('unknown'),
    expected: ['MW1315 catalog', 'MW1768 catalog'],
  }),
  row(
    'open',
    'an older inventory',
    ({ cluster, twin: pods }) => {
      delete cluster.leases;
      delete pods.claims;
    },
    { expected: [`MW1700 ${twin}`] },
  ),
  row('near', 'a broker that another service calls', calls('k8s/lab/shop/Deployment/web', 5672), {
    outcome: 'clear',
    expected: [],
  }),
  row(
    'near',
    'another port, another elected, another timer',
    (parts) => {
      calls(catalog, 5432)(parts);
      parts.cluster.leases = [{ namespace: 'shop', name: 'leader', holder: 'web-5d9f-x_1' }];
      parts.vmA.units.push({ ...unit, name: 'logrotate.timer' });
    },
    { outcome: 'clear', expected: [] },
  ),
  row('near', 'a broker of a unit without a twin', calls('vm/vm-b/pricing.service', 5672), {
    outcome: 'clear',
    expected: [],
  }),
];
