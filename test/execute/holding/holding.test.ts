import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { meshError } from '../../../src/errors/index.ts';
import {
  estateLeases,
  type LeaseHome,
  recordedHolders,
  takeLease,
} from '../../../src/execute/holding/cluster-lease.ts';
import { LeaseHolding } from '../../../src/execute/holding/holding.ts';
import { lookAtHolders, releaseHolders } from '../../../src/execute/holding/holders.ts';
import { describeHolder, leaseRef, type LeaseWish, readLease } from '../../../src/execute/holding/lease.ts';
import type { KubeObject, KubePort } from '../../../src/ports/contracts.ts';
import { Bench, policyPlan } from '../../fakes/executor.ts';
import { FakeKube } from '../../fakes/kube.ts';

const codeOf = async (run: Promise<unknown>): Promise<unknown> =>
  await run.then(
    () => 'no error',
    (error: unknown) => (error as { code: string }).code,
  );
const nobody = recordedHolders([]);
let now = 0;
let kube: FakeKube;
let onSleep = (): Promise<unknown> => Promise.resolve();
const clock = {
  now: () => now,
  sleep: async (ms: number) => {
    now += ms;
    await onSleep();
    return true;
  },
};
const elapsed = { mark: () => ({ wall: now, monotonic: now }), since: ({ wall }: { wall: number }) => now - wall };
let home: LeaseHome;
const wish = (nonce: string, token: number, run = 'r1'): LeaseWish => ({
  stamp: { run, planDigest: 'p', step: 'lease', token },
  estate: 'shop',
  identity: { host: 'laptop', pid: 7, nonce },
  durationSeconds: 30,
});
const holdingOf = async (nonce: string, token: number, tolerant = false): Promise<LeaseHolding> => {
  const lease = await takeLease(home, wish(nonce, token), nobody);
  const options = { wish: wish(nonce, token), tolerant, elapsed, leave: () => Promise.resolve() };
  return new LeaseHolding([{ home, lease, mark: elapsed.mark() }], options);
};
const leaseNow = async (): Promise<KubeObject> => {
  const lease = await kube.get(leaseRef('r1', 'shop'));
  if (!lease) throw new Error('no Lease');
  return lease;
};
beforeEach(() => {
  now = 1_700_000_000_000;
  kube = new FakeKube();
  onSleep = () => Promise.resolve();
  home = { cluster: 'lab', namespace: 'shop', namespaces: ['shop'], kube, clock };
});

describe('the Lease of a run', () => {
  it('says who holds it, since when, for how long, and with which token', async () => {
    await takeLease(home, wish('a1', 3), nobody);
    expect(readLease(await leaseNow())).toMatchObject({ run: 'r1', estate: 'shop', token: 3, transitions: 0 });
    expect((await leaseNow())['spec']).toMatchObject({
      holderIdentity: 'laptop/7/a1',
      leaseDurationSeconds: 30,
      renewTime: '2023-11-14T22:13:20.000000Z',
    });
    expect(describeHolder('laptop/7/a1')).toBe('process 7 on laptop');
  });

  it('is refused while its holder renews it, and nothing is changed', async () => {
    const first = await holdingOf('a1', 1);
    onSleep = () => first.assertHeld();
    const since = now;
    expect(await codeOf(takeLease(home, wish('b2', 2), nobody))).toBe('MW1611');
    expect(now - since).toBeLessThan(30_000);
    expect(readLease(await leaseNow()).token).toBe(1);
    await first.release();
  });

  it('is taken from a holder that does not renew it in its duration, and not before', async () => {
    await takeLease(home, wish('a1', 1), nobody);
    const since = now;
    await takeLease(home, wish('b2', 2), nobody);
    expect(now - since).toBe(30_000);
    expect(readLease(await leaseNow())).toMatchObject({ holder: 'laptop/7/b2', token: 2, transitions: 1 });
  });

  it('believes no clock: one that was renewed in the future is watched for its duration like any other', async () => {
    await takeLease(home, wish('a1', 1), nobody);
    now -= 86_400_000;
    const since = now;
    await takeLease(home, wish('b2', 2), nobody);
    expect(now - since).toBe(30_000);
  });

  it('is taken at once where it was given back, or its holder is known to be dead', async () => {
    const since = now;
    await (await holdingOf('a1', 1)).release();
    await takeLease(home, wish('b2', 2), nobody);
    const dead = recordedHolders([{ host: 'laptop', pid: 7, token: 2, run: 'r1' }]);
    await takeLease(home, wish('c3', 3), dead);
    expect(now).toBe(since);
  });

  it('is not taken with a token that another holder has had', async () => {
    await (await holdingOf('a1', 2)).release();
    expect(await codeOf(takeLease(home, wish('b2', 2), nobody))).toBe('MW1612');
  });

  it('has one holder when two begin at once', async () => {
    const both = await Promise.all([1, 2].map((one) => codeOf(takeLease(home, wish(`a${one}`, 1), nobody))));
    expect(both.filter((code) => code === 'no error')).toHaveLength(1);
  });
});

describe('a holding', () => {
  it('goes on after a suspend longer than the Lease, if nobody took it', async () => {
    const holding = await holdingOf('a1', 1);
    now += 3_600_000;
    expect(await codeOf(holding.assertHeld())).toBe('no error');
    await holding.release();
  });

  it('ends when another holder has taken it, however soon it looks', async () => {
    const holding = await holdingOf('a1', 1);
    await takeLease(home, wish('b2', 2), nobody);
    expect(await codeOf(holding.assertHeld())).toBe('MW1612');
    await holding.release();
    expect(readLease(await leaseNow()).holder).toBe('laptop/7/b2');
  });

  it('ends when the Lease was deleted', async () => {
    const holding = await holdingOf('a1', 1);
    await kube.remove(await leaseNow());
    now += 25_000;
    expect(await codeOf(holding.assertHeld())).toBe('MW1612');
    await holding.release();
  });

  it('survives a stranger who writes to the Lease and leaves its holder', async () => {
    const holding = await holdingOf('a1', 1);
    const { metadata, ...rest } = await leaseNow();
    kube.put({ ...rest, metadata: { ...metadata, namespace: 'shop', labels: { ...metadata.labels, more: 'x' } } });
    now += 25_000;
    expect(await codeOf(holding.assertHeld())).toBe('no error');
    await holding.release();
  });

  it('stops once it could not renew for the whole Lease, but not on the way back', async () => {
    const away: KubePort = Object.assign(Object.create(kube) as KubePort, {
      replace: () => Promise.reject(meshError('MW1201', { cluster: 'lab', server: 's', reason: 'no answer' })),
    });
    for (const tolerant of [false, true]) {
      kube = new FakeKube();
      home = { ...home, kube };
      const holding = await holdingOf('a1', 1, tolerant);
      Object.assign(kube, { replace: away.replace });
      now += 25_000;
      expect(await codeOf(holding.assertHeld())).toBe('no error');
      now += 6_000;
      expect(await codeOf(holding.assertHeld())).toBe(tolerant ? 'no error' : 'MW1613');
      await holding.release();
    }
  });
});

describe('a run and its holders', () => {
  const plan = policyPlan(['one', 'two']);
  let directory = '';
  let bench: Bench;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'holding-'));
    bench = new Bench(join(directory, 'first'));
  });
  afterEach(() => rm(directory, { recursive: true }));
  const leases = (): Promise<KubeObject[]> => estateLeases({ ...home, kube: bench.kube, namespaces: ['shop'] }, 'shop');
  const elsewhere = (): Bench => new Bench(join(directory, 'second'), bench.kube);

  it('gives its Lease back when it ends, and takes it away once everything is undone', async () => {
    await bench.forward(plan, 'one');
    expect((await leases()).map((lease) => readLease(lease).holder)).toEqual(['']);
    await bench.back(plan);
    expect(bench.kube.snapshot()).toEqual([]);
  });

  it('has a token that journal and Lease agree on', async () => {
    await bench.forward(plan, 'one');
    await bench.forward(plan);
    expect((await leases()).map((lease) => readLease(lease).token)).toEqual([2]);
  });

  it('is refused to a second state directory while its holder lives, also for a run of its own', async () => {
    const second = elsewhere();
    let code: unknown;
    bench.metrics = async (query) => {
      // The other looks on while this one renews, as it does in the background.
      second.clock.sleep = async (ms) => {
        second.now += ms;
        const [lease] = await leases();
        if (lease)
          await bench.kube.replace({ ...lease, spec: { ...(lease['spec'] as object), renewTime: String(second.now) } });
        return true;
      };
      code ??= await codeOf(second.forward(plan));
      return query === 'total' ? 100 : 0;
    };
    await bench.forward(plan, 'one');
    expect(code).toBe('MW1611');
    expect(await readdir(join(directory, 'second', 'runs')).catch(() => [])).toEqual([]);
  });

  it('shows its holders, and gives back the Lease of one that is dead', async () => {
    await bench.forward(plan, 'one');
    const [lease] = await leases();
    if (!lease) throw new Error('no Lease');
    await bench.kube.replace({ ...lease, spec: { ...(lease['spec'] as object), holderIdentity: 'gone/1/0' } });
    const holders = await lookAtHolders(plan, elsewhere().stateDir, bench.world);
    expect(holders).toMatchObject({
      directory: null,
      living: [],
      leases: [{ holder: 'process 1 on gone', lives: false }],
    });
    await releaseHolders(bench.world, holders.leases);
    expect((await leases()).map((one) => readLease(one).holder)).toEqual(['']);
  });
});
