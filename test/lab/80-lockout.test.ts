import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resetShop, ssh, vmShell } from './handle.ts';
import { CAPTURED } from './host-errors.ts';
import { quickEstate } from './witness/estate.ts';
import { addToFigure } from './witness/figure.ts';
import { expectNothingLost } from './witness/loss.ts';
import { type MeshRun, Operator } from './witness/mesh.ts';
import { closeTraffic, openTraffic } from './witness/traffic.ts';

const VM = 'vm-b';
const DEADMAN_SECONDS = 15;
/** The timer is exact to 100 ms; taking the rules away and a new login take their time. */
const SLACK_MS = 10_000;
const FOREIGN = 'PREROUTING -p tcp -m tcp --dport 9999 -m comment --comment somebody -j REDIRECT --to-ports 9998';

let operator: Operator;
let cut: { run: MeshRun; freeAfterMs: number; others: string };

const nat = async (): Promise<string> => (await vmShell(VM, `iptables-nft-save -t nat | grep -v '^#'; exit 0`)).stdout;
const others = async (): Promise<string> => (await nat()).replaceAll(/^.*MESHWAY.*\n/gm, '');

/** In the machine: the moment the rules are in force its SSH port is dead to new connections, for longer than the timer. */
const LOSE_SSH = `nohup sh -c '
until iptables-nft-save -t nat | grep -q "PREROUTING.*MESHWAY_INBOUND"; do :; done
date +%s%3N > /run/captured-at
iptables-nft -I INPUT -p tcp --dport 2222 --syn -j DROP' > /dev/null 2>&1 &`;

/** Milliseconds from the capture until the machine had undone it by itself. */
async function awaitUndone(): Promise<number> {
  for (;;) {
    const { stdout } = await vmShell(VM, 'cat /run/captured-at 2>/dev/null; exit 0');
    const since = Number(stdout.trim());
    if (since > 0 && !CAPTURED.test(await nat())) return Date.now() - since;
    if (since > 0) expect(Date.now() - since).toBeLessThan(DEADMAN_SECONDS * 1000 + SLACK_MS);
    await sleep(500);
  }
}

describe('a run that loses a host in the middle of its capture', () => {
  beforeAll(async () => {
    await resetShop();
    await vmShell(VM, `iptables-nft -t nat -A ${FOREIGN}`);
    await openTraffic();
    operator = await Operator.open(await quickEstate({ deadmanSeconds: DEADMAN_SECONDS }));
    await operator.makePlan();
    const rules = await others();
    await vmShell(VM, LOSE_SSH);
    const { done } = operator.start(['migrate', 'apply', operator.plan, '--to', 'join-pricing']);
    const freeAfterMs = await awaitUndone();
    const left = await others();
    await vmShell(VM, 'iptables-nft -D INPUT -p tcp --dport 2222 --syn -j DROP');
    cut = { run: await done, freeAfterMs, others: left };
    expect(left).toBe(rules);
  });
  afterAll(() => resetShop());

  it('undoes itself within the timer, and touches no rule of others', async () => {
    expect(cut.freeAfterMs).toBeLessThan(DEADMAN_SECONDS * 1000 + SLACK_MS);
    expect((await ssh(VM, 'true')).ok).toBe(true);
  });

  it('ends with its code, and status says where it stands', async () => {
    expect(cut.run.exitCode).toBe(1);
    expect(cut.run.stderr).toContain('MW1404');
    const { stdout } = await operator.mesh('migrate', 'status', operator.plan);
    expect(stdout).toContain('halted at join-pricing/capture, MW1404');
  });

  it('comes to its end by the next apply, with nothing lost', async () => {
    await operator.must('migrate', 'apply', operator.plan, '--to', 'join-pricing');
    expect(await nat()).toMatch(CAPTURED);
    const { tally, declaredCuts } = await closeTraffic();
    await addToFigure(tally, declaredCuts);
    expectNothingLost(tally);
  });
});
