import { noOrder } from '../../fakes/plan-order.ts';
import { captureOf } from '../../lab/host-fixture.ts';
import { vms } from '../../lab/handle.ts';
import type { Estate } from '../../../src/estate/schema.ts';
import type { Inventory } from '../../../src/inventory/schema.ts';
import type { Gate } from '../../../src/plans/gate.ts';
import type { MigrationPlan, StageDraft, StepDraft } from '../../../src/plans/plan.ts';
import { seal } from '../../../src/plans/seal.ts';
import { step } from '../../../src/plans/stages/step.ts';
import { sha256Digest } from '../../../src/ports/hash.ts';
import { providers } from '../../../src/providers/index.ts';
import type { HostMember, MeshIntent, PublishedName, Rendered } from '../../../src/providers/provider.ts';
import { API } from '../../../src/providers/istio/names.ts';

/** What a plan of the matrix stands on. */
export interface Ground {
  estate: Estate;
  digest: string;
  inventory: Inventory;
  namespace: string;
}

export const NAME = 'sample';
/** Of the unit that retires; nothing of the shop listens there. */
export const PORT = 8090;
export const UNIT = 'crash-sample.service';
export const LOOK_BACK_SECONDS = 2;

/** Short watches without metrics: nothing calls here, and what a gate decides is not what is tested. */
const gate: Gate = { checks: [], metrics: [], bakeMs: 100, timeoutMs: 10_000 };
const NOTHING: Rendered = {
  require: [],
  requireRevert: [],
  apply: [],
  verify: [],
  revert: [],
  verifyRevert: [],
  lost: [],
};
const TIMEOUT_MS = 60_000;

/** A VM joins: identity, proxy, the name, and in a stage of its own the capture. */
export const joinHost = (ground: Ground, host: 'vm-a' | 'vm-b'): MigrationPlan => {
  const member = memberOf(ground, host);
  return planOf(ground, [
    stageOf('join', 'join', [
      draft(ground, 'identity', { intent: 'host.identity', member }),
      draft(ground, 'proxy', { intent: 'host.proxy', member }),
      draft(ground, 'publish-name', { intent: 'name.publish', name: nameOf(ground) }),
    ]),
    stageOf('capture', 'join', [draft(ground, 'capture', { intent: 'host.capture', member })]),
  ]);
};

/** Two workloads join. They have no pods, so that nothing restarts: what is written is the same. */
export const joinPods = (ground: Ground): MigrationPlan =>
  planOf(
    ground,
    ['one', 'two'].map((name) =>
      stageOf(`join-${name}`, 'join', [
        draft(ground, 'enrol', { intent: 'pods.enrol', workload: deploymentOf(ground, name) }),
      ]),
    ),
  );

/** A service moves along a ladder; its caller is one pod with a proxy, which is asked for its endpoints at each rung. */
export const shift = (ground: Ground): MigrationPlan => {
  const name = nameOf(ground, { selector: { app: 'twin' }, targetPort: 8080 });
  const callers = [deploymentOf(ground, 'caller')];
  const rungs = [
    [0, 25],
    [25, 100],
  ] as const;
  const steps = rungs.map(([from, to]) => ({
    ...draft(ground, `weight-${to}`, { intent: 'route.weights', name, from, to, callers }),
    gate,
  }));
  return planOf(ground, [
    stageOf('publish', 'publish', [draft(ground, 'publish-name', { intent: 'name.publish', name })]),
    stageOf('shift', 'shift', steps),
  ]);
};

/** Plaintext is refused, by a VM's side and by that of pods. */
export const enforce = (ground: Ground): MigrationPlan => {
  const strict = (id: string): MeshIntent => ({
    intent: 'mtls.strict',
    id,
    cluster: 'lab',
    namespace: ground.namespace,
    selector: { app: id },
    permissivePorts: [],
  });
  const sides = ['vm', 'pods'].map((side) => draft(ground, `strict-${side}`, strict(`${NAME}-${side}`)));
  return planOf(ground, [stageOf('enforce', 'enforce', sides)]);
};

/** A VM that has joined: its unit is watched, stops for good, and the host leaves the mesh. */
export const leave = (ground: Ground, host: 'vm-a' | 'vm-b'): MigrationPlan => {
  const joined = joinHost(ground, host).stages.map(({ expects: _expects, ...stage }): StageDraft => {
    const steps = stage.steps.map(({ id: _id, hash: _hash, ...one }) => one);
    return { ...stage, steps };
  });
  const where = { host, unit: UNIT, ports: [PORT], seconds: LOOK_BACK_SECONDS };
  const member = memberOf(ground, host);
  const parts = (['host.capture', 'host.proxy'] as const).map((intent) => render(ground, { intent, member }));
  const quiet: Rendered = {
    ...NOTHING,
    apply: [{ op: 'host.quiet', ...where, want: 'quiet' }],
    revert: [{ op: 'host.quiet', ...where, want: 'forgotten' }],
  };
  const stop: Rendered = {
    ...NOTHING,
    apply: [{ op: 'host.retire', ...where }],
    verify: [{ check: 'unit.retired', host, unit: UNIT }],
  };
  const gone: Rendered = {
    ...NOTHING,
    apply: parts.flatMap(({ revert }) => revert),
    verify: parts.flatMap(({ verifyRevert }) => verifyRevert),
  };
  return planOf(ground, [
    ...joined,
    stageOf('look', 'retire', [plain('quiet', quiet)]),
    stageOf('retire', 'retire', [
      { ...plain('stop', stop), revert: 'irreversible', timeoutMs: 120_000 },
      { ...plain('leave', gone), revert: 'irreversible' },
    ]),
  ]);
};

function planOf({ estate, digest, namespace }: Ground, stages: StageDraft[]): MigrationPlan {
  return seal(
    {
      id: namespace,
      estate: estate.name,
      provider: 'istio',
      inputs: { inventory: sha256Digest('none'), estate: digest },
      paths: [],
      order: noOrder,
      stages,
      deferred: [],
      exempt: [],
      findings: [],
      complete: true,
      applyable: true,
    },
    sha256Digest,
  );
}

function stageOf(id: string, move: StageDraft['move'], steps: StepDraft[]): StageDraft {
  const reversible = steps.some(({ revert }) => revert === 'irreversible') ? 'until' : 'yes';
  return { id, title: id, wave: 1, move, subjects: [NAME], steps, gate, blastRadius: 'nobody calls', reversible };
}

const plain = (action: string, rendered: Rendered): StepDraft =>
  step(rendered, { action, reason: 'the matrix', timeoutMs: TIMEOUT_MS });

const draft = (ground: Ground, action: string, intent: MeshIntent): StepDraft => plain(action, render(ground, intent));

function render({ inventory }: Ground, intent: MeshIntent): Rendered {
  const provider = providers['istio'];
  if (!provider) throw new Error('no provider istio');
  return provider.target.render(intent, inventory);
}

const deploymentOf = (
  { namespace }: Ground,
  name: string,
): { cluster: string; namespace: string; kind: 'Deployment'; name: string } => ({
  cluster: 'lab',
  namespace,
  kind: 'Deployment',
  name,
});

function nameOf({ namespace }: Ground, twin?: PublishedName['twin']): PublishedName {
  return {
    service: NAME,
    cluster: 'lab',
    namespace,
    hostname: `${NAME}.${namespace}.internal`,
    port: PORT,
    protocol: 'http',
    addresses: [],
    ...(twin && { twin }),
  };
}

function memberOf({ estate, namespace }: Ground, name: 'vm-a' | 'vm-b'): HostMember {
  const host = estate.hosts.find((one) => one.name === name);
  const { artifacts } = estate.provider;
  if (!host || !artifacts) throw new Error(`the estate lacks ${name} or the artifacts`);
  return {
    group: NAME,
    shared: false,
    services: [NAME],
    namespace,
    host: name,
    units: [],
    address: vms[name].address,
    ports: [{ port: PORT, protocol: 'http' }],
    holdsTcp: false,
    capture: captureOf(host, [PORT]),
    deadmanSeconds: 20,
    drainSeconds: 10,
    artifacts,
    cluster: 'lab',
  };
}

/** The VM as an endpoint of the shifted service: it has registered, as far as callers' proxies can tell. */
export const entry = (namespace: string): object => ({
  apiVersion: API.networking,
  kind: 'WorkloadEntry',
  metadata: { name: `${NAME}-there`, namespace },
  spec: { address: vms['vm-a'].address, labels: { [`serves.meshway.dev/${NAME}`]: 'vm' } },
});
