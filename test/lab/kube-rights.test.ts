import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { readCheck } from '../../src/execute/checks/index.ts';
import { hasPolicy } from '../../src/execute/holding/admission-policy.ts';
import { recordedHolders } from '../../src/execute/holding/cluster-lease.ts';
import { Holder } from '../../src/execute/holding/holder.ts';
import { ownedObjects, restampOwned } from '../../src/execute/owned.ts';
import { preflight } from '../../src/execute/preflight.ts';
import type { Estate } from '../../src/estate/schema.ts';
import type { Check } from '../../src/plans/check.ts';
import type { KubeManifest, KubeRef, Operation, OperationOf } from '../../src/plans/operation.ts';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { rightsOfPlan } from '../../src/plans/rights/of-plan.ts';
import { rolesOf } from '../../src/plans/rights/roles.ts';
import { scopesOf } from '../../src/plans/rights/rules.ts';
import type { KubePort } from '../../src/ports/contracts.ts';
import { openKube } from '../../src/ports/kube.ts';
import { renderRoles } from '../../src/report/rights-text.ts';
import { planOf } from '../fakes/plan.ts';
import { kubectl, labPaths } from './handle.ts';
import {
  context,
  createService,
  deleteService,
  deployment,
  kube,
  namespace,
  places,
  run,
  service,
  setInject,
  stamp,
  unsetInject,
  useNamespace,
  web,
} from './kube-fixture.ts';

useNamespace();

const account = 'mover';
const nobody = recordedHolders([]);
const ref: KubeRef = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', namespace, name: 'web' };
const backend = (name: string, weight: number): object => ({ group: '', kind: 'Service', name, port: 8080, weight });
const route: KubeManifest = {
  apiVersion: ref.apiVersion,
  kind: ref.kind,
  metadata: { name: ref.name, namespace },
  spec: {
    parentRefs: [{ group: '', kind: 'Service', name: 'made', port: 8080 }],
    rules: [{ backendRefs: [backend('a', 100), backend('b', 0)] }],
  },
};
const weigh = (a: number, b: number): OperationOf<'route.weights'> => {
  const backends = [
    { name: 'a', weight: a },
    { name: 'b', weight: b },
  ];
  return { op: 'route.weights', cluster: 'lab', ref, backends };
};
const there: Operation[] = [
  createService,
  { op: 'kube.create', cluster: 'lab', manifest: route },
  weigh(50, 50),
  setInject,
];
const back: Operation[] = [unsetInject, weigh(100, 0), { op: 'kube.delete', cluster: 'lab', ref }, deleteService];
const rolledOut: Check = {
  check: 'workload.rolledOut',
  cluster: 'lab',
  namespace,
  kind: web.kind,
  name: web.name,
  proxy: true,
};

/** A plan of these operations, and what it needs. */
function planned(): { plan: MigrationPlan; estate: Estate; roles: string } {
  const plan = planOf([{ steps: 1 }]);
  const [step] = plan.stages[0]?.steps ?? [];
  if (!step) throw new Error('the plan has no step');
  Object.assign(step, { apply: there, revert: back, verify: [rolledOut] });
  const clusters = [{ name: 'lab', namespaces: [namespace] }];
  const estate = {
    clusters,
    services: [],
    metrics: {},
    policy: { leaseSeconds: 30, admissionPolicy: true },
  } as unknown as Estate;
  const subject = { kind: 'ServiceAccount', namespace, name: account } as const;
  const roles = rolesOf(plan, scopesOf(rightsOfPlan(plan, estate, { run: stamp().run })), subject);
  return { plan, estate, roles: renderRoles(roles, []) };
}

/** The lab's cluster as the service account: by a token, and with nothing else. */
async function openAs(token: string, directory: string): Promise<KubePort> {
  const config = parse(await readFile(labPaths().kubeconfig, 'utf8')) as { users: { user: object }[] };
  const kubeconfig = join(directory, 'kubeconfig');
  await writeFile(
    kubeconfig,
    stringify({ ...config, users: config.users.map((one) => ({ ...one, user: { token } })) }),
    {
      mode: 0o600,
    },
  );
  return openKube({ name: 'lab', kubeconfig }, places);
}

describe('a service account with the rights of a plan and no other', () => {
  const { plan, estate, roles } = planned();
  let directory = '';
  let mover: KubePort = kube;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'meshway-rights-'));
    await kubectl(['-n', namespace, 'create', 'serviceaccount', account]);
    await kubectl(['apply', '-f', '-'], { input: roles });
    const { stdout } = await kubectl(['-n', namespace, 'create', 'token', account]);
    mover = await openAs(stdout.trim(), directory);
    // The authoriser learns of new roles a moment later.
    await vi.waitFor(() => mover.get(web), { timeout: 20_000 });
  });

  afterAll(async () => {
    await kubectl(['delete', 'clusterrole,clusterrolebinding', `meshway-${plan.id}`, '--ignore-not-found']);
    await rm(directory, { recursive: true });
  });

  it('does all that the plan does, there, carried on and back', async () => {
    const at = context({}, mover);
    const world = { ...at.world, estate };
    await preflight(plan, world);
    const options = { plan, world, identity: { host: 'lab', pid: 1, nonce: '0' }, tolerant: false };
    const first = (await new Holder(options).take(at.stamp, nobody)).holding;
    await first.assertHeld();
    await first.release();
    for (const operation of there) await run(operation as Parameters<typeof run>[0], at);
    // Where it may not look it could not tell.
    expect((await readCheck(rolledOut, world)).answer).not.toBe('unknown');
    expect(await ownedObjects(mover, [namespace], stamp().run)).toHaveLength(4);
    const second = (await new Holder(options).take(stamp({ token: 2 }), nobody)).holding;
    expect(await restampOwned(mover, [namespace], stamp({ token: 2 }))).toBe(3);
    const next = context({ token: 2 }, mover);
    for (const operation of back) await run(operation as Parameters<typeof run>[0], next);
    await second.leave(new Set());
    expect(await ownedObjects(kube, [namespace])).toEqual([]);
    expect(await hasPolicy(kube, stamp().run)).toBe(false);
  });

  it('does nothing else', async () => {
    const other = { ...service, metadata: { name: 'other', namespace } };
    await kubectl(['apply', '-f', '-'], { input: JSON.stringify(other) });
    const theirs = await kube.get({ ...web, apiVersion: 'v1', kind: 'Service', name: 'other' });
    if (theirs === null) throw new Error('the other service is not there');
    const refused = { code: 'MW1203' };
    await expect(mover.get({ apiVersion: 'v1', kind: 'Service', namespace, name: 'other' })).rejects.toMatchObject(
      refused,
    );
    await expect(mover.replace(theirs)).rejects.toMatchObject(refused);
    await expect(mover.remove(theirs)).rejects.toMatchObject(refused);
    await expect(mover.list({ apiVersion: 'v1', kind: 'Secret', namespace })).rejects.toMatchObject(refused);
    await expect(mover.get({ ...web, apiVersion: 'v1', kind: 'Secret', name: 'other' })).rejects.toMatchObject(refused);
    await expect(mover.create(deployment)).rejects.toMatchObject(refused);
    await expect(mover.list({ apiVersion: 'v1', kind: 'Pod' })).rejects.toMatchObject(refused);
    const request = { namespace, serviceAccount: 'default', audience: 'istio-ca', expirationSeconds: 3600 };
    await expect(mover.token(request)).rejects.toMatchObject(refused);
    await expect(mover.get({ ...web, namespace: 'default' })).rejects.toMatchObject(refused);
  });
});
