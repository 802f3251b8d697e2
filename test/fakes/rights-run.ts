import { isMeshError } from '../../src/errors/index.ts';
import { restampOwned, ownedObjects } from '../../src/execute/owned.ts';
import { readCheck } from '../../src/execute/checks/index.ts';
import type { OperationContext, World } from '../../src/execute/handler.ts';
import { installPolicy, removePolicy } from '../../src/execute/holding/admission-policy.ts';
import { recordedHolders } from '../../src/execute/holding/cluster-lease.ts';
import { Holder } from '../../src/execute/holding/holder.ts';
import type { Holding } from '../../src/execute/holding/holding.ts';
import { shutOut } from '../../src/execute/holding/shut-out.ts';
import { act, preview, probe, remember } from '../../src/execute/operations/index.ts';
import { preflight } from '../../src/execute/preflight.ts';
import type { Estate } from '../../src/estate/schema.ts';
import type { Check } from '../../src/plans/check.ts';
import type { Operation } from '../../src/plans/operation.ts';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import type { HostRight } from '../../src/plans/rights/right.ts';
import { scopesOf } from '../../src/plans/rights/rules.ts';
import type { Right } from '../../src/plans/rights/right.ts';
import type { RunOptions, SshPort } from '../../src/ports/contracts.ts';
import { authorised, type Grant } from './authorised-kube.ts';
import { FakeKube } from './kube.ts';

/** What a plan was seen to ask for, and what was refused. */
export interface Asked {
  grants: Grant[];
  hosts: Set<string>;
  refused: string[];
}

/** Everything that applying a plan and taking it back does, against a cluster that allows these rights and no other. */
export async function askEverything(
  plan: MigrationPlan,
  estate: Estate,
  rights: readonly Right[],
  run: string,
): Promise<Asked> {
  const asked: Asked = { grants: [], hosts: new Set(), refused: [] };
  const kube = shopCluster();
  const scopes = scopesOf(rights);
  const rulesOf = (namespace: string | undefined) =>
    scopes.find((scope) => (scope.namespace ?? '') === (namespace ?? ''))?.rules ?? [];
  const world = worldOf(estate, authorised(kube, rulesOf, asked.grants), asked.hosts);
  const attempt = async (what: string, doing: () => Promise<unknown>): Promise<void> => {
    await doing().catch((error: unknown) => {
      if (isMeshError(error, 'MW1203')) asked.refused.push(`${what}: ${error.causeText}`);
      else if (!isMeshError(error)) throw error;
    });
  };
  let token = 1;
  const context = (step: string): OperationContext => ({
    world,
    timeoutMs: 1000,
    stamp: { run, planDigest: plan.digest, step, token },
  });
  const ask = async (check: Check): Promise<void> => {
    const answer = await readCheck(check, world);
    if (answer.answer === 'unknown' && answer.why.includes('may not'))
      asked.refused.push(`${check.check}: ${answer.why}`);
  };
  // Twice, for what is there already is put right by an update, and a second set of fields goes into the same Secret.
  const carryOut = async (operation: Operation, step: string): Promise<void> => {
    for (const doing of [probe, remember, preview, act, act])
      await attempt(`${step} ${operation.op}`, () => doing(operation, context(step)));
  };
  await attempt('preflight', () => preflight(plan, world));
  const steps = plan.stages.flatMap((stage) => stage.steps);
  const holder = new Holder({ plan, world, identity: { host: 'h', pid: 1, nonce: '0' }, tolerant: false });
  // The policy's effect is the server's doing: this one has none.
  const take = async (): Promise<Holding | undefined> =>
    await holder.take(context('lease').stamp, recordedHolders([])).then(
      ({ holding }) => holding,
      (error: unknown) => {
        if (isMeshError(error, 'MW1203')) asked.refused.push(`hold: ${error.causeText}`);
        return undefined;
      },
    );
  const first = await take();
  await first?.assertHeld();
  await first?.release();
  for (const step of steps) {
    for (const operation of step.apply) await carryOut(operation, step.id);
    for (const check of [...step.require, ...step.verify]) await ask(check);
  }
  for (const check of plan.stages.flatMap(({ gate }) => gate.checks)) await ask(check);
  // The run is carried on by its next holder.
  token = 2;
  const second = await take();
  const begun = { all: new Set(steps.map(({ id }) => id)), unknown: new Set<string>() };
  await attempt('shut out', () => shutOut(plan, begun, context('lease'), false));
  for (const cluster of estate.clusters) {
    await attempt('owned', () => ownedObjects(world.kube(cluster.name), cluster.namespaces, run));
    await attempt('restamp', () => restampOwned(world.kube(cluster.name), cluster.namespaces, context('').stamp));
  }
  for (const step of steps.toReversed()) {
    if (step.revert !== 'irreversible') for (const operation of step.revert) await carryOut(operation, step.id);
    for (const check of [...step.requireRevert, ...step.verifyRevert]) await ask(check);
  }
  await attempt('leave', async () => await second?.leave(begun.all));
  if (estate.policy.admissionPolicy === true)
    for (const { name } of estate.clusters)
      for (const doing of [
        () => installPolicy({ ...homeOf(name), kube: world.kube(name), clock: world.clock }, context('lease').stamp),
        () => removePolicy(world.kube(name), run),
      ])
        await attempt('policy', doing);
  return asked;
}

const homeOf = (cluster: string): { cluster: string; namespace: string; namespaces: string[] } => ({
  ...{ cluster, namespace: 'shop', namespaces: ['shop'] },
});

/** The shop's workloads and a pod of each, whose proxies answer nothing. */
function shopCluster(): FakeKube {
  const kube = new FakeKube();
  for (const name of ['web', 'catalog']) {
    const metadata = { name, namespace: 'shop' };
    const spec = {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } } },
    };
    kube.put({ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec });
    const pod = { name: `${name}-1`, namespace: 'shop', labels: { app: name } };
    kube.put({ apiVersion: 'v1', kind: 'Pod', metadata: pod, spec: { containers: [{ name: 'istio-proxy' }] } });
  }
  const certificate = { name: 'istio-ca-root-cert', namespace: 'shop' };
  kube.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: certificate, data: { 'root-cert.pem': 'PEM' } });
  return kube;
}

function worldOf(estate: Estate, kube: ReturnType<typeof authorised>, hosts: Set<string>): World {
  let now = 0;
  const note = (host: string, as: HostRight['as']): void => void hosts.add(`${host} ${as}`);
  const ssh: SshPort = {
    script: async ({ name }, _script, _variables, { root }: RunOptions) => {
      note(name, root === true ? 'script' : 'login');
      return await Promise.resolve({ exitCode: 0, stdout: '', stderr: '' });
    },
    upload: async ({ name }) => await Promise.resolve(note(name, 'upload')),
    freshLogin: async ({ name }) => await Promise.resolve(note(name, 'login')),
    close: () => Promise.resolve(),
  };
  const clock = { now: () => now, sleep: async (ms: number) => await Promise.resolve((now += ms) > 0) };
  return {
    estate,
    ssh,
    kube: () => kube,
    clock,
    metrics: { scalar: () => Promise.resolve(null), vector: () => Promise.resolve([]) },
  };
}
