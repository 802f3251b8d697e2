import type { MigrationPlan } from '../../../src/plans/plan.ts';
import { type ShopParts, shopYaml } from '../../fakes/shop.ts';
import { type LintRow, move, operationOf, stepOf } from './grid-row.ts';

const scopedYaml = `${shopYaml}policy: { egress: scoped }\n`;

/** Changes the hosts that the proxies of web are told of. */
function tell(plan: MigrationPlan, change: (hosts: string[]) => string[]): void {
  const spec = operationOf(stepOf(plan, 'scope-web/scope'), 'kube.create').manifest['spec'] as { egress: { hosts: string[] }[] };
  spec.egress = [{ hosts: change(spec.egress.flatMap(({ hosts }) => hosts)) }];
}

/** Another call to pricing that was seen. */
function calls({ inventory }: ShopParts, from: string): void {
  const [first] = inventory.dependencies;
  if (first) inventory.dependencies.push({ ...structuredClone(first), from, to: 'service/pricing', port: 8081 });
}

/** What proxies are told of. */
export const scopeRows: readonly LintRow[] = [
  { code: 'MW1372', kind: 'near', of: 'proxies that are told of all that they call', yaml: scopedYaml, expected: [] },
  {
    code: 'MW1372', kind: 'hit', of: 'a proxy that does not know the twin that its route weighs',
    yaml: scopedYaml,
    plan: (plan) => tell(plan, (hosts) => hosts.filter((host) => !host.includes('catalog-k8s'))),
    expected: ['error scope-web/scope'],
  },
  {
    code: 'MW1372', kind: 'near', of: 'a whole namespace',
    yaml: scopedYaml,
    plan: (plan) => tell(plan, () => ['./*']),
    expected: [],
  },
  {
    code: 'MW1372', kind: 'hit', of: 'a call that was seen since the plan was made',
    yaml: scopedYaml,
    since: (parts) => calls(parts, 'k8s/lab/shop/Deployment/web'),
    expected: ['error scope-web/scope'],
  },
  {
    code: 'MW1372', kind: 'near', of: 'a call of somebody who is told of it',
    yaml: scopedYaml,
    since: (parts) => calls(parts, 'external/vm/vm-a/nightly.service'),
    expected: [],
  },
  { code: 'MW1373', kind: 'near', of: 'proxies that are narrowed after they have joined', yaml: scopedYaml, expected: [] },
  {
    code: 'MW1373', kind: 'hit', of: 'pods that are narrowed before they join',
    yaml: scopedYaml,
    plan: (plan) => move(plan, 'scope-web', 0),
    expected: ['error scope-web/scope'],
  },
  {
    code: 'MW1373', kind: 'hit', of: 'a host that is narrowed before it joins',
    yaml: scopedYaml,
    plan: (plan) => move(plan, 'scope-pricing', 0),
    expected: ['error scope-pricing/scope'],
  },
];
