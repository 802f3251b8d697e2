import type { MigrationPlan } from '../../src/plans/plan.ts';
import { type ShopParts, shopPlan, shopYaml } from './shop.ts';

/** The twins of catalog, and how the estate tells their calls apart. */
export const TWINS: Readonly<Record<string, string>> = {
  orders: '[{ method: POST, path: /orders }]',
  items: '[{ method: GET, path: /items }]',
  history: '[{ method: GET, path: /orders }, { method: HEAD, path: /orders }]',
};

const lines = Object.entries(TWINS).map(
  ([name, match]) => `      - { cluster: lab, namespace: shop, kind: Deployment, name: ${name}, match: ${match} }\n`,
);

/** The sample estate, whose catalog is taken over by three workloads. @param more lines of the service */
export const twinsYaml = (more = '    unmatched: none\n'): string =>
  shopYaml.replace(/ {4}twin: .*\n/, `${more}    twins:\n${lines.join('')}`);

const idOf = (name: string): string => `k8s/lab/shop/Deployment/${name}`;

/** Puts the three twins in the place of the one. */
export function splitTwin({ inventory, cluster, twin }: ShopParts): void {
  const selectorOf = (name: string): Record<string, string> => ({ app: name });
  cluster.workloads.splice(
    cluster.workloads.indexOf(twin),
    1,
    ...Object.keys(TWINS).map((name) => ({ ...twin, name, selector: selectorOf(name), podLabels: selectorOf(name) })),
  );
  inventory.workloads = inventory.workloads.flatMap((one) =>
    one.role === 'twin' ? Object.keys(TWINS).map((name) => ({ ...one, id: idOf(name) })) : [one],
  );
  inventory.dependencies = inventory.dependencies.flatMap((one) =>
    one.from === idOf('catalog') ? [{ ...one, from: idOf('items') }] : [one],
  );
}

/** The plan of that shop; `change` may bend its inventory. */
export function twinsPlan(yaml = twinsYaml(), change: (parts: ShopParts) => void = () => undefined): MigrationPlan {
  return shopPlan((parts) => {
    splitTwin(parts);
    change(parts);
  }, yaml);
}
