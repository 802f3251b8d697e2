import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { loadEstate } from '../../../src/commands/_inputs.ts';
import type { KubeManifest, Operation } from '../../../src/plans/operation.ts';
import { printPlan } from '../../../src/plans/read.ts';
import { seal } from '../../../src/plans/seal.ts';
import { sha256Digest } from '../../../src/ports/hash.ts';
import { noGate, planOf } from '../../fakes/plan.ts';
import { estate as labEstate } from '../estate.ts';
import { shopNamespace } from '../handle.ts';
import { deployment, inject, namespace, service } from '../kube-fixture.ts';

/** The file that the plan puts on a host. */
export const hostFile = { host: 'vm-a', path: '/var/lib/meshway/two-writers/here' };

const backend = (name: string, weight: number): object => ({ group: '', kind: 'Service', name, port: 8080, weight });
const route: KubeManifest = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'made', namespace },
  spec: {
    parentRefs: [{ group: '', kind: 'Service', name: 'made', port: 8080 }],
    rules: [{ backendRefs: [backend('a', 100), backend('b', 0)] }],
  },
};
const cluster = 'lab';
const routeRef = { apiVersion: route.apiVersion, kind: route.kind, namespace, name: 'made' };
const serviceRef = { apiVersion: 'v1', kind: 'Service', namespace, name: 'made' };
const webRef = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: deployment.metadata.name };
const weigh = (a: number, b: number): Operation => ({
  ...{ op: 'route.weights', cluster, ref: routeRef },
  backends: [
    { name: 'a', weight: a },
    { name: 'b', weight: b },
  ],
});

/** Every kind of write, one a step: create, set, weights and a file, and what takes each of them back. */
const steps: { action: string; apply: Operation; revert: Operation }[] = [
  {
    action: 'service',
    apply: { op: 'kube.create', cluster, manifest: service },
    revert: { op: 'kube.delete', cluster, ref: serviceRef },
  },
  {
    action: 'route',
    apply: { op: 'kube.create', cluster, manifest: route },
    revert: { op: 'kube.delete', cluster, ref: routeRef },
  },
  {
    action: 'enrol',
    apply: { op: 'kube.set', cluster, ref: webRef, fields: inject },
    revert: { op: 'kube.unset', cluster, ref: webRef, fields: inject },
  },
  { action: 'weights', apply: weigh(50, 50), revert: weigh(100, 0) },
  {
    action: 'file',
    apply: {
      ...{ op: 'host.files', host: hostFile.host },
      files: [{ path: hostFile.path, mode: '0600', owner: 0, content: { text: 'here\n' } }],
    },
    revert: { op: 'host.remove', host: hostFile.host, paths: [hostFile.path], units: [] },
  },
];

/** An estate file of one namespace and one host, and the text of its plan. */
export async function twoWritersPlan(admissionPolicy: boolean): Promise<{ estate: string; plan: string }> {
  const lab = (await labEstate()) as { clusters?: object[]; hosts?: { name: string }[]; policy?: object };
  const estate = join(await mkdtemp(join(tmpdir(), 'mesh-estate-')), 'estate.yaml');
  const text = stringify({
    ...lab,
    clusters: (lab.clusters ?? []).map((one) => ({ ...one, namespaces: [namespace, shopNamespace] })),
    policy: { ...lab.policy, leaseSeconds: 3, admissionPolicy },
  });
  await writeFile(estate, text, { mode: 0o600 });
  const { digest } = await loadEstate(estate);
  return { estate, plan: printPlan(planFor(digest)) };
}

function planFor(estateDigest: string): Parameters<typeof printPlan>[0] {
  const {
    stages,
    apiVersion: _api,
    kind: _kind,
    formatVersion: _format,
    digest: _digest,
    ...rest
  } = planOf([{ steps: steps.length }]);
  const [stage] = stages;
  if (!stage) throw new Error('the plan has no stage');
  const draft = stage.steps.map((step, at) => {
    const { id: _id, hash: _hash, ...bare } = step;
    const { action = '', apply, revert } = steps[at] ?? {};
    return { ...bare, action, timeoutMs: 60_000, apply: apply ? [apply] : [], revert: revert ? [revert] : [] };
  });
  const inputs = { ...rest.inputs, estate: estateDigest };
  const sealed = {
    ...rest,
    estate: 'shop',
    inputs,
    stages: [{ ...stage, steps: draft, gate: { ...noGate, bakeMs: 0 } }],
  };
  return seal(sealed, sha256Digest);
}
