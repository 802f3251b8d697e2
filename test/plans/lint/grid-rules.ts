import type { Dependency } from '../../../src/inventory/schema.ts';
import { retiringYaml, type ShopParts, shopYaml } from '../../fakes/shop.ts';
import { type LintRow, move, operationOf, stageOf, stepOf } from './grid-row.ts';

const retiring = retiringYaml('{ name: kept }');
const call = ({ inventory }: ShopParts, from: string, to: string, port: number): Dependency => {
  const [first] = inventory.dependencies;
  if (!first) throw new Error('no call');
  const made = { ...structuredClone(first), from, to, port };
  inventory.dependencies.push(made);
  return made;
};
const webCallsPricing = (parts: ShopParts): void => void call(parts, 'k8s/lab/shop/Deployment/web', 'service/pricing', 8081);

/** The hard rules of the design, section 7. */
export const hardRows: readonly LintRow[] = [
  {
    code: 'MW1806', kind: 'hit', of: 'STRICT on pricing before catalog and its twin have joined',
    plan: (plan) => move(plan, 'enforce-pricing', 1),
    expected: ['error enforce-pricing/strict-vm', 'error enforce-pricing/strict-vm'],
  },
  {
    code: 'MW1806', kind: 'hit', of: 'a policy that says it belongs to another stage, and selects pricing all the same',
    plan: (plan) => {
      move(plan, 'enforce-pricing', 1);
      Object.assign(stageOf(plan, 'enforce-pricing'), { move: 'publish', subjects: ['k8s/lab/shop/Deployment/web'] });
    },
    expected: ['error enforce-pricing/strict-vm', 'error enforce-pricing/strict-vm'],
  },
  {
    code: 'MW1806', kind: 'hit', of: 'a caller from outside that was seen since the plan was made',
    since: (parts) => void call(parts, 'external/192.0.2.9', 'service/pricing', 8081),
    expected: ['error enforce-pricing/strict-vm'],
  },
  {
    code: 'MW1806', kind: 'near', of: 'a caller from outside to a port that the capture of the host leaves alone',
    since: (parts) => void call(parts, 'external/192.0.2.9', 'service/pricing', 9999),
    expected: [],
  },
  {
    code: 'MW1806', kind: 'hit', of: 'a caller whose host leaves the port of the call alone',
    plan: (plan) => operationOf(stepOf(plan, 'join-catalog/capture'), 'host.capture').capture.excludeOutboundPorts.push(8081),
    expected: ['error enforce-pricing/strict-vm'],
  },
  {
    code: 'MW1806', kind: 'hit', of: 'a policy for a whole namespace before its callers have joined',
    plan: (plan) => {
      move(plan, 'enforce-web', 0);
      const { manifest } = operationOf(stepOf(plan, 'enforce-web/strict-pods'), 'kube.create');
      delete (manifest['spec'] as { selector?: unknown }).selector;
    },
    expected: ['error enforce-web/strict-pods', 'error enforce-web/strict-pods', 'error enforce-web/strict-pods'],
  },
  {
    code: 'MW1806', kind: 'hit', of: 'a policy for the whole mesh before its callers have joined',
    plan: (plan) => {
      move(plan, 'enforce-web', 0);
      const { manifest } = operationOf(stepOf(plan, 'enforce-web/strict-pods'), 'kube.create');
      manifest.metadata.namespace = 'istio-system';
      delete (manifest['spec'] as { selector?: unknown }).selector;
    },
    expected: ['error enforce-web/strict-pods', 'error enforce-web/strict-pods', 'error enforce-web/strict-pods'],
  },
  { code: 'MW1806', kind: 'near', of: 'STRICT after every caller', expected: [] },
  {
    code: 'MW1806', kind: 'near', of: 'a caller that a NetworkPolicy lets through and nobody has seen',
    since: (parts) => {
      const allowed = call(parts, 'external/192.0.2.9', 'service/pricing', 8081);
      for (const one of allowed.evidence) Object.assign(one, { source: 'network-policy', confidence: 'declared' });
    },
    expected: [],
  },
  {
    code: 'MW1806', kind: 'near', of: 'PERMISSIVE before the callers have joined',
    plan: (plan) => {
      move(plan, 'enforce-pricing', 1);
      const { manifest } = operationOf(stepOf(plan, 'enforce-pricing/strict-vm'), 'kube.create');
      (manifest['spec'] as { mtls: { mode: string } }).mtls.mode = 'PERMISSIVE';
      stageOf(plan, 'enforce-pricing').move = 'publish';
    },
    expected: [],
  },
  {
    code: 'MW1807', kind: 'hit', of: 'a shift before its caller has joined, at every rung',
    plan: (plan) => move(plan, 'shift-catalog', 3),
    expected: [1, 5, 25, 50, 100].map((weight) => `error shift-catalog/weight-${weight}`).toSorted(),
  },
  {
    code: 'MW1807', kind: 'hit', of: 'a caller from outside, which follows no weights, exempt or not',
    since: (parts) => void call(parts, 'external/192.0.2.9', 'service/catalog', 8080),
    expected: [1, 5, 25, 50, 100].map((weight) => `error shift-catalog/weight-${weight}`).toSorted(),
  },
  { code: 'MW1807', kind: 'near', of: 'a shift after its caller', expected: [] },
  {
    code: 'MW1807', kind: 'near', of: 'a caller that is in the mesh already',
    plan: (plan) => void plan.stages.splice(plan.stages.indexOf(stageOf(plan, 'join-web')), 1),
    since: ({ inventory }) => {
      const web = inventory.workloads.find(({ service }) => service === 'web');
      if (web) web.position.mesh = 'on';
    },
    expected: [],
  },
  {
    code: 'MW1808', kind: 'hit', of: 'a unit that stops without a look-back',
    yaml: retiring, plan: (plan) => void stageOf(plan, 'retire-catalog').steps.shift(),
    expected: ['error retire-catalog/stop'],
  },
  {
    code: 'MW1808', kind: 'hit', of: 'a look-back over another port',
    yaml: retiring, plan: (plan) => void (operationOf(stepOf(plan, 'retire-catalog/quiet'), 'host.quiet').ports = [9090]),
    expected: ['error retire-catalog/stop'],
  },
  {
    code: 'MW1808', kind: 'hit', of: 'a name of which nobody says who answers for it',
    yaml: retiring,
    plan: (plan) => {
      const step = stepOf(plan, 'retire-catalog/stop');
      const { gate } = stageOf(plan, 'retire-catalog');
      for (const checks of [step.require, step.verify, gate.checks])
        checks.splice(0, checks.length, ...checks.filter(({ check }) => check !== 'name.resolves'));
    },
    expected: ['error retire-catalog/stop'],
  },
  { code: 'MW1808', kind: 'near', of: 'a retirement with both', yaml: retiring, expected: [] },
  {
    code: 'MW1813', kind: 'hit', of: 'a circle in two waves',
    since: (parts) => void call(parts, 'vm/vm-b/pricing.service', 'service/catalog', 8080),
    expected: ['error catalog'],
  },
  {
    code: 'MW1813', kind: 'hit', of: 'a circle that is larger than a wave may be, as a warning',
    since: (parts) => void call(parts, 'vm/vm-b/pricing.service', 'service/catalog', 8080),
    against: `${shopYaml}policy: { waves: { maxWorkloads: 2 } }\n`,
    expected: ['warning catalog'],
  },
  {
    code: 'MW1813', kind: 'near', of: 'the same circle in one wave',
    since: (parts) => void call(parts, 'vm/vm-b/pricing.service', 'service/catalog', 8080),
    plan: (plan) => void (stageOf(plan, 'join-pricing').wave = stageOf(plan, 'join-catalog').wave),
    expected: [],
  },
  {
    code: 'MW1813', kind: 'near', of: 'a circle through what is in the mesh already',
    since: (parts) => {
      call(parts, 'vm/vm-b/pricing.service', 'service/web', 80);
      for (const one of parts.inventory.workloads) if (one.service === 'web') one.position.mesh = 'on';
    },
    expected: [],
  },
  { code: 'MW1813', kind: 'near', of: 'a chain, whatever its waves', seen: webCallsPricing, expected: [] },
];

const weights = (plan: Parameters<NonNullable<LintRow['plan']>>[0], rung: number, side: 'apply' | 'revert' = 'apply') =>
  operationOf(stepOf(plan, `shift-catalog/weight-${rung}`), 'route.weights', side).backends;
const set = (backends: { name: string; weight: number }[], twin: number, vm = 100 - twin): void => {
  for (const one of backends) one.weight = one.name === 'catalog-k8s' ? twin : vm;
};

/** Promise P3. */
export const weightRows: readonly LintRow[] = [
  {
    code: 'MW1809', kind: 'hit', of: 'a rung of 99', plan: (plan) => set(weights(plan, 25), 25, 74),
    expected: ['error shift-catalog/weight-25'],
  },
  {
    code: 'MW1809', kind: 'hit', of: 'an undo of 101', plan: (plan) => set(weights(plan, 25, 'revert'), 5, 96),
    expected: ['error shift-catalog/weight-25'],
  },
  {
    code: 'MW1809', kind: 'hit', of: 'a route that is made with 50',
    plan: (plan) => {
      const step = stepOf(plan, 'join-catalog/publish-name');
      const route = step.apply.find((one) => one.op === 'kube.create' && one.manifest.kind === 'HTTPRoute');
      if (route?.op !== 'kube.create') throw new Error('no route');
      const { rules } = route.manifest['spec'] as { rules: { backendRefs: { weight: number }[] }[] };
      for (const rule of rules) for (const one of rule.backendRefs) one.weight = 25;
    },
    expected: ['error join-catalog/publish-name'],
  },
  { code: 'MW1809', kind: 'near', of: 'a rung of 100, all of it on one side', alone: true, expected: [] },
  {
    code: 'MW1810', kind: 'hit', of: 'a rung that goes down', plan: (plan) => set(weights(plan, 50), 10),
    expected: ['error shift-catalog/weight-50'],
  },
  {
    code: 'MW1810', kind: 'near', of: 'a rung of the same weight as the one before', plan: (plan) => set(weights(plan, 50), 25),
    expected: [],
  },
  {
    code: 'MW1811', kind: 'hit', of: 'a rung whose undo skips one', plan: (plan) => set(weights(plan, 50, 'revert'), 5),
    expected: ['error shift-catalog/weight-50'],
  },
  {
    code: 'MW1811', kind: 'hit', of: 'a first rung whose undo is not what the route was made with',
    plan: (plan) => set(weights(plan, 1, 'revert'), 1),
    expected: ['error shift-catalog/weight-1'],
  },
  { code: 'MW1811', kind: 'near', of: 'each rung back to the one before', alone: true, expected: [] },
  {
    code: 'MW1812', kind: 'hit', of: 'weight for a twin that no proxy was asked about',
    plan: (plan) => void (stepOf(plan, 'shift-catalog/weight-25').require = []),
    expected: ['error shift-catalog/weight-25'],
  },
  {
    code: 'MW1812', kind: 'hit', of: 'proxies that are asked about another backend',
    plan: (plan) => {
      for (const one of stepOf(plan, 'shift-catalog/weight-25').require)
        if (one.check === 'proxy.endpoints') one.backend = 'outbound|8080||catalog-k8s-old.shop.svc.cluster.local';
    },
    expected: ['error shift-catalog/weight-25'],
  },
  { code: 'MW1812', kind: 'near', of: 'a loser of weight that nobody asks about', plan: (plan) => {
    const { require } = stepOf(plan, 'shift-catalog/weight-25');
    require.splice(0, require.length, ...require.filter((one) => one.check !== 'proxy.endpoints' || one.backend.includes('k8s')));
  }, expected: [] },
];
