import { applyObjects, isRolledOut } from '../cluster/kubectl.ts';
import type { Parts } from '../parts/all.ts';
import { waitFor } from '../progress.ts';
import { baseObjects, shopDeployments, shopNamespace } from './manifests.ts';

/** Names of the shop's Deployments. */
export const deploymentNames = ['web', 'catalog'];

/** Whether the shop's Deployments have all their replicas. */
export async function isShopUp(): Promise<boolean> {
  const ready = await Promise.all(deploymentNames.map((name) => isRolledOut(shopNamespace, name)));
  return ready.every(Boolean);
}

/** Deploys the shop unless its Deployments are there: what tests did to them is theirs to undo. */
export async function ensureShop(parts: Parts): Promise<void> {
  if (await isShopUp()) return;
  await deployShop(parts);
}

/** Deploys the untouched shop and waits until it serves. */
export async function deployShop(parts: Parts): Promise<void> {
  await applyObjects(baseObjects);
  await applyObjects(shopDeployments(parts));
  await waitFor('shop rolled out', 120_000, isShopUp);
}
