import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from './exec.ts';
import { answerFor, kubectl, net, resetShop, restoreNames, vms, vmShell } from './handle.ts';
import { waitFor } from './progress.ts';
import { retiringEstate } from './witness/estate.ts';
import { addToFigure } from './witness/figure.ts';
import { expectNothingLost } from './witness/loss.ts';
import { type MeshRun, Operator } from './witness/mesh.ts';
import { locateShopd } from './witness/shopd.ts';
import { type Snapshot, takeSnapshot } from './witness/snapshot.ts';
import { closeTraffic, openTraffic, restarts, tallyNow } from './witness/traffic.ts';

const { address, unit } = vms['vm-a'];
/** Who answers for the name in the end, for those outside the mesh: here nobody asks it. */
const answer = net.host;
const lookBackSeconds = 10;
let operator: Operator;
let before: Snapshot;

const apply = (...args: string[]): Promise<MeshRun> => operator.mesh('migrate', 'apply', operator.plan, ...args);
const rollback = (...args: string[]): Promise<MeshRun> =>
  operator.mesh('migrate', 'rollback', operator.plan, '--yes', ...args);
const endOf = ({ exitCode, stderr }: MeshRun): unknown => ({ exitCode, code: /MW\d{4}/.exec(stderr)?.[0] });
const done = { exitCode: 0, code: undefined };

/** A caller that is in no mesh and knows the old address. */
async function strangerCalls(): Promise<boolean> {
  return (await run(await locateShopd(), ['get', `http://${address}:8080/item`, '-timeout', '3s'], { tolerant: true }))
    .ok;
}

async function weights(): Promise<string> {
  const path = 'jsonpath={.spec.rules[0].backendRefs[*].weight}';
  return (await kubectl(['-n', 'shop', 'get', 'httproute', 'catalog', '-o', path])).stdout;
}
const onA = async (script: string): Promise<string> =>
  (await vmShell('vm-a', script, { tolerant: true })).stdout.trim();
const unitState = (): Promise<string> => onA(`systemctl is-active ${unit}; systemctl is-enabled ${unit}`);
const markOfLookBack = (): Promise<string> => onA(`cat /var/lib/meshway/lookback/${unit} 2>/dev/null`);

describe('an old unit ends for good, under load', () => {
  beforeAll(async () => {
    await resetShop();
    await openTraffic();
    operator = await Operator.open(await retiringEstate(answer, lookBackSeconds));
    const { stages } = await operator.makePlan();
    expect(stages.at(-1)).toBe('retire-catalog');
    before = await takeSnapshot();
  });
  afterAll(async () => {
    await restoreNames();
    console.log(`plan and journal: ${operator.directory}`);
  });

  it('shows where it can no longer be taken back', async () => {
    const { stdout } = await operator.must('migrate', 'show', operator.plan);
    expect(stdout).toContain('reversible until stop');
    expect(stdout).toContain(`by hand: let catalog.shop.internal answer ${answer}`);
  });

  it('needs no word before the last stage', async () => {
    expect(endOf(await apply('--to', 'enforce-web'))).toEqual(done);
  });

  it('stops at a stranger who calls during the look-back, and names him', async () => {
    const { done: ended } = operator.start(['migrate', 'apply', operator.plan, '--commit']);
    await waitFor('the look-back', 60_000, async () => (await markOfLookBack()) !== '');
    // STRICT refuses him, and he would still miss the unit.
    expect(await strangerCalls()).toBe(false);
    const end = await ended;
    expect(endOf(end)).toEqual({ exitCode: 3, code: 'MW1433' });
    expect(end.stderr.replaceAll(/\s+/g, ' ')).toContain(`reached by ${net.host} (`);
    expect(await unitState()).toBe('active\nenabled');
  });

  it('looks back anew, and then waits for the person who moves the name', async () => {
    const paused = await apply('--commit');
    expect(endOf(paused)).toEqual({ exitCode: 3, code: 'MW1411' });
    expect(paused.stdout).toContain(`to be done by hand: let catalog.shop.internal answer ${answer}`);
    expect(paused.stdout).toMatch(
      /nobody from outside has reached port\(s\) 8080 of host vm-a|host\.quiet: already so/,
    );
    expect(await unitState()).toBe('active\nenabled');
  });

  it('stops before the commit point when nobody has said that it may be passed', async () => {
    await answerFor('catalog', answer);
    const paused = await apply();
    expect(endOf(paused)).toEqual({ exitCode: 3, code: 'MW1412' });
    expect(paused.stderr).toContain('--commit');
    expect(await unitState()).toBe('active\nenabled');
  });

  it('goes all the way back before it, once the name is back', async () => {
    expect(endOf(await rollback())).toEqual({ exitCode: 3, code: 'MW1411' });
    // The traffic did not wait for that.
    expect(await weights()).toBe('100 0');
    await restoreNames();
    expect(endOf(await rollback())).toEqual(done);
    const after = await takeSnapshot();
    expect(after.cluster).toEqual(before.cluster);
    expect(after.hosts).toEqual(before.hosts);
  });

  it('reaches the end when it is told to: the unit is gone, its host has left the mesh', async () => {
    expect(endOf(await apply('--commit'))).toEqual({ exitCode: 3, code: 'MW1411' });
    await answerFor('catalog', answer);
    const end = await apply('--commit');
    console.log(end.stdout);
    expect(endOf(end)).toEqual(done);
    expect(await unitState()).toBe('inactive\ndisabled');
    expect(await onA('ls -A /var/lib/meshway; ls /etc/systemd/system | grep meshway')).toBe('owner\nretired');
    expect(await onA('iptables-save -t nat; iptables-legacy-save -t nat 2>/dev/null')).not.toContain('MESHWAY');
    const entries = await kubectl(['-n', 'shop', 'get', 'workloadentries', '-o', 'jsonpath={.items[*].spec.address}']);
    expect(entries.stdout).not.toContain(address);
  });

  it('serves the name from the twin alone, as before', async () => {
    const edge = async (): Promise<{ ok: number; lost: number }> => {
      const rows = (await tallyNow()).edges.filter((row) => row.edge.startsWith('web->'));
      return { ok: rows.reduce((sum, { ok }) => sum + ok, 0), lost: rows.reduce((sum, { lost }) => sum + lost, 0) };
    };
    const first = await edge();
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    const second = await edge();
    expect(second.ok - first.ok).toBeGreaterThan(100);
    expect(second.lost).toBe(first.lost);
  });

  it('says what is past, and what it still owns', async () => {
    const { stdout } = await operator.must('migrate', 'status', operator.plan, '--owned');
    expect(stdout).toMatch(/past the commit point.*retire-catalog\/stop/);
    expect(stdout).toContain(`host vm-a: /var/lib/meshway/retired/${unit} (record of a retired unit)`);
    expect(stdout).toContain('HTTPRoute shop/catalog');
    expect(stdout).toContain('complete');
  });

  it('refuses to go back over it, and changes nothing, not even its journal', async () => {
    const [snapshot, journal] = [await takeSnapshot(), await operator.journal()];
    expect(endOf(await rollback())).toEqual({ exitCode: 7, code: 'MW1406' });
    expect(endOf(await rollback('--to', 'enforce-web'))).toEqual({ exitCode: 7, code: 'MW1406' });
    expect(await takeSnapshot()).toEqual(snapshot);
    expect(await operator.journal()).toEqual(journal);
  });

  it('is known to a new holder whose journal is lost', async () => {
    const entries = (await operator.journal()).map(
      (line) => JSON.parse(line) as { run: string; note?: { goal?: string } },
    );
    const run = entries.find(({ note }) => note?.goal === 'end')?.run ?? '';
    const adopt = (...args: string[]): Promise<MeshRun> =>
      operator.mesh('migrate', ...args, operator.plan, '--state-dir', 'elsewhere');
    const snapshot = await takeSnapshot();
    expect(endOf(await adopt('rollback', '--yes', '--adopt', run))).toEqual({ exitCode: 7, code: 'MW1406' });
    expect(endOf(await adopt('apply'))).toEqual(done);
    // The token moved on everything it owns; the host is not joined again.
    expect((await takeSnapshot()).hosts['vm-a']?.firewall).toEqual(snapshot.hosts['vm-a']?.firewall);
    expect(await unitState()).toBe('inactive\ndisabled');
  });

  it('lost nothing, and cut what the plan declared: the unit’s own connections', async () => {
    expect((await restarts())['vm-a']).toBeGreaterThanOrEqual(2);
    const { tally, declaredCuts } = await closeTraffic();
    await addToFigure(tally, declaredCuts);
    expectNothingLost(tally);
    expect({ inFlight: tally.total.inFlight, difference: tally.total.difference }).toEqual({
      inFlight: 0,
      difference: 0,
    });
    expect(declaredCuts).toBeGreaterThanOrEqual(10);
  });
});
