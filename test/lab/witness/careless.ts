import { applyObjects } from '../cluster/kubectl.ts';
import { kubectl, labPaths, shopNamespace } from '../handle.ts';
import { waitFor } from '../progress.ts';
import type { Mistake } from './cost.ts';
import { tallyNow } from './traffic.ts';

const name = 'careless';
const url = `http://${name}.${shopNamespace}.svc.cluster.local:8080/`;

/** Who calls the careless pod. */
export const prober = 'prober';

/**
 * A restart as a join makes it, the new pod ready before the old one goes: from a pod that ends in order the
 * connections move on by themselves. This one ends at once at SIGTERM with connections open, and no plan says so.
 */
export const carelessRestart: Mistake = {
  make: () => kubectl(['-n', shopNamespace, 'rollout', 'restart', `deployment/${name}`]),
  undo: () => kubectl(['-n', shopNamespace, 'delete', `deployment/${prober}`, `deployment/${name}`, `service/${name}`]),
};

/** Starts the careless pod and its prober, and waits until that holds its long-lived connections. */
export async function startCareless(): Promise<void> {
  const load = ['-load-new-rps', '30', '-load-keep-conns', '10', '-load-keep-rps', '50'];
  const image = await imageOfShop();
  const spec = { selector: { app: name }, ports: [{ port: 8080 }] };
  await applyObjects([{ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: shopNamespace }, spec }]);
  await deploy(name, image, ['-careless']);
  await deploy(prober, image, ['-load-url', url, '-load-expect', name, ...load]);
  await waitFor('connections of the prober', 30_000, async () =>
    (await tallyNow()).edges.some(({ edge, kind, open }) => edge.startsWith(prober) && kind === 'kept' && open >= 10),
  );
}

async function imageOfShop(): Promise<string> {
  const image = 'jsonpath={.spec.template.spec.containers[0].image}';
  return (await kubectl(['-n', shopNamespace, 'get', 'deployment', 'web', '-o', image])).stdout;
}

async function deploy(app: string, image: string, args: string[]): Promise<void> {
  const container = {
    name: app,
    image,
    args: ['-name', app, '-counts', '/counts', ...args],
    readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 },
    volumeMounts: [{ name: 'counts', mountPath: '/counts' }],
  };
  const volumes = [{ name: 'counts', hostPath: { path: labPaths().counts, type: 'Directory' } }];
  const template = { metadata: { labels: { app } }, spec: { containers: [container], volumes } };
  const strategy = { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
  const spec = { replicas: 1, selector: { matchLabels: { app } }, strategy, template };
  const metadata = { name: app, namespace: shopNamespace };
  await applyObjects([{ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec }]);
  await kubectl(['-n', shopNamespace, 'rollout', 'status', `deployment/${app}`, '--timeout=60s']);
}
