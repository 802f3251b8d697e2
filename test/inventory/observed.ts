import { estateSchema, type Estate } from '../../src/estate/schema.ts';
import { assemble } from '../../src/inventory/assemble.ts';
import {
  clusterFactsSchema,
  hostFactsSchema,
  inventorySchema,
  type ClusterFacts,
  type Flow,
  type HostFacts,
  type HostUnit,
  type Inventory,
  type KubeWorkload,
} from '../../src/inventory/schema.ts';

export const AT = '2026-01-01T00:00:00.000Z';

/** web (Deployment) → catalog (vm-a, twin in Kubernetes) → pricing (vm-b), as in the lab. */
export const estate: Estate = estateSchema.parse({
  apiVersion: 'meshway/v1alpha1',
  kind: 'Estate',
  name: 'shop',
  provider: { name: 'istio', cluster: 'lab' },
  hosts: [
    { name: 'vm-a', address: '10.0.0.1', user: 'ops' },
    { name: 'vm-b', address: '10.0.0.2', user: 'ops', excludeInboundPorts: [9999] },
  ],
  clusters: [{ name: 'lab', namespaces: ['shop'] }],
  services: [
    { name: 'web', workload: deployment('web') },
    {
      name: 'catalog',
      hostname: 'catalog.corp',
      port: 8080,
      workload: { host: 'vm-a', unit: 'catalog.service' },
      twin: deployment('catalog'),
    },
    {
      name: 'pricing',
      hostname: 'pricing.corp',
      port: 8081,
      protocol: 'tcp',
      workload: { host: 'vm-b', unit: 'pricing.service' },
    },
  ],
});

function deployment(name: string): object {
  return { cluster: 'lab', namespace: 'shop', kind: 'Deployment', name };
}

const NAMES = { 'catalog.corp': ['10.0.0.1'], 'pricing.corp': ['10.0.0.2'] };

/** Facts of a host with one service; everything else is unremarkable. */
export function host(name: 'vm-a' | 'vm-b', change: Partial<HostFacts> = {}): HostFacts {
  const [unit, port, address] =
    name === 'vm-a'
      ? (['catalog.service', 8080, '10.0.0.1'] as const)
      : (['pricing.service', 8081, '10.0.0.2'] as const);
  return hostFactsSchema.parse({
    name,
    address,
    hostname: name,
    arch: 'x86_64',
    initSystem: 'systemd',
    privilege: 'sudo',
    sshdPorts: [22],
    clockOffsetMs: 0,
    os: { id: 'debian', version: '12', kernel: '6', libc: 'glibc' },
    firewall: { backend: 'iptables-nft', iptablesPath: '/usr/sbin/iptables', foreignNatRules: 0 },
    nameservers: [],
    addresses: [address],
    meshed: false,
    flows: [],
    names: NAMES,
    units: [unitFacts(unit)],
    listeners: [
      { protocol: 'tcp', address: '*', port, unit, process: 'app' },
      { protocol: 'tcp', address: '0.0.0.0', port: 22, unit: 'ssh.service', process: 'sshd' },
    ],
    ...change,
  });
}

export function unitFacts(name: string, ...declares: [string, number][]): HostUnit {
  return {
    name,
    mainPid: 7,
    user: 'app',
    activeState: 'active',
    enabled: 'enabled',
    declares: declares.map(([peer, port]) => ({ host: peer, port, from: 'command' })),
  };
}

/** A connection: who opened it, from where, to where. */
export function flow(
  direction: Flow['direction'],
  local: [string, number],
  peer: [string, number],
  owner: Partial<Flow> = {},
): Flow {
  return { direction, localAddress: local[0], localPort: local[1], peerAddress: peer[0], peerPort: peer[1], ...owner };
}

export function cluster(change: Partial<ClusterFacts> = {}): ClusterFacts {
  const crds = [
    'httproutes.gateway.networking.k8s.io',
    'peerauthentications.security.istio.io',
    ...['serviceentries', 'workloadentries', 'workloadgroups'].map((kind) => `${kind}.networking.istio.io`),
  ];
  return clusterFactsSchema.parse({
    name: 'lab',
    version: '1.34',
    uid: 'u',
    crds: Object.fromEntries(crds.map((name) => [name, ['v1']])),
    mesh: {
      provider: 'istio',
      version: '1',
      revision: 'default',
      rootNamespace: 'istio-system',
      trustDomain: 'cluster.local',
      meshId: '',
      clusterId: 'Kubernetes',
      network: '',
      discovery: { service: 'istiod', address: '10.96.0.9', port: 15012 },
      defaultConfig: {},
      injectedNamespaces: [],
    },
    workloads: [pods('web', ['10.244.0.5', '10.244.0.6']), pods('catalog', ['10.244.0.7'])],
    services: [
      {
        namespace: 'shop',
        name: 'catalog',
        clusterIP: '10.96.0.7',
        selector: { app: 'catalog' },
        ports: [80],
        endpoints: [],
      },
    ],
    ...change,
  });
}

export function pods(name: string, podAddresses: string[], change: Partial<KubeWorkload> = {}): KubeWorkload {
  return {
    kind: 'Deployment',
    namespace: 'shop',
    name,
    podLabels: { app: name },
    selector: { app: name },
    serviceAccount: name,
    replicas: 1,
    readyReplicas: 1,
    ports: [8080],
    meshed: false,
    surges: true,
    terminationGracePeriodSeconds: 30,
    hostNetwork: false,
    podAddresses,
    declares: [],
    ...change,
  };
}

/** The inventory of these facts, checked against its schema. */
export function inventoryOf(
  hosts: HostFacts[],
  clusters: ClusterFacts[] = [cluster()],
  described: Estate = estate,
): Inventory {
  return inventorySchema.parse(
    assemble({ estate: described, estateDigest: 'sha256:x', capturedAt: AT, hosts, clusters, findings: [] }),
  );
}

/** `from → to:port by`, one a dependency. */
export function edges(inventory: Inventory): string[] {
  return inventory.dependencies.map(
    ({ from, to, port, addressedBy, evidence }) =>
      `${from} → ${to}:${port} ${addressedBy} ${[...new Set(evidence.map(({ confidence }) => confidence))].join('+')}`,
  );
}
