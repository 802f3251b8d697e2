import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubectl, resetShop } from './handle.ts';
import { quickEstate } from './witness/estate.ts';
import { Operator } from './witness/mesh.ts';
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

/** The twin stays ready and answers every call with 502: what it calls is not there. */
async function breakTwin(): Promise<void> {
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
  const args = (JSON.parse(stdout) as string[]).map((arg) => arg.replace('pricing.shop.internal:8081', '127.0.0.1:9'));
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

/** A fault on purpose: what is lost here is the fault's, and is no part of the suite's figure. */
describe('a twin that fails its calls', () => {
  beforeAll(async () => {
    await resetShop();
    await breakTwin();
    await openTraffic();
    operator = await Operator.open(await quickEstate());
    await operator.makePlan();
  });
  afterAll(() => resetShop());

  it('is found at the first rung: the stage goes back by itself and apply ends with 4', async () => {
    const { exitCode, stdout, stderr } = await operator.mesh('migrate', 'apply', operator.plan);
    expect({ exitCode, failure: /MW\d{4}/.exec(stderr)?.[0] }).toEqual({ exitCode: 4, failure: 'MW1501' });
    expect(stdout).toMatch(/fail error-rate, shop\/web to catalog\.shop\.internal/);
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
