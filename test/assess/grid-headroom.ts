import type { ResourceQuota } from '../../src/inventory/schema.ts';
import type { ShopParts } from '../fakes/shop.ts';
import { type GridRow, twin, web } from './grid-row.ts';

const shop = 'k8s/lab/shop';
const [none, gibi] = [{ hard: {}, used: {} }, 2 ** 30];

/** A quota of the shop's namespace; its four pods' proxies ask for 400m and 512Mi. */
const quota =
  (change: Partial<ResourceQuota>) =>
  ({ cluster }: ShopParts): void =>
    void (cluster.quotas = [
      { namespace: 'shop', name: 'all', requests: none, limits: none, isScoped: false, ...change },
    ]);

const scaled =
  (...byShareOf: string[]) =>
  ({ cluster }: ShopParts): void =>
    void (cluster.autoscalers = [
      {
        namespace: 'shop',
        name: 'web',
        target: { kind: 'Deployment', name: 'web' },
        minReplicas: 2,
        maxReplicas: 9,
        byShareOf,
      },
    ]);

/** Checks of the room that proxies need. */
export const headroomRows: readonly GridRow[] = [
  {
    check: 'P17',
    kind: 'hit',
    of: 'a quota with 399m left, which also limits what proxies do not say',
    change: quota({
      requests: { hard: { cpu: 4000, memory: 4 * gibi }, used: { cpu: 3601, memory: gibi } },
      limits: { hard: { memory: 8 * gibi }, used: {} },
    }),
    expected: [`MW1756 ${shop}`, `MW1757 ${shop}`],
  },
  {
    check: 'P17',
    kind: 'near',
    outcome: 'clear',
    of: 'a quota with 400m and 512Mi left, and a full one elsewhere',
    change: (parts) => {
      quota({ requests: { hard: { cpu: 4000, memory: gibi }, used: { cpu: 3600, memory: gibi / 2 } } })(parts);
      const full = { hard: { cpu: 1 }, used: { cpu: 1 } };
      parts.cluster.quotas?.push({ namespace: 'other', name: 'o', requests: full, limits: none, isScoped: false });
    },
    expected: [],
  },
  {
    check: 'P17',
    kind: 'near',
    outcome: 'clear',
    of: 'a full quota where all have joined',
    change: (parts) => {
      quota({ requests: { hard: { cpu: 1 }, used: { cpu: 1 } } })(parts);
      parts.web.meshed = parts.twin.meshed = true;
    },
    expected: [],
  },
  {
    check: 'P17',
    kind: 'open',
    of: 'a quota of a priority',
    change: quota({ isScoped: true, requests: { hard: { cpu: 1 }, used: {} } }),
    expected: [`MW1700 ${shop}`],
  },
  {
    check: 'P17',
    kind: 'open',
    of: 'quotas and autoscalers that may not be listed',
    change: ({ cluster }) => {
      delete cluster.quotas;
      delete cluster.autoscalers;
    },
    expected: [`MW1700 ${shop}`, `MW1700 ${twin}`, `MW1700 ${web}`],
  },
  {
    check: 'P17',
    kind: 'open',
    of: 'a quota, an autoscaler, and proxies of which nothing is known',
    change: (parts) => {
      quota({})(parts);
      scaled('cpu')(parts);
      delete parts.mesh.proxyResources;
    },
    expected: [`MW1700 ${shop}`, `MW1700 ${web}`],
  },
  { check: 'P17', kind: 'hit', of: 'an autoscaler by CPU', change: scaled('cpu'), expected: [`MW1758 ${web}`] },
  {
    check: 'P17',
    kind: 'hit',
    of: 'an autoscaler by memory, of which proxies ask for none',
    change: (parts) => {
      scaled('cpu', 'memory')(parts);
      parts.mesh.proxyResources = { requests: { cpu: 100 }, limits: {} };
    },
    expected: [`MW1759 ${web}`],
  },
  { check: 'P17', kind: 'near', outcome: 'clear', of: 'an autoscaler by a queue', change: scaled(), expected: [] },
];
