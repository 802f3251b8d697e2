import { decided, type GridRow, web } from './grid-row.ts';

const nightly = { kind: 'CronJob', namespace: 'shop', name: 'nightly', optsOut: false } as const;

/** What pods ask for themselves counts more than what their control plane was told. */
export const nativeRows: readonly GridRow[] = [
  {
    check: 'P7',
    kind: 'near',
    outcome: 'clear',
    of: 'a CronJob that asks for a native sidecar where kubelets can',
    change: (parts) => {
      decided(parts);
      parts.mesh.nativeSidecars = 'off';
      parts.cluster.jobs = [{ ...nightly, nativeSidecar: true }];
    },
    expected: [],
  },
  {
    check: 'P7',
    kind: 'hit',
    of: 'a CronJob that refuses one where all others get it',
    change: (parts) => {
      decided(parts);
      parts.cluster.jobs = [{ ...nightly, nativeSidecar: false }];
    },
    expected: ['MW1718 k8s/lab/shop/CronJob/nightly'],
  },
  {
    check: 'P7-init',
    kind: 'near',
    outcome: 'clear',
    of: 'pods that ask for a native sidecar themselves',
    change: (parts) => {
      decided(parts);
      parts.mesh.nativeSidecars = 'off';
      Object.assign(parts.web, { initContainers: ['migrate'], nativeSidecar: true });
    },
    expected: [],
  },
  {
    check: 'P7-init',
    kind: 'hit',
    of: 'pods that ask for one of a mesh that does not hear them yet',
    change: (parts) => {
      decided(parts);
      Object.assign(parts.mesh, { nativeSidecars: 'off', version: '1.23.4' });
      Object.assign(parts.web, { initContainers: ['migrate'], nativeSidecar: true });
    },
    expected: [`MW1719 ${web}`],
  },
  {
    check: 'P7-init',
    kind: 'hit',
    of: 'pods that refuse a native sidecar where all others get one',
    change: (parts) => {
      decided(parts);
      Object.assign(parts.web, { initContainers: ['migrate'], nativeSidecar: false });
    },
    expected: [`MW1719 ${web}`],
  },
];
