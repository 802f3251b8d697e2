import type { Parts } from '../parts/all.ts';
import { shopImageName } from '../parts/images.ts';
import { deployment, shopNamespace } from './manifests.ts';

/** The Deployment whose pod ignores SIGTERM. */
export const stubborn = 'stubborn';

/** Seconds that the pod is given to end before it is killed. */
export const stubbornGraceSeconds = 5;

/**
 * It is a caller: when its pod is replaced, the old one goes on calling for the whole grace period and is killed with
 * its connections open. Its counts are written before each request, so that killing it leaves no doubt about them.
 */
export function stubbornObjects(parts: Parts): object[] {
  const load = ['-load-url', 'http://stock.shop.internal:8082/item', '-load-expect', 'stock'];
  const rates = ['-load-new-rps', '2', '-load-keep-conns', '2', '-load-keep-rps', '2'];
  const args = ['-name', stubborn, '-listen', ':8080', '-ignore-term', ...load, ...rates, '-counts', '/counts'];
  const variant = { replicas: 1, terminationGracePeriodSeconds: stubbornGraceSeconds };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: stubborn, namespace: shopNamespace } },
    deployment(stubborn, shopImageName(parts), args, variant),
  ];
}
