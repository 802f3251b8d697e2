import { type GridRow, meshless, noHosts, podsOnly, unit } from './grid-row.ts';

const good = { notBefore: '2025-12-31T12:00:00.000Z', notAfter: '2026-01-01T12:00:00.000Z' };

/** Checks of VMs. */
export const hostRows: readonly GridRow[] = [
  {
    check: 'V1',
    kind: 'hit',
    of: 'a certificate that has expired',
    change: ({ vmA }) => {
      vmA.meshed = true;
      vmA.credentials = { certificate: { ...good, notAfter: '2025-12-31T23:00:00.000Z' }, tokenExpiresAt: null };
    },
    expected: ['MW1123 vm-a'],
  },
  {
    check: 'V1',
    kind: 'hit',
    of: 'a certificate with little of its life left, and none at all',
    change: ({ vmA, vmB }) => {
      vmA.meshed = vmB.meshed = true;
      const left = { notBefore: '2025-12-31T02:00:00.000Z', notAfter: '2026-01-01T02:00:00.000Z' };
      vmA.credentials = { certificate: left, tokenExpiresAt: null };
      vmB.credentials = { certificate: null, tokenExpiresAt: null };
    },
    expected: ['MW1122 vm-a', 'MW1125 vm-b'],
  },
  {
    check: 'V1',
    kind: 'near',
    outcome: 'clear',
    of: 'a certificate with half of its life left',
    change: ({ vmA }) => {
      vmA.meshed = true;
      vmA.credentials = { certificate: good, tokenExpiresAt: null };
    },
    expected: [],
  },
  {
    check: 'V1',
    kind: 'open',
    of: 'a joined host whose credentials nobody could read',
    change: ({ vmA }) => void (vmA.meshed = true),
    expected: ['MW1700 vm-a'],
  },
  {
    check: 'V2',
    kind: 'hit',
    of: 'istio-csr',
    change: ({ mesh }) => void (mesh.caAddress = 'cert-manager-istio-csr.cert-manager.svc:443'),
    expected: ['MW1702 lab'],
  },
  {
    check: 'V2',
    kind: 'near',
    outcome: 'clear',
    of: 'the control plane by its own name',
    change: ({ mesh }) => void (mesh.caAddress = 'istiod.istio-system.svc:15012'),
    expected: [],
  },
  {
    check: 'V2',
    kind: 'open',
    of: 'an older inventory',
    change: ({ mesh }) => delete mesh.caAddress,
    expected: ['MW1700 lab'],
  },
  { check: 'V2', kind: 'open', of: 'no mesh at all', change: meshless, expected: ['MW1700 lab'] },
  {
    check: 'V3',
    kind: 'hit',
    of: 'the package of another installation',
    change: ({ vmA }) => void vmA.units.push({ ...unit, name: 'istio.service' }),
    expected: ['MW1700 vm-b', 'MW1701 vm-a'],
  },
  {
    check: 'V3',
    kind: 'near',
    outcome: 'unknown',
    of: 'such a unit that does not run',
    change: ({ vmA }) => void vmA.units.push({ ...unit, name: 'istio.service', activeState: 'inactive' }),
    expected: ['MW1700 vm-a', 'MW1700 vm-b'],
  },
  {
    check: 'V4',
    kind: 'hit',
    of: 'a clock that is six seconds behind',
    change: ({ vmA }) => void (vmA.clockOffsetMs = 6_000),
    expected: ['MW1117 vm-a', 'MW1700 lab'],
  },
  {
    check: 'V4',
    kind: 'hit',
    of: 'a certificate that is not valid yet',
    change: ({ vmA }) => {
      vmA.meshed = true;
      vmA.credentials = { certificate: { ...good, notBefore: '2026-01-01T00:10:00.000Z' }, tokenExpiresAt: null };
    },
    expected: ['MW1124 vm-a', 'MW1700 lab'],
  },
  {
    check: 'V4',
    kind: 'near',
    outcome: 'unknown',
    of: 'a clock within a second',
    change: ({ vmA }) => void (vmA.clockOffsetMs = 900),
    expected: ['MW1700 lab'],
  },
  {
    check: 'V5',
    kind: 'hit',
    of: 'another authority',
    change: ({ mesh }) => void (mesh.caAddress = 'vault.example:8200'),
    expected: ['MW1700 lab'],
  },
  {
    check: 'V5',
    kind: 'near',
    outcome: 'clear',
    of: 'no host',
    yaml: podsOnly,
    change: (parts) => {
      noHosts(parts);
      parts.mesh.caAddress = 'vault.example:8200';
    },
    expected: [],
  },
  {
    check: 'V5',
    kind: 'open',
    of: 'no mesh at all',
    change: meshless,
    expected: ['MW1700 lab'],
  },
  { check: 'V5', kind: 'moot', of: 'the control plane’s own authority', expected: [] },
  {
    check: 'V7',
    kind: 'hit',
    of: 'two answers for one name',
    change: ({ vmB }) => void (vmB.names['catalog.shop.internal'] = ['192.0.2.99']),
    expected: ['MW1704 vm-a', 'MW1704 vm-b'],
  },
  {
    check: 'V7',
    kind: 'hit',
    of: 'a stub resolver, and a name that nothing resolves',
    change: ({ vmA, vmB }) => {
      vmA.nameservers = ['127.0.0.53'];
      for (const host of [vmA, vmB]) host.names['pricing.shop.internal'] = [];
    },
    expected: ['MW1309 pricing', 'MW1703 vm-a'],
  },
  {
    check: 'V7',
    kind: 'near',
    outcome: 'clear',
    of: 'the same answers in another order',
    change: ({ vmA, vmB }) => {
      vmA.names['x.shop.internal'] = ['192.0.2.8', '192.0.2.9'];
      vmB.names['x.shop.internal'] = ['192.0.2.9', '192.0.2.8'];
    },
    expected: [],
  },
  {
    check: 'V7',
    kind: 'open',
    of: 'no nameserver',
    change: ({ vmA }) => void (vmA.nameservers = []),
    expected: ['MW1700 vm-a'],
  },
  {
    check: 'V8',
    kind: 'hit',
    of: 'a service in a container',
    change: ({ vmA }) => void vmA.listeners.forEach((one) => (one.process = 'docker-proxy')),
    expected: ['MW1310 catalog', 'MW1705 vm-a'],
  },
  {
    check: 'V8',
    kind: 'hit',
    of: 'nat rules of others',
    change: ({ vmB }) => void (vmB.firewall.foreignNatRules = 3),
    expected: ['MW1705 vm-b'],
  },
  {
    check: 'V8',
    kind: 'near',
    outcome: 'clear',
    of: 'an engine that is installed and does not run',
    change: ({ vmA }) => void vmA.units.push({ ...unit, name: 'docker.service', activeState: 'inactive' }),
    expected: [],
  },
  {
    check: 'V8',
    kind: 'open',
    of: 'no root',
    change: ({ vmA }) => void (vmA.privilege = 'none'),
    expected: ['MW1700 vm-a'],
  },
  {
    check: 'V9',
    kind: 'hit',
    of: 'no sshd',
    change: ({ vmA }) => void (vmA.sshdPorts = []),
    expected: ['MW1706 vm-a'],
  },
  {
    check: 'V9',
    kind: 'hit',
    of: 'sshd on the port of a service',
    change: ({ vmA }) => void vmA.sshdPorts.push(8080),
    expected: ['MW1706 vm-a'],
  },
  {
    check: 'V9',
    kind: 'near',
    outcome: 'clear',
    of: 'sshd elsewhere',
    change: ({ vmA }) => void (vmA.sshdPorts = [8081]),
    expected: [],
  },
];
