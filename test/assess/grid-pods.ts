import { shopYaml, type ShopParts } from '../fakes/shop.ts';
import { before, type GridRow, pricing, twin, web } from './grid-row.ts';
import { POD } from './known-shop.ts';

const callsPod =
  (process: string) =>
  ({ vmA }: ShopParts) =>
    void vmA.flows.push({
      direction: 'outbound',
      process,
      localAddress: '192.0.2.11',
      localPort: 40_000,
      peerAddress: POD,
      peerPort: 8761,
    });

/** Checks of pods and of what stands around them. */
export const podRows: readonly GridRow[] = [
  {
    check: 'P2',
    kind: 'hit',
    of: 'a database of that name',
    change: ({ vmA }) => void vmA.listeners.forEach((one) => (one.process = 'mysqld')),
    expected: ['MW1714 catalog'],
  },
  {
    check: 'P2',
    kind: 'hit',
    of: 'its port in a pod',
    change: ({ web: pods }) => void pods.ports.push(3306),
    expected: ['MW1714 web'],
  },
  ...[587, 110, 143].map((port): GridRow => ({
    check: 'P2',
    kind: 'hit',
    of: `mail in a pod on port ${port}`,
    change: ({ web: pods }) => void pods.ports.push(port),
    expected: ['MW1714 web'],
  })),
  {
    check: 'P2',
    kind: 'near',
    outcome: 'clear',
    of: 'ports that meshes leave alone and whose clients speak first',
    change: ({ web: pods }) => void pods.ports.push(53, 5432, 6379, 9300, 11_211, 27_017),
    expected: [],
  },
  {
    check: 'P2',
    kind: 'hit',
    of: 'a server that the estate says speaks first',
    yaml: shopYaml.replace('path: stay, state: local', 'path: stay, state: local, protocol: tcp, serverFirst: true'),
    change: ({ vmB }) => vmB.listeners.forEach((one) => (one.process = 'mysqld')),
    expected: ['MW1330 pricing'],
  },
  {
    check: 'P2',
    kind: 'hit',
    of: 'such a server on a port that is another service’s for HTTP',
    yaml: shopYaml.replace(
      'port: 8081, path: stay, state: local',
      'port: 8080, path: stay, state: local, protocol: tcp, serverFirst: true',
    ),
    expected: ['MW1333 pricing'],
  },
  {
    check: 'P2',
    kind: 'near',
    outcome: 'clear',
    of: 'its exporter',
    change: ({ vmA }) => void vmA.listeners.forEach((one) => (one.process = 'mysqld_exporter')),
    expected: [],
  },
  {
    check: 'P3',
    kind: 'hit',
    of: 'a port named web',
    change: before({ portWords: [{ port: 80, name: 'web' }] }),
    expected: [`MW1715 ${twin}`],
  },
  {
    check: 'P3',
    kind: 'near',
    outcome: 'clear',
    of: 'a port named http-web, one with appProtocol, and one of UDP',
    change: before({
      portWords: [
        { port: 80, name: 'http-web' },
        { port: 81, appProtocol: 'http' },
        { port: 53, name: 'dns', protocol: 'UDP' },
      ],
    }),
    expected: [],
  },
  {
    check: 'P3',
    kind: 'open',
    of: 'an older inventory',
    change: (parts) => {
      before({})(parts);
      for (const service of parts.cluster.services) delete service.portWords;
    },
    expected: [`MW1700 ${twin}`],
  },
  {
    check: 'P4',
    kind: 'hit',
    of: 'a headless Service',
    change: before({ clusterIP: 'None' }),
    expected: [`MW1716 ${twin}`],
  },
  {
    check: 'P4',
    kind: 'near',
    outcome: 'clear',
    of: 'an empty address',
    change: before({ clusterIP: '' }),
    expected: [],
  },
  {
    check: 'P5',
    kind: 'hit',
    of: 'a client of a registry',
    change: callsPod('java'),
    expected: [`MW1700 ${twin}`, `MW1717 ${web}`],
  },
  {
    check: 'P5',
    kind: 'hit',
    of: 'a caller with an address in its settings',
    change: ({ webCallsCatalog }) => void (webCallsCatalog.addressedBy = 'ip'),
    expected: ['MW1320 catalog', `MW1700 ${twin}`],
  },
  {
    check: 'P5',
    kind: 'near',
    outcome: 'clear',
    of: 'a proxy, and pods that no pod calls',
    change: (parts) => {
      callsPod('envoy')(parts);
      parts.twin.podAddresses = ['198.51.100.6'];
      parts.webCallsCatalog.from = pricing;
    },
    expected: [],
  },
  {
    check: 'P5',
    kind: 'open',
    of: 'pods that pods call, and pods without an address',
    change: ({ web: pods, twin: called }) => {
      pods.podAddresses = [];
      called.podAddresses = [POD];
    },
    expected: [`MW1700 ${twin}`, `MW1700 ${web}`],
  },
  {
    check: 'P6',
    kind: 'hit',
    of: 'hostNetwork',
    change: ({ web: pods }) => void (pods.hostNetwork = true),
    expected: ['MW1310 web'],
  },
  {
    check: 'P6',
    kind: 'near',
    outcome: 'clear',
    of: 'another refusal of the same code',
    change: ({ web: pods }) => void (pods.selector = {}),
    expected: [],
  },
];
