import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cgroupPids } from '../lab/cgroups.ts';
import { run } from '../lab/exec.ts';
import {
  grownCallers,
  kubectl,
  labPaths,
  leaderPid,
  net,
  resetShop,
  shopNamespace,
  vms,
  vmShell,
} from '../lab/handle.ts';
import { mountsUnder } from '../lab/mounts.ts';
import { labLinks } from '../lab/network.ts';
import { countsFiles, type Killed, killedPrograms } from '../lab/witness/counts.ts';
import { closeTraffic, openTraffic, peersSeen, type Tally } from '../lab/witness/traffic.ts';

const PRICING = 'pricing.shop.internal:8081';
const STOCK = 'stock.shop.internal:8082';
const LEDGER = 'ledger.shop.internal:9090';

/** Who calls whom, and how. */
const edges = [
  `appliance->${PRICING} kept`,
  `appliance->${PRICING} new`,
  `audit->${LEDGER} kept`,
  `audit->${LEDGER} new`,
  `catalog->${PRICING} call`,
  `catalog->${PRICING} kept`,
  `catalog->${PRICING} new`,
  `nightly->${PRICING} new`,
  `reports->${vms['vm-b'].address}:8082 kept`,
  `reports->${vms['vm-b'].address}:8082 new`,
  `reports->${PRICING} pooled`,
  `stubborn->${STOCK} kept`,
  `stubborn->${STOCK} new`,
  'web->catalog.shop.internal:8080 kept',
  'web->catalog.shop.internal:8080 new',
];

const inShop = async (...args: string[]): Promise<string> => (await kubectl(['-n', shopNamespace, ...args])).stdout;
const networkOf = async (pid: number | undefined): Promise<string> =>
  (await run('readlink', [`/proc/${pid}/ns/net`])).stdout;

/** Replaces the pod that ignores SIGTERM, and waits until the old one is gone. */
async function replaceStubborn(): Promise<void> {
  const old = await inShop('get', 'pods', '--selector=app=stubborn', '--output=name');
  await inShop('rollout', 'restart', 'deployment/stubborn');
  await inShop('rollout', 'status', 'deployment/stubborn', '--timeout=60s');
  await inShop('wait', '--for=delete', old, '--timeout=60s');
}

describe('the grown shop, with nothing meshed', () => {
  let tally: Tally;
  let killed: Record<string, Killed>;
  let peers: Record<string, Record<string, number>>;
  let pooled: { opened: number; cuts: number; sent: number };
  let applianceNetwork: string;

  beforeAll(async () => {
    await resetShop({ grown: { idleEverySeconds: 8, nightlyEverySeconds: 5 } });
    applianceNetwork = await networkOf((await cgroupPids('appliance'))[0]);
    await openTraffic(grownCallers);
    const end = sleep(20_000);
    await replaceStubborn();
    await end;
    killed = await killedPrograms();
    ({ tally } = await closeTraffic());
    peers = await peersSeen();
    const row = tally.edges.find(({ kind }) => kind === 'pooled');
    pooled = { opened: row?.opened ?? 0, cuts: row?.cuts ?? 0, sent: row?.sent ?? 0 };
    for (const { edge, kind, sent, ok, ratePerSec } of tally.edges)
      console.log(`${edge} ${kind}: ${ok} of ${sent}, ${ratePerSec.toFixed(1)}/s`);
  });
  // The other tests find the shop that they know.
  afterAll(() => resetShop());

  it('is called by exactly those that its description names', () => {
    expect(tally.edges.map(({ edge, kind }) => `${edge} ${kind}`)).toEqual(edges);
  });

  it('loses nothing and cuts nothing, and the counts of both ends agree to the request', () => {
    const { lost, cuts } = tally.total;
    expect({ lost, cuts, samples: tally.samples }).toEqual({ lost: 0, cuts: 0, samples: [] });
    expect(tally.problems).toEqual([]);
    expect(tally.unmatched).toEqual({});
    for (const { edge, kind, sent, ok, inFlight, serverReceived, serverAnswered } of tally.edges) {
      // Only of the killed pod can a request be open: one that its server may have answered.
      if (!edge.startsWith('stubborn->')) expect(inFlight, `${edge} ${kind}`).toBe(0);
      const unsure = inFlight === 0 ? 0 : Math.min(inFlight, serverAnswered - ok);
      expect([serverReceived - unsure, serverAnswered - unsure], `${edge} ${kind}`).toEqual([sent - inFlight, ok]);
    }
  });

  it('has a timer that calls now and then, each time with a program of its own', async () => {
    const runs = (await countsFiles()).filter(({ name }) => name === 'nightly');
    expect(runs.every(({ oneShot, final }) => oneShot === true && final)).toBe(true);
    expect(runs.length).toBeGreaterThanOrEqual(3);
    expect(tally.edges.find(({ edge }) => edge.startsWith('nightly'))?.sent).toBe(runs.length);
  });

  it('holds one pooled connection, used every 8 s and never replaced', () => {
    expect(pooled.sent).toBeGreaterThanOrEqual(3);
    expect(pooled).toEqual({ ...pooled, opened: 1, cuts: 0 });
  });

  it('kills the pod that ignores SIGTERM, and knows what ended with it', () => {
    expect(Object.keys(killed)).toEqual(['stubborn']);
    expect(killed['stubborn']).toMatchObject({ programs: 1, held: 2 });
    expect(killed['stubborn']?.inFlight).toBe(tally.total.inFlight);
  });

  it('proves no identity, and cannot say any of raw TCP', () => {
    expect(Object.keys(peers['ledger'] ?? {})).toEqual(['unseen']);
    for (const service of ['pricing', 'stock', 'catalog']) expect(Object.keys(peers[service] ?? {})).toEqual(['none']);
  });

  it('has an appliance with an address of its own, where nothing listens', async () => {
    expect(applianceNetwork).not.toBe(await networkOf(process.pid));
    const [pid] = await cgroupPids('appliance');
    const inside = async (...command: string[]): Promise<string> =>
      (await run('nsenter', [`--target=${pid}`, '--net', ...command])).stdout;
    expect(await inside('ip', '-4', '-br', 'addr', 'show', 'dev', 'host0')).toContain(`${net.applianceAddress}/24`);
    expect(await inside('ss', '-Hltnu')).toBe('');
  });

  it('leaves nothing when the small shop is made again', async () => {
    await resetShop();
    expect(await leaderPid('vm-c')).toBeUndefined();
    expect([await cgroupPids('vm-c'), await cgroupPids('appliance')]).toEqual([[], []]);
    expect(await mountsUnder(`${labPaths().state}/vms/vm-c`)).toEqual([]);
    expect((await labLinks()).filter((link) => /vm-c|mwappl/.test(link))).toEqual([]);
    const networks = (await run('lsns', ['--type', 'net', '--noheadings', '--output', 'NS'])).stdout.split(/\s+/);
    expect(networks).not.toContain(/\d+/.exec(applianceNetwork)?.[0]);
    const objects = await inShop('get', 'deployments,pods,serviceaccounts', '--output=name');
    expect(objects).toContain('deployment.apps/web');
    expect(objects).not.toContain('stubborn');
    const units = 'systemctl list-unit-files --no-legend; ls /etc/systemd/system';
    for (const vm of ['vm-a', 'vm-b'] as const)
      expect((await vmShell(vm, units)).stdout).not.toMatch(/\b(stock|audit|ledger|reports|nightly)\.(service|timer)/);
    expect(await countsFiles()).toSatisfy((files: { name: string }[]) =>
      files.every(({ name }) => ['web', 'catalog', 'pricing'].includes(name)),
    );
  });
});
