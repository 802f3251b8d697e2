import { describe, expect, it } from 'vitest';
import type { Check } from '../../src/plans/check.ts';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { grownPlan } from '../fakes/grown.ts';
import { shopPlan, shopYaml } from '../fakes/shop.ts';

const trustIn = (plan: MigrationPlan, stage: string): Check[] =>
  plan.stages
    .filter(({ id }) => id === stage)
    .flatMap(({ gate }) => gate.checks)
    .filter(({ check }) => check === 'host.clock' || check === 'credential.outlives');
const hostsIn = (checks: readonly Check[]): string[] => checks.flatMap((check) => ('host' in check ? [check.host] : []));
const withGate = (gate: string): string =>
  shopYaml.includes('policy:') ? shopYaml.replace('policy:', `policy:\n  gate: ${gate}`) : `${shopYaml}policy:\n  gate: ${gate}\n`;

describe('whether a joined host stays trusted', () => {
  it('is asked in the gate of its join, by the defaults', () => {
    expect(trustIn(shopPlan(), 'join-catalog')).toEqual([
      { check: 'host.clock', host: 'vm-a', cluster: 'lab', maxSkewSeconds: 5 },
      { check: 'credential.outlives', host: 'vm-a', seconds: 3600 },
    ]);
  });

  it('is asked, once of each host, in every later stage that rests on it: its own, and those of what it calls', () => {
    const plan = shopPlan();
    const later = plan.stages.filter(({ move, id }) => ['shift', 'enforce'].includes(move) && id.endsWith('catalog'));
    expect(later.map(({ move }) => move).sort()).toEqual(['enforce', 'shift']);
    for (const { id } of later) expect(hostsIn(trustIn(plan, id))).toEqual(['vm-a', 'vm-a']);
    // Units of vm-a and vm-c call those of vm-b.
    const grown = grownPlan();
    expect(new Set(hostsIn(trustIn(grown, 'enforce-vm-b')))).toEqual(new Set(['vm-a', 'vm-b', 'vm-c']));
    for (const { gate } of [...plan.stages, ...grown.stages]) {
      const asked = gate.checks.map((check) => JSON.stringify(check));
      expect(new Set(asked).size).toBe(asked.length);
    }
  });

  it('is nothing for pods, whose platform sees to it', () => {
    const plan = shopPlan();
    const pods = plan.stages.filter(({ move, subjects }) => move === 'join' && subjects.every((id) => id.startsWith('k8s/')));
    expect(pods.length).toBeGreaterThan(0);
    for (const { id } of pods) expect(trustIn(plan, id)).toEqual([]);
  });

  it('is by the windows that the estate states', () => {
    const plan = shopPlan(undefined, withGate('{ outageSeconds: 14400, maxClockSkewSeconds: 2.5 }'));
    expect(trustIn(plan, 'join-catalog')).toMatchObject([{ maxSkewSeconds: 2.5 }, { seconds: 14_400 }]);
  });

  it('is of the token too where another authority than istiod signs', () => {
    const signedBy = (caAddress: string): Check[] =>
      trustIn(shopPlan(({ mesh }) => void (mesh.caAddress = caAddress)), 'join-catalog');
    expect(signedBy('cert-manager-istio-csr.cert-manager.svc:443')).toMatchObject([{}, { seconds: 3600, token: true }]);
    expect(signedBy('istiod.istio-system.svc:15012')[1]).not.toHaveProperty('token');
  });
});

it('each rung asks whether all that takes the next share is there and ready', () => {
  const rungs = shopPlan().stages.find(({ id }) => id === 'shift-catalog')?.steps.filter(({ gate }) => gate) ?? [];
  expect(rungs.length).toBeGreaterThan(1);
  const whole = { check: 'workload.rolledOut', cluster: 'lab', namespace: 'shop', kind: 'Deployment', name: 'catalog', proxy: true };
  for (const { gate } of rungs) expect(gate?.checks).toEqual([whole]);
});
