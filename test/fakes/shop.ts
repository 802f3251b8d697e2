import { parseEstate } from '../../src/estate/parse.ts';
import type { Estate } from '../../src/estate/schema.ts';
import {
  type ClusterFacts,
  type Dependency,
  type HostFacts,
  type Inventory,
  inventorySchema,
  type KubeWorkload,
  type MeshFacts,
} from '../../src/inventory/schema.ts';
import { createPlan } from '../../src/plans/create.ts';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { sha256Digest } from '../../src/ports/hash.ts';
import { providerOf } from '../../src/providers/index.ts';

const artifact = (name: string): string => `{ path: parts/${name}, version: "1.0", sha256: ${'a'.repeat(64)} }`;

/** The sample estate: web in Kubernetes calls catalog on vm-a, which calls pricing on vm-b; catalog has a twin. */
export const shopYaml = `
apiVersion: meshway/v1alpha1
kind: Estate
name: shop
provider:
  name: istio
  cluster: lab
  artifacts: { pilotAgent: ${artifact('pilot-agent')}, envoy: ${artifact('envoy')}, bootstrap: ${artifact('bootstrap.json')} }
hosts:
  - { name: vm-a, address: 192.0.2.11, user: ops }
  - { name: vm-b, address: 192.0.2.12, port: 2222, user: ops, excludeInboundPorts: [9100] }
clusters:
  - { name: lab, namespaces: [shop] }
metrics: { prometheus: { url: 'http://192.0.2.1:9090' } }
services:
  - { name: web, state: none, callers: none, workload: { cluster: lab, namespace: shop, kind: Deployment, name: web } }
  - name: catalog
    hostname: catalog.shop.internal
    port: 8080
    path: mesh-first
    state: none
    workload: { host: vm-a, unit: catalog.service }
    twin: { cluster: lab, namespace: shop, kind: Deployment, name: catalog }
  - { name: pricing, hostname: pricing.shop.internal, port: 8081, path: stay, state: local, namespace: shop, workload: { host: vm-b, unit: pricing.service } }
`;

export const shopEstate = (yaml = shopYaml): Estate => parseEstate(yaml, 'estate.yaml');

const at = '2026-01-01T00:00:00.000Z';
const seen = (confidence: 'observed' | 'declared') => [
  { source: 'ss' as const, detail: 'seen', at, count: 1, confidence },
];

function hostFacts(name: string, address: string, sshd: number, unit: string, port: number): unknown {
  return {
    name,
    address,
    hostname: name,
    arch: 'x86_64',
    os: { id: 'debian', version: '12', kernel: '6.1', libc: 'glibc 2.36' },
    initSystem: 'systemd',
    privilege: 'sudo',
    sshdPorts: [sshd],
    firewall: { backend: 'iptables-nft', iptablesPath: '/usr/sbin/iptables', foreignNatRules: 0 },
    clockOffsetMs: 1,
    nameservers: ['192.0.2.1'],
    addresses: [address],
    meshed: false,
    units: [{ name: unit, mainPid: 10, user: 'root', activeState: 'active', enabled: 'enabled', declares: [] }],
    listeners: [{ protocol: 'tcp', address: '0.0.0.0', port, unit }],
    flows: [],
    names: { 'catalog.shop.internal': ['192.0.2.11'], 'pricing.shop.internal': ['192.0.2.12'] },
  };
}

function deployment(name: string): unknown {
  return {
    kind: 'Deployment',
    namespace: 'shop',
    name,
    podLabels: { app: name },
    selector: { app: name },
    serviceAccount: name,
    replicas: 2,
    readyReplicas: 2,
    ports: [8080],
    meshed: false,
    surges: true,
    terminationGracePeriodSeconds: 60,
    hostNetwork: false,
    podAddresses: [],
  };
}

const mesh = {
  provider: 'istio',
  version: '1.31',
  revision: 'default',
  rootNamespace: 'istio-system',
  trustDomain: 'cluster.local',
  meshId: 'cluster.local',
  clusterId: 'Kubernetes',
  network: '',
  discovery: { service: 'istiod', address: '198.51.100.1', port: 15012 },
  defaultConfig: {},
  injectedNamespaces: [],
};

const ids = {
  web: 'k8s/lab/shop/Deployment/web',
  catalog: 'vm/vm-a/catalog.service',
  twin: 'k8s/lab/shop/Deployment/catalog',
  pricing: 'vm/vm-b/pricing.service',
};

const workload = (id: string, service: string, role = 'primary'): unknown => ({
  id,
  service,
  role,
  position: { platform: id.startsWith('vm/') ? 'vm' : 'kubernetes', mesh: 'off' },
  listeners: [],
  evidence: [],
});

const call = (from: string, to: string, port: number, confidence: 'observed' | 'declared' = 'observed'): unknown => ({
  from,
  to,
  port,
  protocol: 'http',
  addressedBy: 'name',
  evidence: seen(confidence),
});

/** The parts of the inventory that a test may bend. */
export interface ShopParts {
  inventory: Inventory;
  vmA: HostFacts;
  vmB: HostFacts;
  cluster: ClusterFacts;
  mesh: MeshFacts;
  web: KubeWorkload;
  twin: KubeWorkload;
  webCallsCatalog: Dependency;
}

function partsOf(inventory: Inventory): ShopParts {
  const {
    hosts: [vmA, vmB],
    clusters: [cluster],
    dependencies: [webCallsCatalog],
  } = inventory;
  const [web, twin] = cluster?.workloads ?? [];
  const mesh = cluster?.mesh;
  if (!vmA || !vmB || !cluster || !mesh || !web || !twin || !webCallsCatalog)
    throw new Error('the fake shop has lost a part');
  return { inventory, vmA, vmB, cluster, mesh, web, twin, webCallsCatalog };
}

/** What discovery would see of it; `change` may bend it, within the schema. */
export function shopInventory(change: (parts: ShopParts) => void = () => undefined): Inventory {
  const raw: Record<string, unknown> = {
    apiVersion: 'meshway/v1alpha1',
    kind: 'Inventory',
    estate: { name: 'shop', digest: sha256Digest('estate') },
    capturedAt: at,
    hosts: [
      hostFacts('vm-a', '192.0.2.11', 22, 'catalog.service', 8080),
      hostFacts('vm-b', '192.0.2.12', 2222, 'pricing.service', 8081),
    ],
    clusters: [
      {
        name: 'lab',
        version: 'v1.34.4',
        uid: 'u',
        mesh,
        crds: {},
        workloads: [deployment('web'), deployment('catalog')],
        services: [],
      },
    ],
    workloads: [
      workload(ids.web, 'web'),
      workload(ids.catalog, 'catalog'),
      workload(ids.twin, 'catalog', 'twin'),
      workload(ids.pricing, 'pricing'),
    ],
    dependencies: [
      call(ids.web, 'service/catalog', 8080),
      call(ids.catalog, 'service/pricing', 8081),
      call(ids.twin, 'service/pricing', 8081, 'declared'),
    ],
    findings: [],
  };
  const bent = structuredClone(inventorySchema.parse(raw));
  change(partsOf(bent));
  return inventorySchema.parse(bent);
}

export function shopPlan(change?: (parts: ShopParts) => void, yaml?: string): MigrationPlan {
  const digests = { estate: sha256Digest('estate'), inventory: sha256Digest('inventory') };
  return createPlan({
    id: 'shop',
    estate: shopEstate(yaml),
    inventory: shopInventory(change),
    provider: providerOf('istio'),
    digests,
    hash: sha256Digest,
  });
}

/** The same shop, whose catalog also retires, in the words of the estate. */
export const retiringYaml = (retire: string): string =>
  shopYaml.replace(
    '    state: none\n    workload: { host: vm-a',
    `    state: none\n    retire: ${retire}\n    workload: { host: vm-a`,
  );
