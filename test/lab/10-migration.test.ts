import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubectl, net, resetShop, vms, vmShell } from './handle.ts';
import { run } from './exec.ts';
import type { Inventory } from '../../src/inventory/schema.ts';
import { addToFigure } from './witness/figure.ts';
import { expectNothingLost } from './witness/loss.ts';
import { Operator } from './witness/mesh.ts';
import { locateShopd } from './witness/shopd.ts';
import { takeSnapshot } from './witness/snapshot.ts';
import { closeTraffic, openTraffic, peersSeen, restarts } from './witness/traffic.ts';

let operator: Operator;
const catalog = `http://${vms['vm-a'].address}:8080/item`;
const pricing = `http://${vms['vm-b'].address}:8081/price`;

/** A plaintext client: this machine is in no mesh. */
async function plaintext(url: string): Promise<boolean> {
  return (await run(await locateShopd(), ['get', url, '-timeout', '3s'], { tolerant: true })).ok;
}

async function podAddress(app: string): Promise<string> {
  return (await kubectl(['-n', 'shop', 'get', 'pods', '-l', `app=${app}`, '-o', 'jsonpath={.items[0].status.podIP}']))
    .stdout;
}

describe('shop goes from nothing meshed to the end, under load', () => {
  beforeAll(async () => {
    await resetShop();
    await openTraffic();
    operator = await Operator.open();
    await operator.makePlan();
  });
  afterAll(async () => {
    console.log(`plan and journal: ${operator.directory}`);
  });

  it('plaintext is answered before', async () => {
    expect([await plaintext(catalog), await plaintext(pricing)]).toEqual([true, true]);
  });

  it('discovered exactly who calls whom, by name', async () => {
    const inventory = JSON.parse(await readFile(join(operator.directory, 'inventory.json'), 'utf8')) as Inventory;
    const edges = inventory.dependencies.map(({ from, to, addressedBy, evidence }) => [
      from,
      to,
      addressedBy,
      evidence.some(({ confidence }) => confidence === 'observed'),
    ]);
    expect(edges).toEqual([
      ['k8s/lab/shop/Deployment/catalog', 'service/pricing', 'name', false],
      ['k8s/lab/shop/Deployment/web', 'service/catalog', 'name', true],
      ['vm/vm-a/catalog.service', 'service/pricing', 'name', true],
    ]);
  });

  it('shows in a dry run what the server would make of it, and changes nothing', async () => {
    const before = await takeSnapshot();
    const { stdout } = await operator.must('migrate', 'apply', operator.plan, '--dry-run');
    expect(stdout).toMatch(/\+ +sidecar\.istio\.io\/inject: "true"/);
    expect(stdout).toContain('nothing was changed');
    expect(await takeSnapshot()).toEqual(before);
    expect(await operator.journal()).toEqual([]);
  });

  it('applies the whole plan', async () => {
    const { stdout } = await operator.must('migrate', 'apply', operator.plan);
    console.log(stdout);
  });

  it('serves catalog from its twin alone, under the name web always called', async () => {
    const before = await received('catalog', 'vm-a');
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(await received('catalog', 'vm-a')).toBe(before);
    const spec = (
      await kubectl([
        '-n',
        'shop',
        'get',
        'deployment',
        'web',
        '-o',
        'jsonpath={.spec.template.spec.containers[0].args}',
      ])
    ).stdout;
    expect(spec).toContain('http://catalog.shop.internal:8080');
  });

  it('refuses a plaintext client everywhere', async () => {
    const twin = `http://${await podAddress('catalog')}:8080/item`;
    const web = `http://${await podAddress('web')}:8080/`;
    const answers = await Promise.all([catalog, pricing, twin, web].map(plaintext));
    expect(answers).toEqual([false, false, false, false]);
  });

  it('carries a proved identity on all traffic', async () => {
    const before = await peersSeen();
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    const after = await peersSeen();
    const grown = (service: string, peer: string): number =>
      (after[service]?.[peer] ?? 0) - (before[service]?.[peer] ?? 0);
    expect(grown('catalog', 'none') + grown('pricing', 'none')).toBe(0);
    expect(grown('catalog', 'spiffe://cluster.local/ns/shop/sa/web')).toBeGreaterThan(100);
    expect(grown('pricing', 'spiffe://cluster.local/ns/shop/sa/catalog-vm')).toBeGreaterThan(100);
    expect(grown('pricing', 'spiffe://cluster.local/ns/shop/sa/catalog')).toBeGreaterThan(100);
  });

  it('owns what status says, and each file on a host is closed to others', async () => {
    const { stdout } = await operator.must('migrate', 'status', operator.plan, '--owned');
    expect(stdout).toContain('complete');
    const token = await vmShell('vm-a', 'find /var/lib/meshway -name istio-token -printf "%m %U\\n"');
    expect(token.stdout.trim()).toBe('600 1337');
  });

  it('is nothing to do the second time', async () => {
    const entries = (await operator.journal()).length;
    await operator.must('migrate', 'apply', operator.plan);
    const lines = (await operator.journal()).slice(entries).map((line) => JSON.parse(line) as { type: string });
    expect(lines.every(({ type }) => type === 'note')).toBe(true);
  });

  it('restarted what the plan declared, and nothing else', async () => {
    expect(await restarts()).toEqual({ catalog: 2, web: 2, 'vm-a': 1 });
  });

  it('lost nothing, cut nothing that was not declared, and client and server counts agree', async () => {
    const { tally, declaredCuts, offeredPerSecond } = await closeTraffic();
    console.log(`${offeredPerSecond.toFixed(0)} requests/s offered`);
    await addToFigure(tally, declaredCuts);
    expectNothingLost(tally);
    expect({ inFlight: tally.total.inFlight, difference: tally.total.difference }).toEqual({
      inFlight: 0,
      difference: 0,
    });
    expect(offeredPerSecond).toBeGreaterThan(200);
  });
});

async function received(service: string, host: string): Promise<number> {
  const query = `sum(envoy_cluster_upstream_rq_completed{host="${host}",cluster_name="inbound|8080||"})`;
  const answer = await fetch(
    `http://${net.host}:${net.prometheusPort}/api/v1/query?${new URLSearchParams({ query }).toString()}`,
  );
  const body = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
  if (body.data.result[0] === undefined) throw new Error(`no counter of ${service} on ${host}`);
  return Number(body.data.result[0].value[1]);
}
