import { describe, expect, it } from 'vitest';
import type { Inventory } from '../../src/inventory/schema.ts';
import { type CallAfter, callsAfter } from '../../src/plans/calls-after.ts';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { estateAfter } from '../../src/plans/positions.ts';
import { called, grownInventory, grownPlan, grownYaml, reports } from '../fakes/grown.ts';
import { shiftedTo } from '../fakes/partly.ts';
import { shopInventory, shopPlan } from '../fakes/shop.ts';

const [web, catalog, twin, pricing] = [
  'k8s/lab/shop/Deployment/web',
  'vm/vm-a/catalog.service',
  'k8s/lab/shop/Deployment/catalog',
  'vm/vm-b/pricing.service',
];
const calls = (plan: MigrationPlan, inventory: Inventory, wave: number): CallAfter[] =>
  callsAfter(inventory, estateAfter(plan, inventory, wave));
const short = (all: readonly CallAfter[]): string[] =>
  all.map(({ from, to, share, wire, isEnforced }) => `${from} ${to} ${share} ${wire}${isEnforced ? ' only' : ''}`);
const shop = (wave: number): string[] => short(calls(shopPlan(), shopInventory(), wave));
const waveOf = (plan: MigrationPlan, id: string): number => plan.stages.find((one) => one.id === id)?.wave ?? -1;

describe('the calls of the shop', () => {
  it('are plaintext before the first wave', () => {
    expect(shop(0)).toEqual([
      `${web} ${catalog} 100 plaintext`,
      `${catalog} ${pricing} 100 plaintext`,
      `${twin} ${pricing} 100 plaintext`,
    ]);
  });

  it('are half-meshed while one end is outside', () => {
    const wave = waveOf(shopPlan(), 'join-catalog');
    expect(shop(wave)).toEqual([
      `${web} ${catalog} 100 half`,
      `${catalog} ${pricing} 100 mtls`,
      `${twin} ${pricing} 100 mtls`,
    ]);
  });

  it('go to the twin, and come from it, once it has shifted; then plaintext is refused', () => {
    const shifted = [`${web} ${twin} 100 mtls`, `${twin} ${pricing} 100 mtls`];
    expect(shop(waveOf(shopPlan(), 'shift-catalog'))).toEqual(shifted);
    expect(shop(99)).toEqual(shifted.map((one) => `${one} only`));
  });

  it('are divided on a rung between', () => {
    const plan = shiftedTo(shopPlan(), 25);
    expect(short(calls(plan, shopInventory(), waveOf(plan, 'shift-catalog')))).toEqual([
      `${web} ${catalog} 75 mtls`,
      `${web} ${twin} 25 mtls`,
      `${catalog} ${pricing} 100 mtls`,
      `${twin} ${pricing} 100 mtls`,
    ]);
  });
});

describe('a call that passes a proxy by', () => {
  const of = (from: string, to: string, plan = grownPlan(), inventory = grownInventory()): CallAfter | undefined =>
    calls(plan, inventory, 99).find((one) => one.from === from && one.to === to);

  it('stays half-meshed: to a port that is not captured, and of a caller that cannot join', () => {
    expect(of(twin, 'vm/vm-c/ledger.service')).toMatchObject({
      wire: 'half',
      why: "port 9090 of the server's host is not captured",
    });
    expect(of('external/192.0.2.50', pricing)).toMatchObject({ wire: 'half' });
    expect(of('external/192.0.2.50', pricing)).not.toHaveProperty('why');
  });

  it('is encrypted where a process of a joined host calls, and an address that is published', () => {
    expect(of('external/vm/vm-c/nightly.service', pricing)?.wire).toBe('mtls');
    expect(of(reports, 'vm/vm-b/stock.service')?.wire).toBe('mtls');
  });

  it('is plaintext between two units of one host', () => {
    const inventory = grownInventory(({ dependencies }) => {
      dependencies.push(called('vm/vm-b/stock.service', 'pricing', 8081));
    });
    expect(of('vm/vm-b/stock.service', pricing, grownPlan(), inventory)).toMatchObject({
      wire: 'plaintext',
      why: 'both are on one host, where no proxy takes part',
    });
  });

  it('is half-meshed where the caller uses the address of a pod', () => {
    const inventory = shopInventory(({ inventory: { dependencies } }) => {
      dependencies.push({ ...called(pricing, 'web', 80, 'ip'), to: web });
    });
    expect(of(pricing, web, shopPlan(), inventory)).toMatchObject({ wire: 'half', why: /address/ });
  });

  it('is half-meshed where the port is excluded from what the caller sends', () => {
    const yaml = grownYaml.replace(
      'address: 192.0.2.11, user: ops',
      'address: 192.0.2.11, user: ops, excludeOutboundPorts: [8081]',
    );
    expect(yaml).not.toBe(grownYaml);
    const plan = grownPlan(undefined, yaml);
    expect(short(calls(plan, grownInventory(), waveOf(plan, 'join-catalog')))).toContain(
      `${catalog} ${pricing} 100 half`,
    );
  });

  it('goes to the service itself where none of its workloads is known', () => {
    const inventory = shopInventory(({ inventory: { dependencies } }) => {
      dependencies.push(called(web, 'unknown', 80));
    });
    expect(of(web, 'service/unknown', shopPlan(), inventory)).toMatchObject({ wire: 'half', share: 100 });
  });
});
