import type { ShopParts } from '../fakes/shop.ts';
import { type GridRow, twin, web } from './grid-row.ts';

/** How units stop is never read. */
const stops = ['MW1700 vm/vm-a/catalog.service', 'MW1700 vm/vm-b/pricing.service'];
const shop = 'k8s/lab/shop';
/** A second cluster with a mesh of this trust domain, where catalog's twin runs. */
const second =
  (trustDomain: string) =>
  ({ inventory, cluster, mesh, twin: pods }: ShopParts): void => {
    inventory.clusters.push({
      ...structuredClone(cluster),
      name: 'east',
      mesh: { ...mesh, trustDomain },
      workloads: [pods],
    });
  };

const eastYaml = (yaml: string): string =>
  yaml
    .replace('clusters:\n', 'clusters:\n  - { name: east, namespaces: [shop] }\n')
    .replace('twin: { cluster: lab', 'twin: { cluster: east');

const crd = (
  name: string,
  channel: string,
  bundleVersion: string,
): { name: string; channel: string; bundleVersion: string } => ({
  name: `${name}.gateway.networking.k8s.io`,
  channel,
  bundleVersion,
});

/** Checks of what stands in the cluster besides the workloads. */
export const clusterRows = (shopYaml: string): readonly GridRow[] => [
  {
    check: 'P10',
    kind: 'hit',
    of: 'five seconds to stop, and no hook',
    change: ({ web: pods }) => void Object.assign(pods, { terminationGracePeriodSeconds: 5, withoutPreStop: ['web'] }),
    expected: [`MW1700 ${twin}`, `MW1700 ${web}`, ...stops, `MW1755 ${web}`],
  },
  {
    check: 'P10',
    kind: 'near',
    outcome: 'unknown',
    of: 'five seconds to stop, and a hook',
    change: ({ web: pods }) => void Object.assign(pods, { terminationGracePeriodSeconds: 5, withoutPreStop: [] }),
    expected: [`MW1700 ${twin}`, `MW1700 ${web}`, ...stops],
  },
  {
    check: 'P10',
    kind: 'near',
    outcome: 'unknown',
    of: 'ten seconds to stop, and no hook',
    change: ({ web: pods }) => void Object.assign(pods, { terminationGracePeriodSeconds: 10, withoutPreStop: ['web'] }),
    expected: [`MW1700 ${twin}`, `MW1700 ${web}`, ...stops],
  },
  {
    check: 'P14',
    kind: 'hit',
    of: 'pods of Linkerd, a template for Kuma, and a namespace of Consul',
    change: ({ web: pods, twin: others, cluster }) => {
      pods.meshes = [{ mesh: 'linkerd', by: 'pods' }];
      others.meshes = [{ mesh: 'kuma', by: 'template' }];
      cluster.namespaces = [{ name: 'shop', ambient: false, meshes: ['consul'] }];
    },
    expected: [`MW1750 ${shop}`, `MW1750 ${twin}`, `MW1750 ${web}`],
  },
  {
    check: 'P14',
    kind: 'hit',
    of: 'pods that are redirected without a label that P12 sees',
    change: ({ web: pods }) => void (pods.meshes = [{ mesh: 'istio-ambient', by: 'pods' }]),
    expected: [`MW1750 ${web}`],
  },
  {
    check: 'P14',
    kind: 'near',
    outcome: 'clear',
    of: 'Istio’s own proxies, ambient pods that P12 sees, and another namespace of Linkerd',
    change: ({ web: pods, twin: others, cluster }) => {
      pods.meshes = [{ mesh: 'istio', by: 'pods' }];
      others.meshes = [{ mesh: 'istio-ambient', by: 'pods' }];
      cluster.namespaces = [
        { name: 'shop', ambient: true },
        { name: 'other', ambient: false, meshes: ['linkerd'] },
      ];
    },
    expected: [],
  },
  {
    check: 'P14',
    kind: 'open',
    of: 'an older inventory',
    change: ({ web: pods, cluster }) => {
      delete pods.meshes;
      delete cluster.namespaces;
    },
    expected: [`MW1700 ${shop}`, `MW1700 ${web}`],
  },
  {
    check: 'P15',
    kind: 'hit',
    of: 'an experimental definition over a standard bundle that nothing guards',
    change: ({ cluster }) => {
      cluster.gatewayCrds = [crd('httproutes', 'standard', 'v1.6.0'), crd('tcproutes', 'experimental', 'v1.6.0')];
      cluster.safeUpgrades = false;
    },
    expected: ['MW1751 lab', 'MW1752 lab'],
  },
  {
    check: 'P15',
    kind: 'hit',
    of: 'parts of two versions',
    change: ({ cluster }) =>
      void (cluster.gatewayCrds = [crd('httproutes', 'standard', 'v1.6.0'), crd('gateways', 'standard', 'v1.4.1')]),
    expected: ['MW1751 lab'],
  },
  { check: 'P15', kind: 'near', outcome: 'clear', of: 'one bundle, guarded', expected: [] },
  {
    check: 'P15',
    kind: 'near',
    outcome: 'clear',
    of: 'no definitions at all',
    change: ({ cluster }) => void Object.assign(cluster, { gatewayCrds: [], safeUpgrades: false }),
    expected: [],
  },
  {
    check: 'P15',
    kind: 'open',
    of: 'bindings that may not be listed',
    change: ({ cluster }) => delete cluster.safeUpgrades,
    expected: ['MW1700 lab'],
  },
  {
    check: 'P16',
    kind: 'hit',
    of: 'objects of SMI, definitions of App Mesh, and objects of Mixer that nobody may count',
    change: ({ cluster }) =>
      void (cluster.leftovers = [
        { crd: 'trafficsplits.split.smi-spec.io', objects: 3 },
        { crd: 'meshes.appmesh.k8s.aws', objects: 0 },
        { crd: 'rules.config.istio.io', objects: null },
      ]),
    expected: ['MW1754 lab', 'MW1754 lab', 'MW1754 lab'],
  },
  { check: 'P16', kind: 'near', outcome: 'clear', of: 'none', expected: [] },
  {
    check: 'P16',
    kind: 'open',
    of: 'an older inventory',
    change: ({ cluster }) => delete cluster.leftovers,
    expected: ['MW1700 lab'],
  },
  { check: 'P18', kind: 'moot', of: 'one mesh', expected: [] },
  {
    check: 'P18',
    kind: 'hit',
    of: 'two trust domains',
    yaml: eastYaml(shopYaml),
    change: second('east.example'),
    expected: ['MW1700 east', 'MW1753 east'],
  },
  {
    check: 'P18',
    kind: 'near',
    outcome: 'unknown',
    of: 'one trust domain, of whose roots nobody knows',
    yaml: eastYaml(shopYaml),
    change: second('cluster.local'),
    expected: ['MW1700 east'],
  },
  {
    check: 'P18',
    kind: 'open',
    of: 'a cluster that joins no mesh that was found',
    yaml: eastYaml(shopYaml),
    change: (parts) => {
      second('cluster.local')(parts);
      second('cluster.local')(parts);
      parts.cluster.mesh = null;
    },
    expected: ['MW1700 lab'],
  },
];
