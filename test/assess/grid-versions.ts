import { before, decided, type GridRow, meshless, old, twin, web } from './grid-row.ts';

const nightly = { kind: 'CronJob', namespace: 'shop', name: 'nightly', optsOut: false } as const;

/** Checks of pods that depend on versions, of restarts and of what stands around them. */
export const versionRows: readonly GridRow[] = [
  {
    check: 'P7',
    kind: 'hit',
    of: 'a CronJob, and one kubelet that is too old',
    change: (parts) => {
      old(parts);
      parts.cluster.jobs = [nightly];
    },
    expected: ['MW1718 k8s/lab/shop/CronJob/nightly'],
  },
  {
    check: 'P7',
    kind: 'near',
    outcome: 'clear',
    of: 'a CronJob that opts out',
    change: (parts) => {
      old(parts);
      parts.cluster.jobs = [{ ...nightly, optsOut: true }];
    },
    expected: [],
  },
  {
    check: 'P7',
    kind: 'moot',
    of: 'kubelets from 1.33 on',
    change: (parts) => {
      decided(parts);
      parts.cluster.jobs = [nightly];
    },
    expected: [],
  },
  {
    check: 'P7',
    kind: 'open',
    of: 'kubelets that nobody could list',
    change: ({ cluster }) => {
      cluster.jobs = [nightly];
      delete cluster.kubelets;
    },
    expected: ['MW1700 k8s/lab/shop/CronJob/nightly'],
  },
  {
    check: 'P7-init',
    kind: 'hit',
    of: 'a migration before the start',
    change: (parts) => {
      old(parts);
      parts.web.initContainers = ['migrate'];
    },
    expected: [`MW1719 ${web}`],
  },
  { check: 'P7-init', kind: 'near', outcome: 'clear', of: 'none', change: old, expected: [] },
  {
    check: 'P7-init',
    kind: 'moot',
    of: 'kubelets from 1.33 on',
    change: (parts) => {
      decided(parts);
      parts.web.initContainers = ['migrate'];
    },
    expected: [],
  },
  {
    check: 'P7-init',
    kind: 'open',
    of: 'a mesh that says no version',
    change: (parts) => {
      decided(parts);
      parts.mesh.version = 'unknown';
      parts.web.initContainers = ['migrate'];
    },
    expected: [`MW1700 ${web}`],
  },
  {
    check: 'P7-init',
    kind: 'open',
    of: 'a mesh and a kubelet that count by dates',
    change: (parts) => {
      decided(parts);
      parts.mesh.version = '2026.01-hardened';
      parts.cluster.kubelets = ['2026.01'];
      parts.web.initContainers = ['migrate'];
    },
    expected: [`MW1700 ${web}`],
  },
  {
    check: 'P7-init',
    kind: 'open',
    of: 'a kubelet that counts by dates beside one that can',
    change: (parts) => {
      decided(parts);
      parts.cluster.kubelets = ['2026.01', 'v1.34.4'];
      parts.web.initContainers = ['migrate'];
    },
    expected: [`MW1700 ${web}`],
  },
  {
    check: 'P7-user',
    kind: 'hit',
    of: 'user 1337',
    change: ({ web: pods }) => void (pods.runsAs = [0, 1337]),
    expected: [`MW1720 ${web}`],
  },
  {
    check: 'P7-user',
    kind: 'hit',
    of: 'a unit of that user',
    change: ({ vmA }) => vmA.units.forEach((one) => (one.user = 'istio-proxy')),
    expected: ['MW1720 vm/vm-a/catalog.service'],
  },
  {
    check: 'P7-user',
    kind: 'near',
    outcome: 'clear',
    of: 'user 1338',
    change: ({ web: pods }) => void (pods.runsAs = [1338]),
    expected: [],
  },
  {
    check: 'P7-user',
    kind: 'open',
    of: 'an older inventory',
    change: ({ web: pods }) => delete pods.runsAs,
    expected: [`MW1700 ${web}`],
  },
  {
    check: 'P8',
    kind: 'hit',
    of: 'a restricted namespace',
    change: ({ cluster }) => void (cluster.namespaces = [{ name: 'shop', podSecurity: 'restricted', ambient: false }]),
    expected: [`MW1721 ${twin}`, `MW1721 ${web}`],
  },
  {
    check: 'P8',
    kind: 'near',
    outcome: 'clear',
    of: 'a privileged one, and a restricted one elsewhere',
    change: ({ cluster }) =>
      void (cluster.namespaces = [
        { name: 'shop', podSecurity: 'privileged', ambient: false },
        { name: 'other', podSecurity: 'restricted', ambient: false },
      ]),
    expected: [],
  },
  {
    check: 'P8',
    kind: 'near',
    outcome: 'clear',
    of: 'no mesh, and a namespace that enforces nothing',
    change: meshless,
    expected: [],
  },
  {
    check: 'P8',
    kind: 'open',
    of: 'no mesh, and a restricted namespace',
    change: (parts) => {
      meshless(parts);
      parts.cluster.namespaces = [{ name: 'shop', podSecurity: 'restricted', ambient: false }];
    },
    expected: [`MW1700 ${twin}`, `MW1700 ${web}`],
  },
  {
    check: 'P8',
    kind: 'moot',
    of: 'a CNI plugin',
    change: ({ cluster, mesh }) => {
      mesh.cni = true;
      cluster.namespaces = [{ name: 'shop', podSecurity: 'restricted', ambient: false }];
    },
    expected: [],
  },
  {
    check: 'P9',
    kind: 'hit',
    of: 'a nameless port',
    change: before({ name: 'pay', type: 'ExternalName', selector: {}, portWords: [{ port: 443 }] }),
    expected: ['MW1722 k8s/lab/shop/Service/pay'],
  },
  {
    check: 'P9',
    kind: 'near',
    outcome: 'clear',
    of: 'a port named https, and a Service of another type',
    change: (parts) => {
      before({ name: 'pay', type: 'ExternalName', selector: {}, portWords: [{ port: 443, name: 'https' }] })(parts);
      before({ name: 'old', portWords: [{ port: 443 }] })(parts);
    },
    expected: [],
  },
  {
    check: 'P9',
    kind: 'open',
    of: 'an older inventory',
    change: (parts) => {
      before({})(parts);
      for (const service of parts.cluster.services) delete service.type;
    },
    expected: ['MW1700 k8s/lab/shop'],
  },
];
