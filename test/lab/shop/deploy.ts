import { applyObjects, isRolledOut } from '../cluster/kubectl.ts';
import type { Parts } from '../parts/all.ts';
import { waitFor } from '../progress.ts';
import type { GrownShop } from './grown.ts';
import { baseObjects, shopDeployments, shopNamespace } from './manifests.ts';
import { stubborn, stubbornObjects } from './stubborn.ts';

/** Names of the shop's Deployments. */
export const deploymentNames = ['web', 'catalog'];

/** Whether the shop's Deployments have all their replicas. */
export async function isShopUp(names: readonly string[] = deploymentNames): Promise<boolean> {
  const ready = await Promise.all(names.map((name) => isRolledOut(shopNamespace, name)));
  return ready.every(Boolean);
}

/** Deploys the shop unless its Deployments are there: what tests did to them is theirs to undo. */
export async function ensureShop(parts: Parts): Promise<void> {
  if (await isShopUp()) return;
  await deployShop(parts);
}

/** Deploys the untouched shop and waits until it serves. */
export async function deployShop(parts: Parts, grown?: GrownShop): Promise<void> {
  await applyObjects(baseObjects);
  await applyObjects([...shopDeployments(parts), ...(grown === undefined ? [] : stubbornObjects(parts))]);
  const names = [...deploymentNames, ...(grown === undefined ? [] : [stubborn])];
  await waitFor('shop rolled out', 120_000, () => isShopUp(names));
}
