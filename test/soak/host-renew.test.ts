import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Inventory } from '../../src/inventory/schema.ts';
import { PROXY_UNIT } from '../../src/plans/host-paths.ts';
import { expireCertificate, expireToken } from '../lab/expired.ts';
import { resetShop, vms, vmShell } from '../lab/handle.ts';
import { pause } from '../lab/host-clients.ts';
import { quickEstate } from '../lab/witness/estate.ts';
import { Operator } from '../lab/witness/mesh.ts';
import {
  credentialsNow,
  isReady,
  mainPid,
  meshedRequests,
  proxyLog,
  registered,
  renewJson,
  shell,
} from '../lab/witness/renewal.ts';
import { openTraffic } from '../lab/witness/traffic.ts';

const IDENTITY = 'spiffe://cluster.local/ns/shop/sa/pricing-vm';
let operator: Operator;

/** Faults on purpose: what is lost here is the outage's, and is no part of the suite's figure. */
describe('the credentials of a joined host, after an outage longer than their life', () => {
  beforeAll(async () => {
    await resetShop();
    await openTraffic();
    operator = await Operator.open(await quickEstate());
    expect((await operator.makePlan()).stages.slice(0, 2)).toEqual(['join-pricing', 'join-catalog']);
    await operator.must('migrate', 'apply', operator.plan, '--to', 'join-catalog');
  });
  afterAll(() => resetShop());

  test('are good at first: nothing is written, recorded or restarted', async () => {
    expect(await meshedRequests(5)).toBeGreaterThan(50);
    const before = [await operator.journal(), await mainPid('vm-a'), await mainPid('vm-b')];
    const { exitCode, hosts } = await renewJson(operator);
    expect({ exitCode, outcomes: hosts.map(({ outcome }) => outcome) }).toEqual({
      exitCode: 0,
      outcomes: ['good', 'good'],
    });
    expect([await operator.journal(), await mainPid('vm-a'), await mainPid('vm-b')]).toEqual(before);
    const now = await credentialsNow(operator);
    expect([now.exitCode, now.hosts['vm-b']?.level]).toEqual([0, 'ok']);
    const left = Date.parse(now.hosts['vm-b']?.certificate?.notAfter ?? '') - Date.now();
    expect(left).toBeGreaterThan(20 * 3_600_000);
    expect(Date.parse(now.hosts['vm-b']?.tokenExpiresAt ?? '')).toBeGreaterThan(Date.now());
  });

  test('both expired: the proxy cannot come back by itself', async () => {
    await vmShell('vm-b', `systemctl stop ${PROXY_UNIT}`);
    await expireToken('vm-b');
    await expireCertificate('vm-b', IDENTITY);
    await pause(12_000);
    await vmShell('vm-b', `systemctl start ${PROXY_UNIT}`);
    for (let seconds = 0; seconds < 40; seconds += 2) {
      await pause(2000);
      expect(await isReady('vm-b')).toBe(false);
    }
    // pilot-agent's own words, which decision 0026 rests on.
    expect(await proxyLog('vm-b')).toContain('cert expired, using token instead');
    expect(await registered()).not.toContain(`pricing-vm-${vms['vm-b'].address}`);
    expect(await meshedRequests(3)).toBe(0);
    // New connections are captured still, logins are not.
    expect(await shell('vm-b', `iptables-nft-save -t nat | grep -c -- '-j MESHWAY_'`)).not.toBe('0');
  });

  test('are seen by status and by discover, with the fix', async () => {
    const { exitCode, hosts } = await credentialsNow(operator);
    expect(exitCode).toBe(9);
    expect(hosts['vm-a']).toMatchObject({ level: 'ok' });
    expect(hosts['vm-b']).toMatchObject({ level: 'error', outcome: 'due', restart: true });
    expect(hosts['vm-b']?.found).toMatch(/expired 1 h.* ago, and its token expired 1 h.* ago/);
    await operator.must('discover', '-o', 'after.json');
    const inventory = JSON.parse(await readFile(join(operator.directory, 'after.json'), 'utf8')) as Inventory;
    expect(inventory.findings).toContainEqual(
      expect.objectContaining({ code: 'MW1123', subject: 'vm-b', level: 'error' }),
    );
    expect(JSON.stringify(inventory)).not.toContain('BEGIN ');
  });

  test('a dry run says what would be done, and does none of it', async () => {
    const pid = await mainPid('vm-b');
    const { exitCode, stdout } = await operator.mesh('hosts', 'renew', operator.plan, '--dry-run');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/due +vm-b/);
    expect(stdout).toContain('nothing was changed');
    expect([await mainPid('vm-b'), await isReady('vm-b')]).toEqual([pid, false]);
  });

  test('one command brings it back, and leaves the other host alone', async () => {
    const pid = await mainPid('vm-a');
    const began = Date.now();
    const { stdout } = await operator.must('hosts', 'renew', operator.plan);
    console.log(`renewed in ${((Date.now() - began) / 1000).toFixed(1)} s\n${stdout}`);
    expect(stdout).toContain('1 good, 1 renewed');
    expect(await isReady('vm-b')).toBe(true);
    expect(await registered()).toContain(`pricing-vm-${vms['vm-b'].address}`);
    await expect.poll(() => meshedRequests(2), { timeout: 60_000 }).toBeGreaterThan(50);
    console.log(`meshed requests again ${((Date.now() - began) / 1000).toFixed(1)} s after it began`);
    const again = (await proxyLog('vm-b')).match(/it is started again/g)?.length ?? 0;
    console.log(`its unit started it ${again} time(s) more, for want of its ports`);
    expect(await mainPid('vm-a')).toBe(pid);
    const { exitCode, hosts } = await credentialsNow(operator);
    expect([exitCode, hosts['vm-b']?.level]).toEqual([0, 'ok']);
    const token = await shell('vm-b', 'stat -c "%a %u" /var/lib/meshway/proxy/var/run/secrets/tokens/istio-token');
    expect(token).toBe('600 1337');
  });

  test('a second time there is nothing to do, for the hosts and for the run', async () => {
    const pids = [await mainPid('vm-a'), await mainPid('vm-b')];
    const entries = (await operator.journal()).length;
    expect((await renewJson(operator)).hosts.map(({ outcome }) => outcome)).toEqual(['good', 'good']);
    expect((await operator.journal()).length).toBe(entries);
    await operator.must('migrate', 'apply', operator.plan, '--to', 'join-catalog');
    const later = (await operator.journal()).slice(entries).map((line) => (JSON.parse(line) as { type: string }).type);
    expect(new Set(later)).toEqual(new Set(['note']));
    expect([await mainPid('vm-a'), await mainPid('vm-b')]).toEqual(pids);
  });
});
