import { spawnSync } from 'node:child_process';
import { beforeEach, describe, expect, it, test } from 'vitest';
import { readCheck } from '../../../src/execute/checks/index.ts';
import type { World } from '../../../src/execute/handler.ts';
import type { Check } from '../../../src/plans/check.ts';
import type { Clock, SshPort } from '../../../src/ports/contracts.ts';
import { AFTER, JoinedShop, type JoinedVm, WITHIN } from '../../fakes/joined-hosts.ts';

const clock: Check = { check: 'host.clock', host: 'vm-a', cluster: 'lab', maxSkewSeconds: 5 };
const outlives = (seconds: number, token?: true): Check => ({
  ...{ check: 'credential.outlives', host: 'vm-a', seconds },
  ...(token && { token }),
});

let shop: JoinedShop;
let vm: JoinedVm;
/** What the API server's date is ahead of this machine's clock, in milliseconds. */
let serverAheadMs = 0;

beforeEach(() => {
  shop = new JoinedShop();
  shop.now = WITHIN;
  vm = shop.host('vm-a');
  serverAheadMs = 0;
  shop.kube.date = () => Promise.resolve(Math.floor((shop.now + serverAheadMs) / 1000) * 1000);
});

const ask = async (check: Check): Promise<unknown> => await readCheck(check, shop.world);
const told = async (check: Check): Promise<string> => JSON.stringify(await ask(check));

describe('host.clock', () => {
  // `behind`: the host's clock, in seconds. `server`: how far the API server's clock is ahead of ours.
  test.each([
    ['the same', 0, 0, 'yes'],
    ['a host that is 3 s behind', 3, 0, 'yes'],
    ['a host that is 30 s behind', 30, 0, 'at least 30.0 s behind'],
    ['a host that is 30 s ahead', -30, 0, 'at least 29.0 s ahead of'],
    ['this machine alone is wrong', 30, -30, 'yes'],
    ['the host is as we are, and the server is not', 0, 30, 'at least 30.0 s behind'],
    ['what both answers leave open', 4.5, 0, 'unknown'],
  ])('%s', async (_, behind, server, expected) => {
    vm.clockOffsetSeconds = behind;
    serverAheadMs = server * 1000;
    expect(await told(clock)).toContain(expected);
  });

  it('counts the time that asking took as doubt, never as skew', async () => {
    const { world } = shop;
    const slow: SshPort['script'] = async (...asked) => {
      shop.now += 20_000;
      return await world.ssh.script(...asked);
    };
    const answer = await readCheck(clock, { ...world, ssh: { ...world.ssh, script: slow } });
    expect(answer).toMatchObject({ answer: 'unknown', why: expect.stringContaining('took too long to tell') });
  });

  it('is unknown where either side does not tell its time, or does not answer', async () => {
    shop.kube.date = () => Promise.resolve(null);
    expect(await ask(clock)).toMatchObject({ answer: 'unknown' });
    shop.kube.date = () => Promise.resolve(shop.now);
    vm.clockOffsetSeconds = Number.NaN;
    expect(await ask(clock)).toMatchObject({ answer: 'unknown', why: 'host vm-a does not tell its time' });
    vm.isReachable = false;
    expect(await ask(clock)).toMatchObject({ answer: 'unknown' });
  });
});

describe('credential.outlives', () => {
  // The certificate is good until 23 h after WITHIN, and was made for a day.
  test.each([
    [3_600, 'yes'],
    [23 * 3_600, 'yes'],
    [23 * 3_600 + 1, 'its certificate is good for 23 h, and the outage window is 23 h'],
    [24 * 3_600, 'the mesh’s certificates live for 1 d alone'],
  ])('a window of %d s', async (seconds, expected) => expect(await told(outlives(seconds))).toContain(expected));

  it('says no for one that ended, one that has not begun, and none', async () => {
    shop.now = AFTER;
    expect(await told(outlives(1))).toContain('its certificate ended 1 h ago');
    shop.now = WITHIN - 2 * 3_600_000;
    expect(await told(outlives(1))).toContain('is not valid before 2026-06-01T00:00:00.000Z');
    vm.certificate = '';
    expect(await told(outlives(1))).toContain('no certificate');
  });

  it('goes by the clock that is further on', async () => {
    vm.clockOffsetSeconds = -3_600;
    expect(await told(outlives(22 * 3_600 - 10))).toContain('yes');
    expect(await told(outlives(23 * 3_600))).toContain('good for 22 h');
    vm.clockOffsetSeconds = 3_600;
    expect(await told(outlives(23 * 3_600))).toContain('yes');
  });

  it('asks for the token only where renewals need one', async () => {
    expect(await told(outlives(3_600))).toContain('yes');
    expect(await told(outlives(3_600, true))).toContain('no token that can be read');
    vm.tokenExpiry = String(WITHIN / 1000 + 3_600);
    expect(await told(outlives(3_600, true))).toContain('yes');
    expect(await told(outlives(3_601, true))).toContain('its token is good for 1 h');
  });

  it('is unknown of a host that does not answer', async () => {
    vm.isReachable = false;
    expect(await ask(outlives(1))).toMatchObject({ answer: 'unknown' });
  });
});

it('asks a host once for both, and anew the next time', async () => {
  const { world } = shop;
  let asked = 0;
  const script: SshPort['script'] = async (...words) => ((asked += 1), await world.ssh.script(...words));
  const counted: World = { ...world, ssh: { ...world.ssh, script } };
  await Promise.all([readCheck(clock, counted), readCheck(outlives(60), counted)]);
  expect(asked).toBe(1);
  await readCheck(outlives(60), counted);
  expect(asked).toBe(2);
});

describe('the very script, run by a shell', () => {
  const real: Clock = { now: () => Date.now(), sleep: () => Promise.resolve(true) };
  /** @param date what stands for the host's clock */
  const bySh = (date: string): World => {
    const script: SshPort['script'] = async (_, text, variables) => {
      const given = Object.entries(variables).map(([name, value]) => `${name}='${value}'\n`);
      const { status, stdout, stderr } = spawnSync('/bin/sh', ['-s'], {
        input: given.join('') + date + text,
        encoding: 'utf8',
      });
      return await Promise.resolve({ exitCode: status ?? 1, stdout, stderr });
    };
    shop.kube.date = () => Promise.resolve(Math.floor(Date.now() / 1000) * 1000);
    return { ...shop.world, clock: real, ssh: { ...shop.world.ssh, script } };
  };

  it.each([
    ['its own clock', '', 'yes'],
    ['a clock without fractions', 'date() { command date +%s; }\n', 'yes'],
    ['a clock that is 40 s behind', 'date() { echo "$(($(command date +%s) - 40)).5"; }\n', 'no'],
    ['a clock that is 40 s ahead', 'date() { echo "$(($(command date +%s) + 40)).5"; }\n', 'no'],
  ])('tells %s', async (_, date, expected) => {
    expect(await readCheck(clock, bySh(date))).toMatchObject({ answer: expected });
  });
});
