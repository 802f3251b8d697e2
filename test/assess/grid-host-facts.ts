import type { ShopParts } from '../fakes/shop.ts';
import type { GridRow } from './grid-row.ts';

type Host = ShopParts['vmA'];
const agent = (program: string, port: number, change: Partial<NonNullable<Host['management']>[number]> = {}) =>
  ({ program, protocol: 'tcp', address: '0.0.0.0', port, by: 'process', ...change }) as const;
const entry = (address: string, ...names: string[]): NonNullable<Host['resolver']> => ({
  hostsFile: [{ address, names }],
  order: ['files', 'dns'],
  search: [],
  options: [],
  upstreams: [],
});

/** Checks that go by what a host says of its clock, its resolver, its agents and its firewall. */
export const hostFactRows: readonly GridRow[] = [
  {
    check: 'V4',
    kind: 'hit',
    of: 'a host whose clock nothing sets',
    change: ({ vmA }) => void (vmA.clock = { source: 'none', synchronised: 'unknown' }),
    expected: ['MW1700 lab', 'MW1730 vm-a'],
  },
  {
    check: 'V4',
    kind: 'hit',
    of: 'a daemon that reaches nobody',
    change: ({ vmB }) => void (vmB.clock = { source: 'chrony', synchronised: 'no' }),
    expected: ['MW1700 lab', 'MW1731 vm-b'],
  },
  {
    check: 'V4',
    kind: 'near',
    outcome: 'unknown',
    of: 'another daemon, synchronised',
    change: ({ vmB }) => void (vmB.clock = { source: 'systemd-timesyncd', synchronised: 'yes' }),
    expected: ['MW1700 lab'],
  },
  {
    check: 'V4',
    kind: 'open',
    of: 'a container',
    change: ({ vmA }) => void (vmA.clock = { source: 'outside', synchronised: 'unknown' }),
    expected: ['MW1700 lab', 'MW1700 vm-a'],
  },
  {
    check: 'V4',
    kind: 'open',
    of: 'a daemon that does not say, and an older inventory',
    change: ({ vmA, vmB }) => {
      vmA.clock = { source: 'openntpd', synchronised: 'unknown' };
      delete vmB.clock;
    },
    expected: ['MW1700 lab', 'MW1700 vm-a', 'MW1700 vm-b'],
  },
  {
    check: 'V7',
    kind: 'hit',
    of: 'a hosts file that names a service',
    change: ({ vmB }) => void (vmB.resolver = entry('192.0.2.11', 'catalog', 'catalog.shop.internal')),
    expected: ['MW1732 vm-b'],
  },
  {
    check: 'V7',
    kind: 'near',
    outcome: 'clear',
    of: 'a hosts file that names others',
    change: ({ vmB }) => void (vmB.resolver = entry('192.0.2.11', 'vm-a', 'xcatalog.shop.internal')),
    expected: [],
  },
  {
    check: 'V7',
    kind: 'open',
    of: 'a hosts file that nobody read',
    change: ({ vmA }) => delete vmA.resolver,
    expected: ['MW1700 vm-a'],
  },
  {
    check: 'V8',
    kind: 'hit',
    of: 'chains of Docker without a container',
    change: ({ vmA }) => void (vmA.firewallOwners = [{ owner: 'docker', signs: ['chain DOCKER of filter'] }]),
    expected: ['MW1705 vm-a'],
  },
  {
    check: 'V8',
    kind: 'near',
    outcome: 'clear',
    of: 'chains of fail2ban',
    change: ({ vmA }) => void (vmA.firewallOwners = [{ owner: 'fail2ban', signs: ['chain f2b-sshd of filter'] }]),
    expected: [],
  },
  {
    check: 'V9',
    kind: 'hit',
    of: 'an agent that the estate does not exclude',
    change: ({ vmA }) => void vmA.management?.push(agent('node_exporter', 9100)),
    expected: ['MW1733 vm-a'],
  },
  {
    check: 'V9',
    kind: 'near',
    outcome: 'clear',
    of: 'agents that are excluded, asked by UDP, or asked from the host alone',
    change: ({ vmA, vmB }) => {
      vmB.management?.push(agent('node_exporter', 9100));
      vmA.management?.push(
        agent('snmpd', 161, { protocol: 'udp' }),
        agent('munin-node', 4949, { address: '127.0.0.1' }),
      );
    },
    expected: [],
  },
  {
    check: 'V9',
    kind: 'open',
    of: 'an older inventory',
    change: ({ vmA }) => delete vmA.management,
    expected: ['MW1700 vm-a'],
  },
  {
    check: 'V12',
    kind: 'hit',
    of: 'nftables and rules of nobody',
    change: ({ vmA, vmB }) => {
      vmA.firewallOwners = [{ owner: 'nftables', signs: ['nftables.service'] }];
      vmB.firewallOwners = [{ owner: 'unknown', signs: ['chain OURS of filter'] }];
    },
    expected: ['MW1709 vm-a', 'MW1734 vm-b'],
  },
  {
    check: 'V12',
    kind: 'near',
    outcome: 'clear',
    of: 'programs that keep to chains of their own',
    change: ({ vmA }) =>
      void (vmA.firewallOwners = ['docker', 'fail2ban', 'kube-proxy', 'ufw'].map((owner) => ({ owner, signs: ['x'] }))),
    expected: [],
  },
];
