import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grownCallers, grownVmNames, resetShop, vms, writeGrownEstate } from './handle.ts';
import { run } from './exec.ts';
import { killedPrograms } from './witness/counts.ts';
import { keepingEstate } from './witness/estate.ts';
import { addToFigure } from './witness/figure.ts';
import { expectNothingLost } from './witness/loss.ts';
import { Operator } from './witness/mesh.ts';
import { locateShopd } from './witness/shopd.ts';
import { type Snapshot, takeSnapshot } from './witness/snapshot.ts';
import { findEdges, trueEdges } from './witness/truth.ts';
import { closeTraffic, openTraffic, peersSeen, restarts } from './witness/traffic.ts';

let operator: Operator;
let stages: string[] = [];
let before: Snapshot;

const url = (vm: keyof typeof vms, port: number, path: string): string => `http://${vms[vm].address}:${port}/${path}`;
const id = (account: string): string => `spiffe://cluster.local/ns/shop/sa/${account}`;

/** A plaintext client: this machine is in no mesh. */
async function plaintext(target: string): Promise<boolean> {
  return (await run(await locateShopd(), ['get', target, '-timeout', '3s'], { tolerant: true })).ok;
}

/** Whether a server speaks first to a client that says nothing. */
async function bannerOf(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  socket.setTimeout(3_000, () => socket.destroy());
  const heard = await new Promise<boolean>((resolve) => {
    socket.once('data', () => resolve(true));
    for (const event of ['error', 'close'] as const) socket.once(event, () => resolve(false));
  });
  socket.destroy();
  return heard;
}

/** How many requests each service received within some seconds, by proved identity. */
async function peersWithin(seconds: number): Promise<(service: string, peer: string) => number> {
  const first = await peersSeen();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const last = await peersSeen();
  return (service, peer) => (last[service]?.[peer] ?? 0) - (first[service]?.[peer] ?? 0);
}

describe('the grown shop goes to the commit point and back, under load', () => {
  beforeAll(async () => {
    await resetShop({ grown: { idleEverySeconds: 20, nightlyEverySeconds: 10 } });
    await openTraffic(grownCallers);
    operator = await Operator.open(await keepingEstate(await writeGrownEstate(), 5));
    ({ stages } = await operator.makePlan());
    before = await takeSnapshot(grownVmNames);
  });
  afterAll(async () => {
    console.log(`plan and journal: ${operator.directory}`);
    await resetShop();
  });

  it('is known whole after one look: every call, and none that is not', async () => {
    const { edges, seen } = await findEdges(operator);
    expect(edges).toEqual(trueEdges('always', 'at times', 'never'));
    expect(seen).toEqual(expect.arrayContaining(trueEdges('always')));
  });

  it('is known whole after two minutes, in which the timer was seen to call', async () => {
    const { edges, seen, inventory } = await findEdges(operator, '--for', '2m');
    expect(edges).toEqual(trueEdges('always', 'at times', 'never'));
    expect(seen).toEqual(trueEdges('always', 'at times'));
    const { evidence = [] } = inventory.dependencies.find(({ from }) => from === 'vm/vm-c/nightly.service') ?? {};
    const calls = evidence.filter(({ confidence }) => confidence !== 'declared');
    console.log(`${inventory.window?.samples ?? 0} samples; the timer's calls: ${JSON.stringify(calls)}`);
  });

  it('has a plan in which hosts join whole, and that says who stays outside', async () => {
    expect(stages).toEqual([
      'join-vm-b',
      'join-stubborn',
      'join-vm-c',
      'join-vm-a',
      'join-catalog-twin',
      'join-web',
      'shift-catalog',
      'enforce-vm-b',
      'enforce-stubborn',
      'enforce-vm-a',
      'enforce-web',
      'retire-catalog',
    ]);
    const { stdout } = await operator.must('migrate', 'show', operator.plan);
    expect(stdout).toContain('external/10.200.0.50: pricing, port 8081, takes plaintext for it: a warehouse appliance');
    expect(stdout).toContain('service/ledger: ledger, port 9090, takes plaintext for it: its server speaks first');
    expect(stdout).toContain('MW1325 vm-b');
  });

  it('applies the whole plan up to its commit point, and stops there', async () => {
    const { exitCode, stdout, stderr } = await operator.mesh('migrate', 'apply', operator.plan);
    console.log(stdout);
    expect({ exitCode, code: /MW\d{4}/.exec(stderr)?.[0] }).toEqual({ exitCode: 3, code: 'MW1412' });
    expect(stdout).toMatch(/retire-catalog\/quiet: done/);
  });

  it('refuses plaintext but on the port of the exempt caller, and on that of the server that speaks first', async () => {
    const answers = await Promise.all([
      plaintext(url('vm-b', 8081, 'price')),
      plaintext(url('vm-b', 8082, 'item')),
      plaintext(url('vm-a', 8080, 'item')),
      bannerOf(vms['vm-c'].address, 9090),
    ]);
    expect(answers).toEqual([true, false, false, true]);
  });

  it('carries one identity for each host, also on calls by address', async () => {
    const grown = await peersWithin(22);
    expect(grown('stock', id('vm-c'))).toBeGreaterThan(100);
    expect(grown('stock', id('stubborn'))).toBeGreaterThan(40);
    expect(grown('stock', 'none')).toBe(0);
    expect(grown('pricing', id('vm-a'))).toBeGreaterThan(100);
    // The pooled connection and the timer.
    expect(grown('pricing', id('vm-c'))).toBeGreaterThanOrEqual(2);
    // Only the appliance is left in plaintext.
    expect(grown('pricing', 'none')).toBeGreaterThan(20);
    expect(grown('catalog', 'none')).toBe(0);
  });

  it('goes back to the start, and leaves cluster and hosts as they were', async () => {
    await operator.must('migrate', 'rollback', operator.plan, '--yes');
    const after = await takeSnapshot(grownVmNames);
    expect(after.cluster).toEqual(before.cluster);
    expect(after.hosts).toEqual(before.hosts);
  });

  it('restarted what the plan declared, forward and back, and nothing else', async () => {
    expect(await restarts()).toEqual({ catalog: 4, web: 4, 'vm-a': 1, 'vm-c': 1 });
  });

  it('lost nothing and cut nothing that was not declared', async () => {
    const killed = await killedPrograms();
    // Forward and back: a pod that ignores SIGTERM is killed with what it holds.
    expect(Object.keys(killed)).toEqual(['stubborn']);
    expect(killed['stubborn']).toMatchObject({ programs: 2, held: 4 });
    const { tally, declaredCuts } = await closeTraffic();
    await addToFigure(tally, declaredCuts + (killed['stubborn']?.held ?? 0));
    for (const { edge, kind, sent, ok, lost, cuts } of tally.edges)
      console.log(`${edge} ${kind}: ${ok} of ${sent}, ${lost} lost, ${cuts} cut`);
    expectNothingLost(tally);
    expect(tally.total.inFlight).toBe(killed['stubborn']?.inFlight);
  });
});
