import { describe, expect, it } from 'vitest';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { called, grownPlan, grownYaml } from '../fakes/grown.ts';
import { codes, deferred, manifests, stage } from '../fakes/read-plan.ts';
import { shopPlan, shopYaml } from '../fakes/shop.ts';
import { threshold } from '../fakes/metrics.ts';

/** The sample estate, with a catalog that speaks TCP. */
const tcpYaml = shopYaml.replace('    port: 8080\n', '    port: 8080\n    protocol: tcp\n');
const tcpPlan = (yaml = tcpYaml): MigrationPlan => shopPlan(undefined, yaml);

describe('a TCP service with a twin', () => {
  const plan = tcpPlan();

  it('is published by its addresses, and routed by them', () => {
    const [entry] = manifests(plan, 'ServiceEntry').filter(({ metadata }) => metadata.name === 'catalog');
    expect(entry?.['spec']).toMatchObject({
      addresses: ['192.0.2.11'],
      ports: [{ number: 8080, name: 'tcp', protocol: 'TCP' }],
    });
    const [route] = manifests(plan, 'VirtualService');
    expect(route?.['spec']).toEqual({
      hosts: ['catalog.shop.internal'],
      tcp: [
        {
          match: [{ port: 8080 }],
          route: [
            { destination: { host: 'catalog-vm.shop.svc.cluster.local', port: { number: 8080 } }, weight: 100 },
            { destination: { host: 'catalog-k8s.shop.svc.cluster.local', port: { number: 8080 } }, weight: 0 },
          ],
        },
      ],
    });
    expect(manifests(plan, 'HTTPRoute')).toEqual([]);
  });

  it('moves by one switch, which declares what it closes', () => {
    const { steps } = stage(plan, 'shift-catalog');
    const [rung, ...more] = steps.filter(({ apply }) => apply.some(({ op }) => op === 'route.weights'));
    expect(more).toEqual([]);
    expect(rung).toMatchObject({ id: 'shift-catalog/switch', interruption: 'connection-reset', verify: [] });
    expect(rung?.interruptionDetail).toContain('there and on the way back');
    expect(rung?.apply).toEqual([
      expect.objectContaining({
        ref: { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', namespace: 'shop', name: 'catalog' },
        backends: [
          { name: 'catalog-vm', weight: 0 },
          { name: 'catalog-k8s', weight: 100 },
        ],
      }),
    ]);
    expect(rung?.revert).toEqual([expect.objectContaining({ backends: [{ name: 'catalog-vm', weight: 100 }, { name: 'catalog-k8s', weight: 0 }] })]);
  });

  it('declares that STRICT closes what its proxies hold, on the VM and in the pods', () => {
    const strict = stage(plan, 'enforce-catalog').steps.filter(({ action }) => action.startsWith('strict'));
    expect(strict.map(({ action, interruption }) => [action, interruption])).toEqual([
      ['strict-vm', 'connection-reset'],
      ['strict-pods', 'connection-reset'],
    ]);
    expect(strict[0]?.interruptionDetail).toContain('TCP connections to catalog');
    const http = stage(plan, 'enforce-pricing').steps.filter(({ action }) => action.startsWith('strict'));
    expect(http.map(({ interruption }) => interruption)).toEqual(['none']);
  });

  it('declares that a host which serves or calls it closes its connections on the way back, and no other host', () => {
    const captures = plan.stages.flatMap(({ steps }) => steps.filter(({ action }) => action === 'capture'));
    const grown = grownPlan(undefined, grownYaml.replace(', serverFirst: true', ''));
    const inGrown = grown.stages.flatMap(({ steps }) => steps.filter(({ action }) => action === 'capture'));
    const said = [...captures, ...inGrown].map(({ id, interruption }) => `${id} ${interruption}`);
    expect(said).toEqual([
      'join-pricing/capture none',
      'join-catalog/capture connection-reset',
      'join-vm-b/capture none',
      // It serves the ledger, and vm-a calls it.
      'join-vm-c/capture connection-reset',
      'join-catalog/capture connection-reset',
    ]);
    const [drain] = (inGrown[2]?.revert === 'irreversible' ? [] : (inGrown[2]?.revert ?? [])).filter(({ op }) => op === 'host.drain');
    expect(drain).toMatchObject({ thenClose: true });
    expect(inGrown[2]?.interruptionDetail).toContain('on the way back only');
  });

  it('is judged by connections: all new ones at the twin, none at the VM, none refused', () => {
    const rung = stage(plan, 'shift-catalog').steps.find(({ action }) => action === 'switch');
    const metrics = (rung?.gate?.metrics ?? []).filter(({ test }) => test === 'threshold').map(threshold);
    expect(metrics.map(({ name, min, max }) => [name, min, max])).toEqual([
      ['traffic-share', 0.995, 1],
      ['traffic-share', 0.95, 1],
      ['traffic', 1, undefined],
      ['error-rate', undefined, expect.any(Number)],
    ]);
    for (const { query, total, minRequests } of metrics) {
      expect(`${query} ${total ?? ''}`).toMatch(/upstream_cx_(total|active|connect_fail)/);
      expect(`${query} ${total ?? ''}`).not.toContain('upstream_rq');
      expect(minRequests).toBe(1);
    }
  });

  it('is judged after the proxies have drained, when its connections have moved', () => {
    const rung = stage(plan, 'shift-catalog').steps.find(({ action }) => action === 'switch');
    const { gate } = stage(shopPlan(), 'enforce-pricing');
    const drainMs = 45_000;
    expect(rung?.gate?.bakeMs).toBe(gate.bakeMs + drainMs);
    expect(stage(plan, 'enforce-catalog').gate.bakeMs).toBe(gate.bakeMs + drainMs);
    expect(threshold(rung?.gate?.metrics[0]).query).toContain('upstream_cx_active');
  });

  it('moves callers by address too: the address is what its route matches', () => {
    const yaml = grownYaml.replace('    port: 8080\n', '    port: 8080\n    protocol: tcp\n');
    const plan = grownPlan(({ dependencies }) => {
      dependencies.push(called('k8s/lab/shop/Deployment/web', 'catalog', 8080, 'ip'));
    }, yaml);
    expect(deferred(plan).filter((line) => line.startsWith('catalog'))).toEqual(['catalog retire MW1317']);
  });

  it('cannot be retired: nothing tells of what still goes over old connections', () => {
    const plan = tcpPlan(tcpYaml.replace('    path: mesh-first\n', '    path: mesh-first\n    retire: { name: kept }\n'));
    expect(codes(plan)).toContain('error MW1326 catalog');
  });

  it('does not move when its server speaks first: no proxy knows it', () => {
    const plan = tcpPlan(tcpYaml.replace('protocol: tcp\n', 'protocol: tcp\n    serverFirst: true\n'));
    expect(codes(plan)).toContain('error MW1310 catalog');
    expect(plan.stages.map(({ id }) => id)).not.toContain('shift-catalog');
  });
});
