import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dependency, Inventory } from '../../../src/inventory/schema.ts';
import { net } from '../settings.ts';
import type { Operator } from './mesh.ts';

/** A call of the grown shop, and how soon somebody who looks can see it: at once, when the timer fires, or only as a setting. */
interface TrueEdge {
  readonly edge: string;
  readonly seen: 'always' | 'at times' | 'never';
}

const pods = (name: string): string => `k8s/lab/shop/Deployment/${name}`;
const edge = (from: string, service: string, port: number): string => `${from} > service/${service}:${port}`;

/** Who calls whom in the grown shop, by the units and manifests that make it (shop/). */
export const truth: readonly TrueEdge[] = [
  { edge: edge(pods('web'), 'catalog', 8080), seen: 'always' },
  { edge: edge('vm/vm-a/catalog.service', 'pricing', 8081), seen: 'always' },
  { edge: edge('vm/vm-a/audit.service', 'ledger', 9090), seen: 'always' },
  { edge: edge('vm/vm-c/reports.service', 'stock', 8082), seen: 'always' },
  { edge: edge('vm/vm-c/reports.service', 'pricing', 8081), seen: 'always' },
  { edge: edge(pods('stubborn'), 'stock', 8082), seen: 'always' },
  { edge: edge(`external/${net.applianceAddress}`, 'pricing', 8081), seen: 'always' },
  // One call every few seconds, and over in milliseconds.
  { edge: edge('vm/vm-c/nightly.service', 'pricing', 8081), seen: 'at times' },
  // The twin calls when it has traffic, which it has not.
  { edge: edge(pods('catalog'), 'pricing', 8081), seen: 'never' },
];

/** The calls of an inventory, and those of them that somebody saw. */
export interface Found {
  edges: string[];
  seen: string[];
  inventory: Inventory;
}

/** Discovers and says what was found; what `discover` is told besides may be a window. */
export async function findEdges(operator: Operator, ...how: string[]): Promise<Found> {
  await operator.must('discover', ...how, '-o', 'found.json');
  const inventory = JSON.parse(await readFile(join(operator.directory, 'found.json'), 'utf8')) as Inventory;
  const name = ({ from, to, port }: Dependency): string => `${from} > ${to}:${port}`;
  const isSeen = ({ evidence }: Dependency): boolean => evidence.some(({ confidence }) => confidence !== 'declared');
  return {
    edges: inventory.dependencies.map(name).toSorted(),
    seen: inventory.dependencies.filter(isSeen).map(name).toSorted(),
    inventory,
  };
}

/** Those true edges that can be seen so soon. */
export function trueEdges(...soon: TrueEdge['seen'][]): string[] {
  return truth
    .filter(({ seen }) => soon.includes(seen))
    .map((one) => one.edge)
    .toSorted();
}
