/** Versions of everything the lab is made of. A change makes the part new. */
export const versions = {
  kubernetes: 'v1.34.4',
  kubernetesStaging: 'v0.34.4',
  istioModule: 'v0.0.0-20260827124520-eed52ebb66ad',
  istio: '1.31-alpha.eed52ebb66ad',
  envoy: '1.40.0',
  coredns: 'v1.12.4',
  gatewayApi: 'v1.6.0',
  kwok: 'v0.8.0',
  debian: 'bookworm',
} as const;

/** Addresses and names inside the lab. Nothing else is ever contacted. */
export const net = {
  bridge: 'mwlab0',
  podBridge: 'mwpod0',
  applianceLink: 'mwappl0',
  applianceAddress: '10.200.0.50',
  host: '10.200.0.1',
  hostCidr: '10.200.0.1/24',
  vmCidr: '10.200.0.0/24',
  podCidr: '10.244.0.0/16',
  serviceCidr: '10.96.0.0/16',
  apiServiceIp: '10.96.0.1',
  dnsServiceIp: '10.96.0.10',
  apiPort: 6443,
  etcdPort: 2379,
  prometheusPort: 9090,
} as const;

/** The one Kubernetes node. */
export const nodeName = 'lab-node';

/** Registry part of the lab's own image names. No registry is behind it. */
export const imageHub = 'lab.local';

/** A virtual machine of the lab. */
export interface VmSettings {
  readonly name: string;
  readonly address: string;
  readonly sshPort: number;
  /** The unit that the machine is there for; the grown shop has more (shop/units.ts). */
  readonly unit: string;
}

/** The lab's virtual machines by name. */
export const vms = {
  'vm-a': { name: 'vm-a', address: '10.200.0.11', sshPort: 22, unit: 'catalog.service' },
  'vm-b': { name: 'vm-b', address: '10.200.0.12', sshPort: 2222, unit: 'pricing.service' },
  'vm-c': { name: 'vm-c', address: '10.200.0.13', sshPort: 22, unit: 'reports.service' },
} as const satisfies Record<string, VmSettings>;

/** Name of a virtual machine of the lab. */
export type VmName = keyof typeof vms;

/** The virtual machines of the shop as tests get it, in order. */
export const vmNames: readonly VmName[] = ['vm-a', 'vm-b'];

/** The virtual machines of the grown shop, in order. */
export const grownVmNames: readonly VmName[] = [...vmNames, 'vm-c'];
