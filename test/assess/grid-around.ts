import { retiringYaml } from '../fakes/shop.ts';
import { catalog, type GridRow, old, pricing, twin, web } from './grid-row.ts';

const DAY_MS = 86_400_000;

/** How units stop nobody reads. */
const stops = [`MW1700 ${catalog}`, `MW1700 ${pricing}`];

/** Checks of restarts and of what stands around pods, and what others found. */
export const aroundRows: readonly GridRow[] = [
  {
    check: 'P10',
    kind: 'hit',
    of: 'one replica, no surge, no probe, no budget',
    change: ({ web: pods, cluster }) => {
      Object.assign(pods, { replicas: 1, readyReplicas: 1, surges: false, unprobed: ['web'] });
      cluster.disruptionBudgets = [{ namespace: 'shop', name: 'catalog', selector: { app: 'catalog' } }];
    },
    expected: [...stops, `MW1700 ${twin}`, `MW1700 ${web}`, `MW1723 ${web}`, `MW1724 ${web}`, `MW1725 ${web}`].sort(),
  },
  {
    check: 'P10',
    kind: 'hit',
    of: 'three replicas that go at once',
    change: ({ web: pods }) => void Object.assign(pods, { replicas: 3, surges: false, takesAllAway: true }),
    expected: [...stops, `MW1700 ${twin}`, `MW1700 ${web}`, `MW1723 ${web}`].sort(),
  },
  {
    check: 'P10',
    kind: 'near',
    outcome: 'unknown',
    of: 'three replicas that go one by one',
    change: ({ web: pods }) => void Object.assign(pods, { replicas: 3, surges: false, takesAllAway: false }),
    expected: [...stops, `MW1700 ${twin}`, `MW1700 ${web}`].sort(),
  },
  {
    check: 'P10',
    kind: 'open',
    of: 'three replicas without surge in an older inventory',
    change: ({ web: pods }) => void Object.assign(pods, { replicas: 3, surges: false }),
    expected: [...stops, `MW1700 ${twin}`, `MW1700 ${web}`, `MW1700 ${web}`].sort(),
  },
  {
    check: 'P10',
    kind: 'near',
    outcome: 'unknown',
    of: 'one replica that surges',
    change: ({ web: pods }) => void (pods.replicas = pods.readyReplicas = 1),
    expected: [...stops, `MW1700 ${twin}`, `MW1700 ${web}`].sort(),
  },
  {
    check: 'P10',
    kind: 'open',
    of: 'a budget that selects by expressions',
    change: ({ cluster }) => void (cluster.disruptionBudgets = [{ namespace: 'shop', name: 'some', selector: null }]),
    expected: [...stops, `MW1700 ${twin}`, `MW1700 ${twin}`, `MW1700 ${web}`, `MW1700 ${web}`].sort(),
  },
  {
    check: 'P11',
    kind: 'hit',
    of: 'another injector',
    change: ({ cluster }) => void (cluster.podWebhooks = ['x.example']),
    expected: ['MW1726 lab'],
  },
  { check: 'P11', kind: 'near', outcome: 'clear', of: 'none', expected: [] },
  {
    check: 'P11',
    kind: 'moot',
    of: 'proxies that are containers',
    change: (parts) => {
      old(parts);
      parts.cluster.podWebhooks = ['x.example'];
    },
    expected: [],
  },
  {
    check: 'P12',
    kind: 'hit',
    of: 'an ambient namespace',
    change: ({ cluster }) => void (cluster.namespaces = [{ name: 'shop', ambient: true }]),
    expected: ['MW1727 k8s/lab/shop'],
  },
  {
    check: 'P12',
    kind: 'hit',
    of: 'pods that ask for it themselves',
    change: ({ web: pods }) => void (pods.podLabels['istio.io/dataplane-mode'] = 'ambient'),
    expected: [`MW1727 ${web}`],
  },
  {
    check: 'P12',
    kind: 'near',
    outcome: 'clear',
    of: 'pods that ask to be left out',
    change: ({ web: pods }) => void (pods.podLabels['istio.io/dataplane-mode'] = 'none'),
    expected: [],
  },
  {
    check: 'P12',
    kind: 'open',
    of: 'an older inventory',
    change: ({ cluster }) => delete cluster.namespaces,
    expected: ['MW1700 k8s/lab/shop'],
  },
  {
    check: 'P12',
    kind: 'near',
    outcome: 'clear',
    of: 'ambient elsewhere',
    change: ({ cluster }) => void (cluster.namespaces = [{ name: 'other', ambient: true }]),
    expected: [],
  },
  { check: 'D1', kind: 'hit', of: 'an inventory of last week', ageMs: 8 * DAY_MS, expected: ['MW1729 shop'] },
  {
    check: 'D1',
    kind: 'hit',
    of: 'a login without root, said by discovery and by the planner',
    change: ({ vmA }) => void (vmA.privilege = 'none'),
    expected: ['MW1106 catalog', 'MW1106 vm-a'],
  },
  { check: 'D1', kind: 'near', outcome: 'clear', of: 'one of six days ago', ageMs: 6 * DAY_MS, expected: [] },
  {
    check: 'D1',
    kind: 'open',
    of: 'a host that is down',
    change: ({ inventory }) => void inventory.hosts.pop(),
    expected: ['MW1700 vm-b'],
  },
  {
    check: 'D2',
    kind: 'hit',
    of: 'a twin that is not ready',
    yaml: retiringYaml('{ name: kept }'),
    change: ({ twin: pods }) => void (pods.readyReplicas = 0),
    expected: ['MW1308 catalog'],
  },
  {
    check: 'D2',
    kind: 'near',
    outcome: 'clear',
    of: 'nothing to refuse',
    yaml: retiringYaml('{ name: kept }'),
    expected: [],
  },
];
