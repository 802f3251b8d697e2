import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { OperationContext, OperationHandler, Stamp, World } from '../../src/execute/handler.ts';
import { kubeOperations } from '../../src/execute/operations/kube/index.ts';
import type { KubeManifest, KubeRef, OperationKind, OperationOf } from '../../src/plans/operation.ts';
import type { KubeObject, KubePort } from '../../src/ports/contracts.ts';
import { openKube } from '../../src/ports/kube.ts';
import { kubectl, labPaths } from './handle.ts';

export const namespace = 'kubeops';
export const places = { baseDirectory: '/', workingTree: process.cwd() };
export const kube = openKube({ name: 'lab', kubeconfig: labPaths().kubeconfig }, places);
export const viewer = openKube({ name: 'lab', kubeconfig: labPaths().viewerKubeconfig }, places);

export const stamp = (more: Partial<Stamp> = {}): Stamp => ({
  run: 'r1',
  planDigest: 'sha256:p',
  step: 'join/inject',
  token: 1,
  ...more,
});
export function context(more: Partial<Stamp> = {}, port: KubePort = kube): OperationContext {
  const clock = {
    now: () => Date.now(),
    sleep: (ms: number) => new Promise<boolean>((resolve) => setTimeout(() => resolve(true), ms)),
  };
  return { world: { kube: () => port, clock } as unknown as World, stamp: stamp(more), timeoutMs: 20_000 };
}

export const web: KubeRef = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' };
export const inject = { spec: { template: { metadata: { labels: { 'sidecar.istio.io/inject': 'true' } } } } };
export const setInject: OperationOf<'kube.set'> = { op: 'kube.set', cluster: 'lab', ref: web, fields: inject };
export const unsetInject: OperationOf<'kube.unset'> = { op: 'kube.unset', cluster: 'lab', ref: web, fields: inject };
export const service: KubeManifest = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'made', namespace },
  spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 8080, targetPort: 8080, appProtocol: 'http' }] },
};
export const serviceRef: KubeRef = { apiVersion: 'v1', kind: 'Service', namespace, name: 'made' };
export const createService: OperationOf<'kube.create'> = { op: 'kube.create', cluster: 'lab', manifest: service };
export const deleteService: OperationOf<'kube.delete'> = { op: 'kube.delete', cluster: 'lab', ref: serviceRef };

const container = { name: 'pause', image: 'lab.local/none', imagePullPolicy: 'Never' };
export const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } },
  },
};

export async function run(operation: OperationOf<keyof typeof kubeOperations>, at = context()): Promise<string[]> {
  const handler = kubeOperations[operation.op] as unknown as OperationHandler<OperationKind>;
  await handler.remember(operation, at);
  return await handler.apply(operation, at);
}

/** The parts of an object that a person would call equal: all but the server's counters and times. */
export function comparable(object: KubeObject | null): unknown {
  const { status: _status, metadata, ...rest } = object as KubeObject;
  const { resourceVersion: _version, generation: _generation, managedFields = [], ...named } = metadata;
  const { 'deployment.kubernetes.io/revision': _revision, ...annotations } = named.annotations ?? {};
  return {
    ...rest,
    metadata: {
      ...named,
      annotations,
      managers: managedFields
        .filter((entry) => (entry as { subresource?: string }).subresource === undefined)
        .map(({ manager, fieldsV1 }) => ({ manager, fieldsV1 })),
    },
  };
}

/** A namespace of these tests' own, with one Deployment of somebody else's in it before each. */
export function useNamespace(): void {
  beforeAll(async () => {
    await kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--wait']);
    await kubectl(['create', 'namespace', namespace]);
  });

  afterAll(async () => {
    await kubectl(['delete', 'namespace', namespace, '--wait=false']);
  });

  beforeEach(async () => {
    await kubectl(['-n', namespace, 'delete', 'deployment,service,secret,httproute', '--all', '--wait']);
    await kubectl(['apply', '-f', '-'], { input: JSON.stringify(deployment) });
  });
}
