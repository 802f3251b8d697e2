import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { advance } from '../../../src/execute/advance.ts';
import {
  lookAtCredentials,
  type PlanRenewal,
  type PlanRenewed,
  renewPlan,
} from '../../../src/execute/renew/renew-plan.ts';
import { exitOf } from '../../../src/execute/renew/renew-run.ts';
import { readJournal } from '../../../src/journal/file.ts';
import { fold } from '../../../src/journal/fold.ts';
import { journalPath, listRuns } from '../../../src/journal/runs.ts';
import { lockDirectory } from '../../../src/ports/lock.ts';
import { CREDENTIAL_PATHS } from '../../../src/probes/host/credentials-script.ts';
import { renderEntry } from '../../../src/report/log-text.ts';
import { CHAIN, JoinedShop, OTHER_ROOT, recordRun, RENEWED, RUN } from '../../fakes/joined-hosts.ts';
import { shopPlan } from '../../fakes/shop.ts';

const plan = shopPlan();
const ROOT_FILE = '/var/lib/meshway/proxy/etc/certs/root-cert.pem';
let stateDir = '';
let shop: JoinedShop;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'renew-'));
  shop = new JoinedShop();
  // vm-a is well, vm-b has been off for too long.
  Object.assign(shop.host('vm-a'), { ready: true, certificate: RENEWED });
  await recordRun(stateDir, plan);
});
afterEach(() => rm(stateDir, { recursive: true }));

function renew(change: Partial<PlanRenewal> = {}): Promise<PlanRenewed> {
  const quiet = { interrupt: new AbortController().signal, watch: () => undefined };
  return renewPlan({ plan, stateDir, world: shop.world, names: [], mayCut: false, dryRun: false, ...quiet, ...change });
}
const entriesNow = () => readJournal(journalPath(stateDir, RUN));
const notesNow = async (): Promise<string[]> =>
  (await entriesNow()).flatMap((entry) => (entry.type === 'note' ? [entry.note.about] : []));
const codeOf = (run: Promise<unknown>): Promise<unknown> =>
  run.then(
    () => 'no error',
    (error: unknown) => (error as { code: string }).code,
  );

describe('hosts renew', () => {
  it('leaves a host alone that is well, and brings back the other', async () => {
    const { run, hosts } = await renew();
    expect(run).toBe(RUN);
    expect(hosts.map(({ host, outcome, restart }) => [host, outcome, restart])).toEqual([
      ['vm-b', 'renewed', true],
      ['vm-a', 'good', false],
    ]);
    expect(shop.host('vm-a')).toMatchObject({ written: [], restarts: [] });
    expect(shop.host('vm-b').written).toEqual([ROOT_FILE, CREDENTIAL_PATHS.token]);
    expect(shop.host('vm-b').restarts).toMatchObject([{ digest: 'd'.repeat(64), force: '', run: RUN }]);
    expect(hosts[0]?.found).toMatch(/^its proxy is not ready \(unit active\); .* expired 1 h ago/);
    expect(hosts[0]?.observed.at(-1)).toMatch(
      /^certificate good until 2026-06-03T00:30:00.000Z; proxy.ready, entry.registered/,
    );
    expect(exitOf(hosts)).toBe(0);
  });

  it('changes no decision of the run: its journal has the renewal, and every step as it was', async () => {
    const before = fold(await entriesNow());
    await renew();
    const entries = await entriesNow();
    expect(entries.slice(-3).map((entry) => entry.type === 'note' && entry.note.about)).toEqual([
      'holder',
      'renewing',
      'renewed',
    ]);
    const after = fold(entries);
    expect(after).toEqual(before);
    expect(advance(plan, after, 0)).toEqual(advance(plan, before, 0));
    // A later holder than the one before: hosts know it by its token.
    expect(entries.at(-1)?.token).toBe((entries[0]?.token ?? 0) + 1);
    expect(shop.host('vm-b').restarts[0]?.['token']).toBe(String(entries.at(-1)?.token));
    expect(entries.map(renderEntry).at(-1)).toContain('renewed host=vm-b done');
  });

  it('writes no token anywhere but to the host', async () => {
    const said = JSON.stringify(await renew());
    const journal = await readFile(journalPath(stateDir, RUN), 'utf8');
    expect(`${said}${journal}`).not.toContain('token-of-');
  });

  it('does nothing at all when all are well, and records nothing', async () => {
    Object.assign(shop.host('vm-b'), { ready: true, certificate: RENEWED });
    const before = await notesNow();
    expect((await renew()).hosts.map(({ outcome }) => outcome)).toEqual(['good', 'good']);
    expect(await notesNow()).toEqual(before);
  });

  it('never restarts a proxy that is ready: it takes the new token by itself', async () => {
    shop.host('vm-b').ready = true;
    const [vmB] = (await renew()).hosts;
    expect(vmB).toMatchObject({ host: 'vm-b', outcome: 'renewed', restart: false });
    expect(shop.host('vm-b').restarts).toEqual([]);
    expect(shop.host('vm-b').written).toContain(CREDENTIAL_PATHS.token);
  });

  it('says so when such a proxy does not, and restarts it only when told', async () => {
    Object.assign(shop.host('vm-b'), { ready: true, helpsItself: false });
    const { hosts } = await renew();
    expect(hosts[0]).toMatchObject({
      outcome: 'failed',
      error: { code: 'MW1439', fix: expect.stringContaining('--restart') },
    });
    expect(exitOf(hosts)).toBe(1);
    expect(shop.host('vm-b').restarts).toEqual([]);
    expect((await renew({ mayCut: true })).hosts[0]).toMatchObject({ outcome: 'renewed', restart: true });
    expect(shop.host('vm-b').restarts).toMatchObject([{ force: 'yes' }]);
  });

  it('keeps a good certificate of a proxy that is not ready', async () => {
    shop.host('vm-b').certificate = RENEWED;
    expect((await renew()).hosts[0]).toMatchObject({ outcome: 'renewed', restart: true });
    expect(shop.host('vm-b').restarts).toMatchObject([{ digest: '' }]);
  });

  it('drops a certificate whose root is gone, however long it would last', async () => {
    shop.host('vm-b').certificate = RENEWED;
    const metadata = { name: 'istio-ca-root-cert', namespace: 'shop' };
    shop.kube.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'root-cert.pem': OTHER_ROOT } });
    const [vmB] = (await renew({ names: ['vm-b'] })).hosts;
    expect(vmB?.found).toContain('leads to no root of the mesh');
    expect(shop.host('vm-b').restarts).toMatchObject([{ digest: 'd'.repeat(64) }]);
    // What it gets is of the old root too here, and that is no renewal.
    expect(vmB).toMatchObject({ outcome: 'failed', error: { code: 'MW1439', cause: expect.stringContaining('root') } });
  });

  it('is not stopped by a host that cannot be reached', async () => {
    shop.host('vm-a').isReachable = false;
    const { hosts } = await renew();
    expect(hosts.map(({ host, outcome, error }) => [host, outcome, error?.code])).toEqual([
      ['vm-b', 'renewed', undefined],
      ['vm-a', 'failed', 'MW1104'],
    ]);
    expect(exitOf(hosts)).toBe(9);
    shop.host('vm-b').owner = 'shop-other';
    expect(exitOf((await renew()).hosts)).toBe(1);
  });

  it.each<[string, string, Partial<JoinedShop['hosts'][string]>]>([
    ['is another run’s', 'MW1407', { owner: 'shop-ffffff' }],
    ['was set up anew', 'MW1438', { owner: '' }],
    ['has lost its proxy', 'MW1438', { installed: false }],
    ['has a clock that is far behind', 'MW1117', { clockOffsetSeconds: 200 }],
  ])('refuses a host that %s, and touches nothing there', async (_, code, change) => {
    Object.assign(shop.host('vm-b'), change);
    const { hosts } = await renew({ names: ['vm-b'] });
    expect(hosts).toMatchObject([{ outcome: 'failed', error: { code } }]);
    expect(shop.host('vm-b')).toMatchObject({ written: [], restarts: [] });
    expect(await notesNow()).not.toContain('renewing');
  });

  it('reports a certificate that is not valid yet with the clock, and does not paper over it', async () => {
    shop.now = Date.parse('2026-05-31T23:00:00Z');
    shop.host('vm-b').clockOffsetSeconds = 3600;
    const [vmB] = (await renew({ names: ['vm-b'] })).hosts;
    expect(vmB?.error).toMatchObject({
      code: 'MW1124',
      cause:
        'The certificate of the proxy on host vm-b becomes valid in 1 h; its clock is 3600.0 s behind the clock of this machine.',
    });
  });

  it('records a renewal that failed', async () => {
    shop.host('vm-b').isServed = false;
    expect((await renew()).hosts[0]).toMatchObject({ outcome: 'failed', error: { code: 'MW1439' } });
    expect((await entriesNow()).at(-1)).toMatchObject({
      note: { about: 'renewed', host: 'vm-b', outcome: 'failed', error: { code: 'MW1439' } },
    });
    expect(renderEntry((await entriesNow()).at(-1) as never)).toContain('failed MW1439: ');
  });

  it('waits for the control plane to know the proxy again', async () => {
    const metadata = { name: 'pricing-vm-192.0.2.12', namespace: 'shop' };
    const entry = await shop.kube.get({ apiVersion: 'networking.istio.io/v1', kind: 'WorkloadEntry', ...metadata });
    if (entry) await shop.kube.remove(entry);
    expect((await renew()).hosts[0]?.error).toMatchObject({
      code: 'MW1439',
      cause: expect.stringContaining('no entry of group pricing-vm'),
    });
  });

  it('begins no further host after Ctrl-C', async () => {
    const interrupt = AbortSignal.abort();
    expect((await renew({ interrupt })).hosts).toEqual([]);
    expect(shop.host('vm-b').written).toEqual([]);
  });
});

describe('which hosts', () => {
  it('shows in a dry run what would be done, and needs no lock', async () => {
    const before = await notesNow();
    const lock = lockDirectory(stateDir, () => 0);
    try {
      const { hosts } = await renew({ dryRun: true });
      expect(hosts.map(({ host, outcome, level }) => [host, outcome, level])).toEqual([
        ['vm-b', 'due', 'error'],
        ['vm-a', 'good', 'ok'],
      ]);
      expect(await codeOf(renew())).toBe('MW1601');
    } finally {
      lock.release();
    }
    expect(shop.host('vm-b')).toMatchObject({ written: [], restarts: [], certificate: CHAIN });
    expect(await notesNow()).toEqual(before);
  });

  it('only those that the run has joined', async () => {
    await rm(join(stateDir, 'runs'), { recursive: true });
    await recordRun(stateDir, plan, (step) => step.startsWith('join-pricing/'));
    expect((await renew({ dryRun: true })).hosts.map(({ host }) => host)).toEqual(['vm-b']);
    expect(await codeOf(renew({ names: ['vm-a'] }))).toBe('MW1437');
    expect(await codeOf(renew({ names: ['vm-b'] }))).toBe('no error');
  });

  it('none without a run that stands', async () => {
    expect(await codeOf(renew({ plan: shopPlan(undefined, undefined), stateDir: join(stateDir, 'none') }))).toBe(
      'MW1440',
    );
  });

  it('are told by status, with what is wrong', async () => {
    const [recorded] = await listRuns(stateDir);
    if (!recorded) throw new Error('the run is not there');
    shop.host('vm-a').certificate = CHAIN;
    const hosts = await lookAtCredentials(plan, recorded, shop.world);
    expect(hosts.map(({ host, level, restart }) => [host, level, restart])).toEqual([
      ['vm-b', 'error', true],
      ['vm-a', 'error', false],
    ]);
    shop.now = Date.parse('2026-06-01T20:00:00Z');
    expect((await lookAtCredentials(plan, recorded, shop.world)).map(({ level, found }) => [level, found])[1]).toEqual([
      'warning',
      'the certificate of the proxy on host vm-a is good for 4 h, of a life of 1 d: its renewal fails',
    ]);
  });
});
