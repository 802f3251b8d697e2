import { MeshError } from '../../src/errors/index.ts';
import { noOrder } from './plan-order.ts';
import type { RunEvent } from '../../src/execute/events.ts';
import type { World } from '../../src/execute/handler.ts';
import type { Execution } from '../../src/execute/execution.ts';
import { guardedWorld } from '../../src/execute/holding/guarded-world.ts';
import { witnessOf } from '../../src/execute/holding/hold-run.ts';
import type { Elapsed } from '../../src/execute/holding/holding.ts';
import { execute } from '../../src/execute/local-executor.ts';
import { openRun } from '../../src/execute/open-run.ts';
import type { RunGoal } from '../../src/execute/run-goal.ts';
import { worldTarget } from '../../src/execute/target.ts';
import type { Gate } from '../../src/plans/gate.ts';
import type { MigrationPlan, StageDraft } from '../../src/plans/plan.ts';
import { seal } from '../../src/plans/seal.ts';
import type { Clock } from '../../src/ports/contracts.ts';
import { sha256Digest } from '../../src/ports/hash.ts';
import { FakeKube } from './kube.ts';
import { shopEstate } from './shop.ts';

const ref = (name: string) => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'PeerAuthentication',
  namespace: 'shop',
  name,
});
const gate: Gate = {
  checks: [],
  metrics: [
    {
      name: 'error-rate',
      test: 'threshold',
      subject: 'errors',
      query: 'errors',
      total: 'total',
      max: 0.01,
      minRequests: 10,
    },
  ],
  bakeMs: 1_000,
  timeoutMs: 5_000,
};

function stage(name: string, irreversible: boolean): StageDraft {
  const manifest = { ...ref(name), metadata: { name, namespace: 'shop' }, spec: { mtls: { mode: 'STRICT' } } };
  const { apiVersion, kind } = ref(name);
  return {
    id: name,
    title: name,
    wave: 1,
    move: 'enforce',
    subjects: ['vm/vm-a/catalog.service'],
    steps: [
      {
        action: 'strict',
        reason: 'a test',
        require: [],
        requireRevert: [],
        apply: [
          {
            op: 'kube.create',
            cluster: 'lab',
            manifest: { apiVersion, kind, metadata: manifest.metadata, spec: manifest.spec },
          },
        ],
        verify: [{ check: 'kube.present', cluster: 'lab', ...ref(name) }],
        revert: irreversible ? 'irreversible' : [{ op: 'kube.delete', cluster: 'lab', ref: ref(name) }],
        verifyRevert: [{ check: 'kube.absent', cluster: 'lab', ...ref(name) }],
        interruption: 'none',
        timeoutMs: 2_000,
      },
    ],
    gate,
    blastRadius: 'none',
    reversible: irreversible ? 'no' : 'yes',
  };
}

/** A plan of real operations on a fake cluster: each stage makes one policy. The last may be irreversible. */
export function policyPlan(names: readonly string[], { lastIsFinal = false, id = 'shop' } = {}): MigrationPlan {
  const digest = sha256Digest('inputs');
  const stages = names.map((name, at) => stage(name, lastIsFinal && at === names.length - 1));
  return seal(
    {
      id,
      estate: 'shop',
      provider: 'istio',
      inputs: { inventory: digest, estate: digest },
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

/** An operator with a state directory, a fake cluster and metrics that say what they are told. */
export class Bench {
  readonly kube: FakeKube;
  readonly stateDir: string;
  readonly events: RunEvent[] = [];
  now = 1_700_000_000_000;
  /** The total is asked for as `total`; every other query is the ratio. */
  metrics: (query: string) => number | null | Promise<number | null> = (query) => (query === 'total' ? 100 : 0);
  interrupt = new AbortController();
  /** How people are heard; nobody is by default. */
  people: Pick<Execution, 'requests' | 'veto'> = {};
  /** What a host prints when it is asked whose it is; no other host operation is in these plans. */
  host: () => Promise<string> = () => Promise.resolve('owner \nplan \ntoken 0\n');

  constructor(stateDir: string, kube = new FakeKube()) {
    this.stateDir = stateDir;
    this.kube = kube;
  }

  /** Time passes only while somebody waits. */
  readonly clock: Clock = {
    now: () => this.now,
    sleep: (ms) => {
      this.now += ms;
      return Promise.resolve(true);
    },
  };

  /** A tripwire's value and total, as the two parts of one answer. */
  private async answer(query: string): Promise<{ labels: Record<string, string>; value: number }[]> {
    const parts = { value: await this.metrics(query), total: await this.metrics('total') };
    return Object.entries(parts).flatMap(([part, value]) => (value === null ? [] : [{ labels: { part }, value }]));
  }

  readonly elapsed: Elapsed = {
    mark: () => ({ wall: this.now, monotonic: this.now }),
    since: ({ wall }) => this.now - wall,
  };

  get world(): World {
    const unused = () => Promise.reject(new Error('no host in this test'));
    return {
      estate: shopEstate(),
      ssh: {
        script: async () => ({ exitCode: 0, stdout: await this.host(), stderr: '' }),
        upload: unused,
        freshLogin: unused,
        close: () => Promise.resolve(),
      },
      kube: () => this.kube,
      metrics: {
        scalar: async (query) => await Promise.resolve(this.metrics(query)),
        vector: (query) => this.answer(query),
      },
      clock: this.clock,
    };
  }

  async go(plan: MigrationPlan, goal: RunGoal, adopt?: string): Promise<string> {
    const tolerant = goal.direction === 'back';
    const { journal, holding, close } = await openRun(
      { stateDir: this.stateDir, tool: 'test', now: this.clock.now },
      plan,
      goal,
      witnessOf({ plan, world: this.world, tolerant, elapsed: this.elapsed }),
      adopt,
    );
    try {
      return await execute({
        plan,
        journal,
        target: worldTarget(guardedWorld(this.world, holding)),
        holding,
        watch: (event) => this.events.push(event),
        interrupt: this.interrupt.signal,
        waiting: this.clock,
        ...this.people,
      });
    } finally {
      await close();
    }
  }

  forward(plan: MigrationPlan, to: string | null = null, commit = false): Promise<string> {
    return this.go(plan, { direction: 'forward', to, commit });
  }

  back(plan: MigrationPlan, to: string | null = null): Promise<string> {
    return this.go(plan, { direction: 'back', to });
  }

  policies(): string[] {
    return this.objects()
      .map(({ metadata }) => metadata.name)
      .sort();
  }

  /** All that is in the cluster but for the Lease, which moves with every holder. */
  objects(): { kind: string; metadata: { name: string } }[] {
    const all = this.kube.snapshot().map((object) => object as { kind: string; metadata: { name: string } });
    return all.filter(({ kind }) => kind !== 'Lease');
  }
}

/** The coded error a run ends with, and the status it gives. */
export async function endOf(run: Promise<unknown>): Promise<[code: string, exit: number]> {
  const error = await run.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (!(error instanceof MeshError)) throw new Error(`no coded error: ${String(error)}`);
  return [error.code, error.exit];
}
