import { spawn } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubectl, resetShop, vms } from './handle.ts';
import { quickEstate } from './witness/estate.ts';
import { Operator } from './witness/mesh.ts';
import { locateShopd } from './witness/shopd.ts';
import { openTraffic, tallyNow } from './witness/traffic.ts';

let operator: Operator;

const weights = async (): Promise<string> =>
  (
    await kubectl([
      '-n',
      'shop',
      'get',
      'httproute',
      'catalog',
      '-o',
      'jsonpath={.spec.rules[0].backendRefs[*].weight}',
    ])
  ).stdout;

const CALLEE = ['pricing.shop.internal:8081', '127.0.0.1:9'] as const;

/** The twin stays ready and answers every call with 502: what it calls is not there. And the other way round. */
async function breakTwin([from, to]: readonly string[] = CALLEE): Promise<void> {
  const path = '/spec/template/spec/containers/0/args';
  const { stdout } = await kubectl([
    '-n',
    'shop',
    'get',
    'deployment',
    'catalog',
    '-o',
    'jsonpath={.spec.template.spec.containers[0].args}',
  ]);
  const args = (JSON.parse(stdout) as string[]).map((arg) => arg.replace(from ?? '', to ?? ''));
  await kubectl([
    '-n',
    'shop',
    'patch',
    'deployment',
    'catalog',
    '--type=json',
    '-p',
    JSON.stringify([{ op: 'replace', path, value: args }]),
  ]);
  await kubectl(['-n', 'shop', 'rollout', 'status', 'deployment/catalog', '--timeout=90s']);
}

/** Calls the VM by its address from outside any mesh, at about a quarter of all calls, until it is stopped. */
async function startStranger(): Promise<() => Promise<void>> {
  const counts = await mkdtemp(join(tmpdir(), 'mesh-stranger-'));
  await writeFile(join(counts, 'GO'), '');
  const url = `http://${vms['vm-a'].address}:8080/item`;
  const args = ['-name', 'stranger', '-listen', 'none', '-load-url', url, '-load-new-rps', '60', '-counts', counts];
  const child = spawn(await locateShopd(), args, { stdio: 'ignore' });
  return async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  };
}

/** A fault on purpose: what is lost here is the fault's, and is no part of the suite's figure. */
describe('a shift whose gate fails', () => {
  beforeAll(async () => {
    await resetShop();
    await breakTwin();
    await openTraffic();
    operator = await Operator.open(await quickEstate({ ladder: [5, 50, 100] }));
    await operator.makePlan();
  });
  afterAll(() => resetShop());

  it('finds a twin that fails its calls at the first rung: the stage goes back by itself and apply ends with 4', async () => {
    const { exitCode, stdout, stderr } = await operator.mesh('migrate', 'apply', operator.plan);
    expect({ exitCode, failure: /MW\d{4}/.exec(stderr)?.[0] }).toEqual({ exitCode: 4, failure: 'MW1501' });
    expect(stdout).toMatch(/fail error-rate, catalog\.shop\.internal on its twin, beside the VM/);
    expect(await weights()).toBe('100 0');
  });

  it('finds a stranger that follows no weights by what arrives at the VM', async () => {
    await breakTwin(CALLEE.toReversed());
    const stop = await startStranger();
    const { exitCode, stdout } = await operator.mesh('migrate', 'apply', operator.plan, '--to', 'shift-catalog');
    await stop();
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/fail traffic-share, share of catalog\.shop\.internal on its twin, of all that arrives/);
    expect(stdout).toMatch(/pass traffic-share, share of catalog\.shop\.internal on its twin:/);
    expect(await weights()).toBe('100 0');
  });

  it('costs no request once the route is back', async () => {
    await sleep(2_000);
    const before = (await tallyNow()).total.lost;
    expect(before).toBeGreaterThan(0);
    await sleep(5_000);
    expect((await tallyNow()).total.lost).toBe(before);
  });
});
