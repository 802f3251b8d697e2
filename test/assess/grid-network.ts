import { shopYaml } from '../fakes/shop.ts';
import { catalog, type GridRow, meshless, pricing, unit } from './grid-row.ts';

const withStock = shopYaml.replace(
  '  - { name: pricing,',
  '  - { name: stock, hostname: stock.shop.internal, port: 8090, path: stay, namespace: shop, workload: { host: vm-a, unit: stock.service } }\n  - { name: pricing,',
);

/** Checks of VMs: where they are and who calls them. */
export const networkRows: readonly GridRow[] = [
  {
    check: 'V10',
    kind: 'hit',
    of: 'one address on two hosts',
    change: ({ vmB }) => void vmB.addresses.push('192.0.2.11'),
    expected: ['MW1707 vm-a'],
  },
  {
    check: 'V10',
    kind: 'hit',
    of: 'an address that is not the host’s',
    change: ({ vmA }) => void (vmA.addresses = ['192.0.2.50']),
    expected: ['MW1323 catalog'],
  },
  { check: 'V10', kind: 'open', of: 'no mesh at all', change: meshless, expected: ['MW1700 lab'] },
  {
    check: 'V10',
    kind: 'near',
    outcome: 'clear',
    of: 'two bridges of containers',
    change: ({ vmA, vmB }) => [vmA, vmB].forEach(({ addresses }) => addresses.push('172.17.0.1')),
    expected: [],
  },
  {
    check: 'V11',
    kind: 'hit',
    of: 'a named network',
    change: ({ mesh }) => void (mesh.network = 'dc-1'),
    expected: ['MW1708 lab'],
  },
  { check: 'V11', kind: 'near', outcome: 'clear', of: 'connections both ways', expected: [] },
  {
    check: 'V11',
    kind: 'open',
    of: 'a host that only pods call',
    change: ({ vmA }) => void vmA.flows.pop(),
    expected: ['MW1700 vm-a'],
  },
  {
    check: 'V11',
    kind: 'open',
    of: 'no address of a pod, and a host without connections',
    change: ({ web: pods, vmA }) => {
      pods.podAddresses = [];
      vmA.flows = [];
    },
    expected: ['MW1700 vm-a', 'MW1700 vm-b'],
  },
  { check: 'V11', kind: 'open', of: 'no mesh at all', change: meshless, expected: ['MW1700 lab'] },
  {
    check: 'V12',
    kind: 'hit',
    of: 'firewalld, where the rules were not listed',
    change: ({ vmA }) => {
      delete vmA.firewallOwners;
      vmA.units.push({ ...unit, name: 'firewalld.service' });
    },
    expected: ['MW1709 vm-a'],
  },
  {
    check: 'V12',
    kind: 'hit',
    of: 'no iptables',
    change: ({ vmA }) => void (vmA.firewall.backend = 'none'),
    expected: ['MW1107 catalog'],
  },
  {
    check: 'V12',
    kind: 'near',
    outcome: 'unknown',
    of: 'firewalld that does not run',
    change: ({ vmA }) => {
      delete vmA.firewallOwners;
      vmA.units.push({ ...unit, name: 'firewalld.service', activeState: 'inactive' });
    },
    expected: ['MW1700 vm-a'],
  },
  {
    check: 'V13',
    kind: 'hit',
    of: 'two services on one host',
    yaml: withStock,
    change: ({ vmA }) => {
      vmA.units.push({ ...unit, name: 'stock.service' });
      vmA.names['stock.shop.internal'] = ['192.0.2.11'];
      vmA.listeners.push({ protocol: 'tcp', address: '*', port: 8090, unit: 'stock.service' });
    },
    expected: ['MW1325 vm-a'],
  },
  {
    check: 'V13',
    kind: 'hit',
    of: 'two services on one host, and no mesh',
    yaml: withStock,
    change: (parts) => {
      meshless(parts);
      parts.vmA.units.push({ ...unit, name: 'stock.service' });
    },
    expected: ['MW1325 vm-a'],
  },
  { check: 'V13', kind: 'near', outcome: 'clear', of: 'one service on each', expected: [] },
  {
    check: 'V14',
    kind: 'hit',
    of: 'a mesh without WorkloadGroups',
    change: ({ cluster }) => delete cluster.crds['workloadgroups.networking.istio.io'],
    expected: ['MW1204 lab'],
  },
  {
    check: 'V14',
    kind: 'near',
    outcome: 'clear',
    of: 'another kind that is missing',
    change: ({ cluster }) => delete cluster.crds['httproutes.gateway.networking.k8s.io'],
    expected: [],
  },
  {
    check: 'V15',
    kind: 'hit',
    of: 'a service on loopback',
    change: ({ vmA }) => void vmA.listeners.forEach((one) => (one.address = '127.0.0.1')),
    expected: [`MW1710 ${catalog}`],
  },
  {
    check: 'V15',
    kind: 'hit',
    of: 'nothing on the port',
    change: ({ vmA }) => void (vmA.listeners = []),
    expected: ['MW1119 catalog'],
  },
  {
    check: 'V15',
    kind: 'near',
    outcome: 'clear',
    of: 'loopback and the host’s own address',
    change: ({ vmA }) => {
      vmA.listeners = ['127.0.0.1', '192.0.2.11'].map((address) => ({
        protocol: 'tcp',
        address,
        port: 8080,
        unit: 'catalog.service',
      }));
    },
    expected: [],
  },
  {
    check: 'V15',
    kind: 'open',
    of: 'owners of ports that are not shown',
    change: ({ vmA }) => {
      vmA.privilege = 'none';
      for (const one of vmA.listeners) delete one.unit;
    },
    expected: [`MW1700 ${catalog}`],
  },
  {
    check: 'V17',
    kind: 'hit',
    of: 'a database',
    change: ({ vmA }) => void vmA.listeners.forEach((one) => (one.process = 'postgres')),
    expected: [`MW1700 ${pricing}`, `MW1711 ${catalog}`],
  },
  {
    check: 'V17',
    kind: 'near',
    outcome: 'unknown',
    of: 'some other program',
    change: ({ vmA }) => void vmA.listeners.forEach((one) => (one.process = 'postgres-exporter')),
    expected: [`MW1700 ${catalog}`, `MW1700 ${pricing}`],
  },
  {
    check: 'V18',
    kind: 'hit',
    of: 'a partner',
    change: ({ webCallsCatalog, inventory }) =>
      void inventory.dependencies.push({ ...webCallsCatalog, from: catalog, to: 'external/203.0.113.9', port: 443 }),
    expected: ['MW1712 catalog'],
  },
  { check: 'V18', kind: 'near', outcome: 'clear', of: 'a twin that was seen to call the same', expected: [] },
  {
    check: 'V18',
    kind: 'open',
    of: 'a twin that only means to call it',
    change: ({ inventory }) => {
      for (const { from, evidence } of inventory.dependencies)
        if (from.startsWith('k8s/')) for (const one of evidence) one.confidence = 'declared';
    },
    expected: ['MW1700 k8s/lab/shop/Deployment/catalog'],
  },
];
