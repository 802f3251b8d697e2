import type { OperationContext, OperationHandler, Stamp, World } from '../../../../src/execute/handler.ts';
import { kubeOperations } from '../../../../src/execute/operations/kube/index.ts';
import type { KubeManifest, KubeRef, OperationKind, OperationOf } from '../../../../src/plans/operation.ts';
import type { KubePort } from '../../../../src/ports/contracts.ts';

/** The context of an operation on one cluster, with a clock that a wait moves. */
export function contextOf(kube: KubePort, stamp: Partial<Stamp> = {}): OperationContext {
  let now = 0;
  const clock = {
    now: () => now,
    sleep: (ms: number) => {
      now += ms;
      return Promise.resolve(true);
    },
  };
  const world = { kube: () => kube, clock } as unknown as World;
  return {
    world,
    stamp: { run: 'r1', planDigest: 'sha256:p', step: 'join/inject', token: 1, ...stamp },
    timeoutMs: 2000,
  };
}

/** What the step runner does with an operation that is not done. */
export async function run(
  operation: OperationOf<keyof typeof kubeOperations>,
  context: OperationContext,
): Promise<string[]> {
  const handler = kubeOperations[operation.op] as unknown as OperationHandler<OperationKind>;
  await handler.remember(operation, context);
  return await handler.apply(operation, context);
}

export const web: KubeRef = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };

export function deployment(more: Record<string, unknown> = {}): KubeManifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } } },
      ...more,
    },
  };
}

export function service(selector: Record<string, string> = { app: 'web' }): KubeManifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'made', namespace: 'shop' },
    spec: { selector, ports: [{ name: 'http', port: 8080 }] },
  };
}
