import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { renderPlan } from '../../src/report/plan-text.ts';
import { toTerminal } from '../../src/report/style.ts';
import { called } from '../fakes/grown.ts';
import { onPath, platformFirst, switchLine, twinAnswers } from '../fakes/path-shop.ts';
import { codes, deferred, manifests, stage } from '../fakes/read-plan.ts';
import { shopYaml } from '../fakes/shop.ts';

const golden = (name: string): string => join(import.meta.dirname, '../golden/plans', name);

describe('platform first', () => {
  it('is laid out as the golden plan says', async () => {
    const plan = platformFirst();
    const objects = [...manifests(plan, 'ServiceEntry'), ...manifests(plan, 'PeerAuthentication')];
    const text = `${toTerminal(renderPlan(plan, { full: false }), false)}\n\n${stringify(objects)}`;
    // The digest covers all of the plan, other services' objects too.
    await expect(text.replace(/sha256:[0-9a-f]{64}/, 'sha256:…')).toMatchFileSnapshot(golden('platform-first.txt'));
  });

  it('leaves the host of the unit alone: nothing there is changed, and no proxy is asked', () => {
    const { stages } = platformFirst();
    const onHost = stages.flatMap(({ steps }) => steps).flatMap(({ apply }) => apply).filter((one) => 'host' in one && one.host === 'vm-a');
    expect(onHost).toEqual([]);
    expect(JSON.stringify(stages)).not.toMatch(/"check":"(proxy\.ready|host\.[a-z]+)","host":"vm-a"/);
  });

  it('has a person move the name, and back, and sees on the host that nobody is left', () => {
    const { steps, gate } = stage(platformFirst(), 'switch-catalog');
    const told = (address: string) => ({
      check: 'name.resolves',
      hostname: 'catalog.shop.internal',
      hosts: ['vm-a', 'vm-b'],
      addresses: [address],
    });
    expect(steps[0]).toMatchObject({
      apply: [{ op: 'manual', instruction: `let catalog.shop.internal answer ${twinAnswers}`, done: [told(twinAnswers)] }],
      revert: [{ op: 'manual', instruction: 'let catalog.shop.internal answer 192.0.2.11 again', done: [told('192.0.2.11')] }],
      require: [{ check: 'workload.rolledOut', name: 'catalog', proxy: false }],
    });
    expect(gate.checks).toContainEqual({ check: 'unit.unreached', host: 'vm-a', unit: 'catalog.service', ports: [8080] });
    expect(gate.checks).toContainEqual(told(twinAnswers));
  });

  it('publishes the name with the pods alone behind it, where they are, before a caller joins', () => {
    const plan = platformFirst(undefined, onPath('platform-first', `    namespace: other\n${switchLine()}`));
    const [, entry] = manifests(plan, 'ServiceEntry');
    expect(entry?.metadata.namespace).toBe('shop');
    expect(entry?.['spec']).toMatchObject({ hosts: ['catalog.shop.internal'], workloadSelector: { labels: { app: 'catalog' } } });
    const order = plan.stages.map(({ id }) => id);
    expect(order.indexOf('join-catalog-twin')).toBeLessThan(order.indexOf('join-web'));
    expect(stage(plan, 'join-web').steps[0]?.verify).toContainEqual(
      expect.objectContaining({ check: 'proxy.endpoints', backend: 'outbound|8080||catalog.shop.internal' }),
    );
  });

  it('has no rungs, so that none is left out at a rate too low for them', () => {
    const yaml = onPath('platform-first', `    requestsPerSecond: 0.01\n${switchLine()}`);
    expect(codes(platformFirst(undefined, yaml)).filter((one) => one.includes('MW1371'))).toEqual([]);
    const byWeights = onPath('mesh-first', '    requestsPerSecond: 0.01\n');
    expect(codes(platformFirst(undefined, byWeights))).toContain('info MW1371 catalog');
  });

  it('judges the twin by what the unit got and called', () => {
    expect(stage(platformFirst(), 'join-catalog-twin').gate.metrics.map(({ subject }) => subject)).toEqual([
      'requests to port 8080 of shop/catalog',
      'requests to port 8080 of shop/catalog',
      'shop/catalog to pricing.shop.internal',
      'shop/catalog to pricing.shop.internal',
    ]);
  });

  it('does not restart a twin that is in the mesh already', () => {
    const plan = platformFirst(({ twin, inventory }) => {
      twin.meshed = true;
      for (const one of inventory.workloads) if (one.role === 'twin') one.position.mesh = 'on';
    });
    expect(stage(plan, 'join-catalog-twin').steps.map(({ action }) => action)).toEqual(['publish-name']);
    expect(stage(plan, 'switch-catalog').steps[0]?.require).toMatchObject([{ proxy: true }]);
  });

  it('moves a service that a stranger calls, since DNS is the bridge, and keeps it open for him', () => {
    const plan = platformFirst(({ inventory, webCallsCatalog }) =>
      inventory.dependencies.push({ ...webCallsCatalog, from: 'external/192.0.2.99' }),
    );
    expect(plan.stages.map(({ id }) => id)).toContain('switch-catalog');
    expect(deferred(plan)).toContain('catalog enforce MW1316');
    expect(plan.stages.map(({ id }) => id)).not.toContain('enforce-catalog');
  });

  it('takes TCP by the addresses that DNS leads to', () => {
    const plan = platformFirst(undefined, onPath('platform-first', `    protocol: tcp\n${switchLine()}`));
    const entry = manifests(plan, 'ServiceEntry').find(({ metadata }) => metadata.name === 'catalog');
    expect(entry?.['spec']).toMatchObject({ addresses: [twinAnswers], ports: [{ protocol: 'TCP' }] });
  });

  it('does not refuse plaintext to what the old unit calls: it stays outside, and no step stops it', () => {
    expect(deferred(platformFirst())).toEqual(['pricing enforce MW1316', 'catalog retire MW1317']);
    expect(platformFirst().complete).toBe(false);
  });

  it('recycles connections of a caller’s host to where DNS led them, before STRICT', () => {
    const yaml = onPath('platform-first', switchLine());
    const plan = platformFirst(({ inventory }) => {
      inventory.dependencies = inventory.dependencies.filter(({ to }) => to !== 'service/pricing');
      inventory.dependencies.push(called('vm/vm-b/pricing.service', 'catalog', 8080));
    }, yaml);
    const recycle = stage(plan, 'enforce-catalog').steps.find(({ action }) => action.startsWith('recycle'));
    expect(recycle?.apply).toMatchObject([{ op: 'host.recycle', host: 'vm-b', peers: [{ address: twinAnswers, port: 8080 }] }]);
  });
});

describe('platform first is refused', () => {
  const refusedBy = (yaml: string, change?: Parameters<typeof platformFirst>[0]): string[] =>
    codes(platformFirst(change, yaml)).filter((one) => one.startsWith('error'));

  it.each<[string, string, string]>([
    ['without a word on where the twin answers', 'error MW1362 catalog', onPath('platform-first')],
    ['where the name would answer the unit', 'error MW1363 catalog', onPath('platform-first', switchLine('192.0.2.80, 192.0.2.11'))],
    ['where the name would answer another host', 'error MW1363 catalog', onPath('platform-first', switchLine('192.0.2.12'))],
    [
      'where the name is another service’s too',
      'error MW1363 catalog',
      onPath('platform-first', switchLine()).replace('hostname: pricing.shop', 'hostname: catalog.shop'),
    ],
    ['while its state is not known', 'error MW1315 catalog', onPath('platform-first', switchLine()).replace('state: none\n    workload', 'workload')],
    ['of a service in Kubernetes', 'error MW1360 web', shopYaml.replace('name: web, state', 'name: web, path: platform-first, state')],
    ['without a twin', 'error MW1307 pricing', shopYaml.replace('path: stay', 'path: platform-first')],
    ['with an end of its unit', 'error MW1326 catalog', onPath('platform-first', `    retire: { name: kept }\n${switchLine()}`)],
    [
      'beside a unit that joins',
      'error MW1361 catalog',
      onPath('platform-first', switchLine()).replace('host: vm-b, unit: pricing', 'host: vm-a, unit: pricing'),
    ],
  ])('%s', (_, expected, yaml) => {
    expect(refusedBy(yaml)).toContain(expected);
  });

  it('for callers that use the address, and for a unit that has joined', () => {
    const yaml = onPath('platform-first', switchLine());
    expect(refusedBy(yaml, ({ webCallsCatalog }) => (webCallsCatalog.addressedBy = 'ip'))).toEqual(['error MW1364 catalog']);
    expect(
      refusedBy(yaml, ({ inventory }) => {
        for (const one of inventory.workloads) if (one.id.startsWith('vm/vm-a')) one.position.mesh = 'on';
      }),
    ).toContain('error MW1360 catalog');
  });

  it('of its twin when that is not ready; nothing else of the host matters', () => {
    const yaml = onPath('platform-first', switchLine());
    expect(refusedBy(yaml, ({ twin }) => (twin.readyReplicas = 1))).toEqual(['error MW1308 catalog']);
    expect(refusedBy(yaml, ({ vmA }) => (vmA.firewall.backend = 'none'))).toEqual([]);
  });

  it('STRICT waits where a caller was in the mesh before the name was', () => {
    const plan = platformFirst(({ inventory, web }) => {
      web.meshed = true;
      for (const one of inventory.workloads) if (one.service === 'web') one.position.mesh = 'on';
    });
    expect(deferred(plan)).toContain('catalog enforce MW1365');
    expect(plan.stages.map(({ id }) => id)).toContain('switch-catalog');
  });
});
