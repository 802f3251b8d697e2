import { describe, expect, it } from 'vitest';
import type { PeerAuthentication } from '../../src/inventory/schema.ts';
import { type ShopParts, shopPlan } from '../fakes/shop.ts';

const policy = (over: Partial<PeerAuthentication>): PeerAuthentication => ({
  kind: 'PeerAuthentication',
  namespace: 'istio-system',
  name: 'default',
  selector: {},
  mode: 'STRICT',
  portModes: {},
  ...over,
});

/** The plan's refusals of a shop whose mesh has these policies. */
function refused(policies: PeerAuthentication[], alter: (parts: ShopParts) => void = () => {}): string[] {
  const plan = shopPlan((parts) => {
    for (const cluster of parts.inventory.clusters) cluster.policies = policies;
    alter(parts);
  });
  const found = plan.findings.filter(({ code }) => code === 'MW1713');
  expect(plan.applyable).toBe(found.length === 0);
  return found.map(({ subject, message }) => `${subject}: ${message}`);
}

describe('a policy of the mesh that is STRICT already', () => {
  it('refuses the plan, for each workload whose callers are outside', () => {
    expect(refused([policy({})])).toEqual([
      'catalog: PeerAuthentication istio-system/default refuses plaintext at vm/vm-a/catalog.service, which is called by k8s/lab/shop/Deployment/web, not in the mesh.',
      'catalog: PeerAuthentication istio-system/default refuses plaintext at k8s/lab/shop/Deployment/catalog, which is called by k8s/lab/shop/Deployment/web, not in the mesh.',
      expect.stringMatching(/^pricing: .* at vm\/vm-b\/pricing\.service, which is called by /),
    ]);
  });

  it.each([
    ['there is none', []],
    ['it is PERMISSIVE', [policy({ mode: 'PERMISSIVE' })]],
    ['it is of another namespace', [policy({ namespace: 'elsewhere' })]],
    ['the namespace says otherwise', [policy({}), policy({ namespace: 'shop', mode: 'PERMISSIVE' })]],
  ])('refuses nothing when %s', (_, policies) => {
    expect(refused(policies)).toEqual([]);
  });

  it('is no matter for a workload that has joined, nor where all callers have', () => {
    const join =
      (...services: string[]) =>
      ({ inventory }: ShopParts): void =>
        inventory.workloads.filter(({ service }) => services.includes(service)).forEach(({ position }) => (position.mesh = 'on'));
    expect(refused([policy({})], join('pricing', 'catalog'))).toEqual([]);
    expect(refused([policy({})], join('web')).map((line) => line.split(':')[0])).toEqual(['pricing']);
  });
});
