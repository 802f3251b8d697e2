import type { MeshPolicy } from '../../src/inventory/schema.ts';
import { parsePolicies } from '../../src/probes/kubernetes/parse-policies.ts';
import { proxyLabels } from '../../src/providers/istio/names.ts';
import { strictPolicy } from '../../src/providers/istio/objects.ts';
import { shopYaml, type ShopParts } from '../fakes/shop.ts';
import { before, catalog, type GridRow, meshless, policed, pricing, strict, twin } from './grid-row.ts';

export const withoutTwin = shopYaml
  .replace('path: mesh-first', 'path: stay')
  .replace('twin: { cluster: lab, namespace: shop, kind: Deployment, name: catalog }', 'namespace: shop');
const inShop = { ...strict, namespace: 'shop' };
const permissive = { ...inShop, mode: 'PERMISSIVE' } as const;
const ofTwin = { ...inShop, name: 'catalog-pods-strict', selector: { app: 'catalog' } };
const ofHost = { ...inShop, name: 'catalog-vm-strict', selector: proxyLabels('catalog') };
/** What the planner renders, as discovery reads it back. */
const rendered = (selector: Record<string, string>): MeshPolicy[] =>
  parsePolicies([
    strictPolicy({
      ...{ intent: 'mtls.strict', id: 'catalog-strict', cluster: 'lab', namespace: 'shop' },
      ...{ selector, permissivePorts: [8080] },
    }),
  ]);
/** The pods that were the twin are gone. */
const twinless = ({ inventory }: ShopParts): void => {
  inventory.workloads = inventory.workloads.filter(({ id }) => id !== twin);
  inventory.dependencies = inventory.dependencies.filter(({ from }) => from !== twin);
};
/** web calls the twin itself, by its Service. */
const callsTwin =
  (targetPort?: number) =>
  (parts: ShopParts): void => {
    before({ portWords: [{ port: 80, name: 'http', ...(targetPort === undefined ? {} : { targetPort }) }] })(parts);
    parts.webCallsCatalog.to = twin;
    parts.webCallsCatalog.port = 80;
    policed(...rendered({ app: 'catalog' }))(parts);
  };

/** Checks of policies that refuse callers who have not joined. */
export const policyRows: readonly GridRow[] = [
  {
    check: 'P1',
    kind: 'hit',
    of: 'STRICT for the whole mesh',
    change: policed(strict),
    expected: [`MW1713 ${twin}`, `MW1713 ${catalog}`, `MW1713 ${pricing}`],
  },
  {
    check: 'P1',
    kind: 'hit',
    of: 'STRICT for the whole mesh, and a VM without a twin',
    yaml: withoutTwin,
    change: (parts) => {
      twinless(parts);
      policed(strict)(parts);
    },
    expected: [`MW1713 ${catalog}`, `MW1713 ${pricing}`],
  },
  {
    check: 'P1',
    kind: 'hit',
    of: 'STRICT for the namespace that a VM joins',
    yaml: withoutTwin,
    change: (parts) => {
      twinless(parts);
      policed(inShop)(parts);
    },
    expected: [`MW1713 ${catalog}`, `MW1713 ${pricing}`],
  },
  {
    check: 'P1',
    kind: 'hit',
    of: 'STRICT for the workload alone',
    change: policed(ofTwin, permissive),
    // A catalog that the plan refuses never joins, and it calls pricing.
    expected: ['MW1316 pricing', `MW1713 ${twin}`],
  },
  {
    check: 'P1',
    kind: 'hit',
    of: 'another port that is PERMISSIVE, where the others inherit STRICT',
    change: policed(strict, { ...ofTwin, mode: 'UNSET', portModes: { 9090: 'PERMISSIVE' } }),
    expected: [`MW1713 ${twin}`, `MW1713 ${catalog}`, `MW1713 ${pricing}`],
  },
  {
    check: 'P1',
    kind: 'hit',
    of: 'STRICT on the called port alone',
    change: policed({ ...ofTwin, mode: 'UNSET', portModes: { 8080: 'STRICT' } }),
    expected: [`MW1713 ${twin}`],
  },
  {
    check: 'P1',
    kind: 'hit',
    of: 'a port without a mode of its own, and the younger of two policies',
    change: policed(
      { ...ofTwin, createdAt: '2026-01-01T00:00:00Z', portModes: { 8080: 'UNSET' } },
      { ...ofTwin, name: 'a', createdAt: '2026-01-02T00:00:00Z', mode: 'PERMISSIVE' },
    ),
    // A catalog that the plan refuses never joins, and it calls pricing.
    expected: ['MW1316 pricing', `MW1713 ${twin}`],
  },
  {
    check: 'P1',
    kind: 'hit',
    of: 'a stranger who calls',
    change: ({ inventory, webCallsCatalog }) =>
      void inventory.dependencies.push({ ...webCallsCatalog, from: 'external/192.0.2.77' }),
    expected: ['MW1316 catalog'],
  },
  {
    check: 'P1',
    kind: 'hit',
    of: 'a Service whose port leads to another than the open one',
    change: callsTwin(80),
    expected: [`MW1713 ${twin}`],
  },
  {
    check: 'P1',
    kind: 'near',
    outcome: 'clear',
    of: 'STRICT at a twin that a NetworkPolicy lets somebody call, and nobody is known to',
    change: (parts) => {
      policed(ofTwin)(parts);
      parts.inventory.dependencies = parts.inventory.dependencies.map((one) =>
        one.to === 'service/catalog'
          ? { ...one, evidence: one.evidence.map((piece) => ({ ...piece, source: 'network-policy' as const })) }
          : one,
      );
    },
    expected: [],
  },
  {
    check: 'P1',
    kind: 'near',
    outcome: 'clear',
    of: 'what the planner renders for an exempt caller, in pods and on a VM',
    change: (parts) => {
      parts.inventory.dependencies = [parts.webCallsCatalog];
      policed(...rendered({ app: 'catalog' }), ...rendered(proxyLabels('catalog')))(parts);
    },
    expected: [],
  },
  {
    check: 'P1',
    kind: 'near',
    outcome: 'clear',
    of: 'a Service whose port leads to the open one',
    change: callsTwin(8080),
    expected: [],
  },
  {
    check: 'P1',
    kind: 'near',
    outcome: 'clear',
    of: 'STRICT for other pods, and for the mesh where the namespace is PERMISSIVE',
    change: policed(strict, { ...inShop, selector: { app: 'other' } }, permissive),
    expected: [],
  },
  {
    check: 'P1',
    kind: 'near',
    outcome: 'clear',
    of: 'STRICT on a port that nobody calls, and a port’s mode without a selector',
    change: policed(
      { ...ofTwin, mode: 'UNSET', portModes: { 9090: 'STRICT' } },
      { ...inShop, mode: 'UNSET', portModes: { 8080: 'STRICT' } },
    ),
    expected: [],
  },
  {
    check: 'P1',
    kind: 'near',
    outcome: 'clear',
    of: 'STRICT by labels in the root namespace',
    change: policed({ ...strict, selector: { app: 'catalog' } }),
    expected: [],
  },
  {
    check: 'P1',
    kind: 'near',
    outcome: 'clear',
    of: 'STRICT by labels of pods in the root namespace itself',
    change: (parts) => {
      parts.mesh.rootNamespace = 'shop';
      policed(ofTwin)(parts);
    },
    expected: [],
  },
  {
    check: 'P1',
    kind: 'hit',
    of: 'STRICT by the labels of one VM’s registration',
    change: policed(ofHost),
    expected: [`MW1713 ${catalog}`],
  },
  {
    check: 'P1',
    kind: 'open',
    of: 'STRICT by labels that the mesh may add to a registration',
    change: policed({ ...ofHost, selector: { 'topology.istio.io/network': 'dc-1' } }),
    expected: [`MW1700 ${catalog}`, `MW1700 ${pricing}`],
  },
  {
    check: 'P1',
    kind: 'open',
    of: 'a Service whose port has a name that nothing explains',
    change: callsTwin(),
    expected: [`MW1700 ${twin}`],
  },
  {
    check: 'P1',
    kind: 'open',
    of: 'a VM that joins a namespace which nobody read',
    yaml: shopYaml.replace('namespace: shop, workload: { host: vm-b', 'namespace: other, workload: { host: vm-b'),
    expected: [`MW1700 ${pricing}`],
  },
  {
    check: 'P1',
    kind: 'open',
    of: 'no right to list policies',
    change: ({ cluster }) => delete cluster.policies,
    expected: ['MW1700 lab'],
  },
  { check: 'P1', kind: 'open', of: 'no mesh at all', change: meshless, expected: ['MW1700 lab'] },
];
