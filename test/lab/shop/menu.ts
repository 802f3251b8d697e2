import { applyObjects, isRolledOut } from '../cluster/kubectl.ts';
import { ensureParts } from '../parts/all.ts';
import { shopImageName } from '../parts/images.ts';
import { waitFor } from '../progress.ts';
import { deployment, shopNamespace } from './manifests.ts';

/** A second workload that serves a part of the catalog, by the beginning of the path, and who calls that part. */
export const menu = 'menu';
export const diner = 'diner';

/** Where the catalog's pods are reached from outside the mesh: a Service with an address that does not change. */
export const catalogServiceIp = '10.96.8.80';

const account = (name: string): object => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace: shopNamespace },
});

/** Adds both to a shop that was just made. They are gone with the next reset. */
export async function addMenu(): Promise<void> {
  const image = shopImageName(await ensureParts());
  const pricing = ['-call', 'http://pricing.shop.internal:8081/price', '-call-expect', 'pricing'];
  const load = ['-load-url', 'http://catalog.shop.internal:8080/menu', '-load-expect', 'catalog'];
  const rates = ['-load-new-rps', '10', '-load-keep-conns', '4', '-load-keep-rps', '20'];
  await applyObjects([
    ...[menu, diner].map(account),
    // It answers as what it is a part of.
    deployment(menu, image, ['-name', 'catalog', '-listen', ':8080', ...pricing, '-counts', '/counts']),
    deployment(diner, image, ['-name', diner, '-listen', ':8080', ...load, ...rates, '-counts', '/counts']),
  ]);
  const isUp = async (): Promise<boolean> =>
    (await Promise.all([menu, diner].map((name) => isRolledOut(shopNamespace, name)))).every(Boolean);
  await waitFor('the menu and its caller', 120_000, isUp);
}

/** Adds the Service before the catalog's pods. It is gone with the next reset. */
export async function addCatalogService(): Promise<void> {
  await applyObjects([
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'catalog', namespace: shopNamespace },
      spec: {
        clusterIP: catalogServiceIp,
        selector: { app: 'catalog' },
        ports: [{ name: 'http', port: 8080, targetPort: 8080 }],
      },
    },
  ]);
}
