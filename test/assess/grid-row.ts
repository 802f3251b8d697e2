import type { AuthorizationPolicy, KubeService, MeshPolicy, PeerAuthentication } from '../../src/inventory/schema.ts';
import type { ShopParts } from '../fakes/shop.ts';

/** One row of the grid: a shop, a check, and all that this check must say of it. */
export interface GridRow {
  check: string;
  /** A hit is found; a near miss is not; `open` is said to be not known; a moot row is about the version. */
  kind: 'hit' | 'near' | 'open' | 'moot';
  of: string;
  change?: (parts: ShopParts) => void;
  yaml?: string;
  ageMs?: number;
  /** Of a near miss: what the check says as a whole. */
  outcome?: 'clear' | 'unknown';
  /** `CODE subject`, sorted. */
  expected: readonly string[];
}

export const web = 'k8s/lab/shop/Deployment/web';
export const twin = 'k8s/lab/shop/Deployment/catalog';
export const catalog = 'vm/vm-a/catalog.service';
export const pricing = 'vm/vm-b/pricing.service';

/** A systemd unit that runs. */
export const unit = { mainPid: 9, user: 'root', activeState: 'active', enabled: 'enabled', declares: [] };
/** STRICT for the whole mesh. */
export const strict: PeerAuthentication = {
  kind: 'PeerAuthentication',
  namespace: 'istio-system',
  name: 'default',
  selector: {},
  mode: 'STRICT',
  portModes: {},
};
/** A policy of the shop's namespace that refuses who has no identity. */
export const asking: AuthorizationPolicy = {
  kind: 'AuthorizationPolicy',
  namespace: 'shop',
  name: 'named',
  selector: {},
  asksIdentity: 'yes',
};

/** A cluster with these policies and no other. */
export const policed =
  (...policies: readonly MeshPolicy[]) =>
  ({ cluster }: ShopParts) =>
    void (cluster.policies = [...policies]);

/** No mesh was found in the cluster. */
export const meshless = ({ cluster }: ShopParts): void => void (cluster.mesh = null);

/** An estate of pods alone: web, and catalog where its twin was. */
export const podsOnly = `
apiVersion: meshway/v1alpha1
kind: Estate
name: shop
provider: { name: istio, cluster: lab }
clusters: [{ name: lab, namespaces: [shop] }]
services:
  - { name: web, state: none, callers: none, workload: { cluster: lab, namespace: shop, kind: Deployment, name: web } }
  - { name: catalog, state: none, workload: { cluster: lab, namespace: shop, kind: Deployment, name: catalog } }
`;

/** What discovery finds for that estate. */
export const noHosts = ({ inventory, twin: pods }: ShopParts): void => {
  inventory.hosts = [];
  inventory.workloads = inventory.workloads.filter(({ id }) => id.startsWith('k8s/'));
  for (const workload of inventory.workloads) workload.role = 'primary';
  inventory.dependencies = inventory.dependencies.slice(0, 1);
  pods.podAddresses = ['198.51.100.6'];
};

/** The same, told by manifests: nobody has looked at the cluster. */
export const inFiles = (parts: ShopParts): void => {
  noHosts(parts);
  const { cluster, web: first, twin: second } = parts;
  Object.assign(cluster, { origin: 'files', mesh: null, crds: {} });
  for (const key of ['kubelets', 'namespaces', 'disruptionBudgets', 'jobs', 'podWebhooks', 'policies'] as const)
    delete cluster[key];
  for (const pods of [first, second]) pods.podAddresses = [];
};

/** Proxies that are containers as any other. */
export const old = ({ cluster, mesh }: ShopParts): void => {
  cluster.kubelets = ['v1.32.9', 'v1.33.0'];
  delete mesh.nativeSidecars;
};

/** The control plane decides by the kubelets, and all of them can. */
export const decided = ({ cluster, mesh }: ShopParts): void => {
  cluster.kubelets = ['v1.33.0', 'v1.34.4'];
  delete mesh.nativeSidecars;
};

/** A Service before the twin. */
export const before =
  (change: Partial<KubeService>) =>
  ({ cluster }: ShopParts) =>
    void cluster.services.push({
      namespace: 'shop',
      name: 'catalog',
      clusterIP: '198.51.100.9',
      selector: { app: 'catalog' },
      ports: [80],
      endpoints: [],
      type: 'ClusterIP',
      portWords: [{ port: 80, name: 'http' }],
      ...change,
    });
