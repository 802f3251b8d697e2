import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as guarded from '../lab/guarded-fixture.ts';
import { address, answer, CAPTURED_AND_OPEN, PORT, shell, VM } from '../lab/guarded-fixture.ts';
import { rebootVm } from '../lab/handle.ts';
import { CAPTURED } from '../lab/host-errors.ts';
import { waitFor } from '../lab/progress.ts';
import { othersRules, startDocker } from '../lab/vm/guarded.ts';

const PUBLISHED = 8090;

let host: guarded.GuardedHost;

beforeAll(async () => {
  host = await guarded.openGuardedHost();
});
beforeEach(() => host.lab.startProxy());
afterEach(() => host.uncapture());
afterAll(() => host.close());

describe.each(['iptables-nft', 'iptables-legacy'])('a host with Docker on %s', (backend) => {
  let before = '';
  const nat = (): Promise<string> => shell(`${backend}-save -t nat`);
  const jumps = async (): Promise<unknown> => (await nat()).match(/(?<=^-A PREROUTING .*-j )\S+/gm);

  beforeAll(async () => {
    await shell(`update-alternatives --quiet --set iptables /usr/sbin/${backend}`);
    // What the other backend was told ends with the boot.
    await rebootVm(VM);
    await host.lab.world.ssh.close();
    await startDocker(VM, PUBLISHED);
    await waitFor('the container', 30_000, async () => (await answer(PUBLISHED)) === 'published');
    before = await othersRules(VM);
  });
  afterAll(() => shell('docker rm --force published; systemctl stop docker.socket docker'));

  /** Captured, with all the ways to the container as they were. */
  async function seeBoth(): Promise<void> {
    expect(await host.state()).toEqual(CAPTURED_AND_OPEN);
    expect([await answer(PORT), await answer(PUBLISHED)]).toEqual(['pricing by proxy', 'published']);
    for (const own of ['127.0.0.1', address])
      expect(await shell(`curl -s -m 5 http://${own}:${PUBLISHED}/`)).toContain('"published"');
    expect(await othersRules(VM)).toBe(before);
  }

  test('keeps its rules and its published port through a capture and its end', async () => {
    expect(before).toMatch(new RegExp(`-A DOCKER .*--dport ${PUBLISHED} -j DNAT --to-destination`));
    expect(await answer(PORT)).toBe('pricing');
    await host.capture();
    expect(await nat()).toMatch(CAPTURED);
    await seeBoth();
    await host.uncapture();
    expect([await answer(PORT), await answer(PUBLISHED)]).toEqual(['pricing', 'published']);
    expect(await othersRules(VM)).toBe(before);
  });

  // Docker takes its jumps away and appends them anew.
  test('stays captured over a restart of Docker, after which our jumps come first', async () => {
    await host.capture();
    expect(await jumps()).toEqual(['DOCKER', 'MESHWAY_INBOUND']);
    await shell('systemctl restart docker');
    await waitFor('the container', 30_000, async () => (await answer(PUBLISHED)) === 'published');
    expect(await jumps()).toEqual(['MESHWAY_INBOUND', 'DOCKER']);
    await seeBoth();
  });
});
