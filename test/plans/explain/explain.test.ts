import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMeshError, type MeshError } from '../../../src/errors/index.ts';
import { explain, type Explanation } from '../../../src/plans/explain/explain.ts';
import { nearest } from '../../../src/plans/explain/nearest.ts';
import type { MigrationPlan } from '../../../src/plans/plan.ts';
import { renderExplanation } from '../../../src/report/explain-text.ts';
import { retiringYaml, shopPlan, shopYaml } from '../../fakes/shop.ts';

const retiring = retiringYaml('{ name: dns, answers: [192.0.2.99] }');
const tcp = shopYaml.replace('    path: mesh-first\n', '    path: mesh-first\n    protocol: tcp\n');
const allOf = (plan: MigrationPlan): string[] =>
  plan.stages.flatMap(({ id, wave, steps }) => [id, `wave-${wave}`, ...steps.map((step) => step.id)]);
const of = (name: string, yaml = shopYaml): Explanation => explain(shopPlan(undefined, yaml), name);

function refusal(name: string): MeshError {
  try {
    of(name);
  } catch (error) {
    if (isMeshError(error)) return error;
  }
  throw new Error('it was explained');
}

describe.each([
  ['the shop', shopYaml],
  ['a shop that retires a unit', retiring],
  ['a shop of TCP', tcp],
])('every part of the plan of %s', (_, yaml) => {
  const plan = shopPlan(undefined, yaml);

  it.each(allOf(plan))('is explained whole: %s', (name) => {
    const one = explain(plan, name);
    expect(one.id).toBe(name);
    expect(one.why.length).toBeGreaterThan(0);
    expect(Object.values(one.touches).flat().length).toBeGreaterThan(0);
    expect(one.needs.rights.length).toBeGreaterThan(0);
    expect([one.traffic.length, one.watched.length, one.undo.length].every((count) => count > 0)).toBe(true);
    const text = renderExplanation(one);
    expect(text).not.toMatch(/undefined|\[object|NaN/);
    for (const title of ['Why it is here', 'Rights', 'What it does to traffic', 'How it is watched', 'How it is undone'])
      expect(text).toContain(title);
  });
});

describe('an explanation', () => {
  it('says the hard rule, and which callers it is about, with the step by which each joins', () => {
    expect(of('shift-catalog/weight-25').why).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^hard rule 2: /),
        'caller Deployment shop/web: it joins by join-web/enrol',
      ]),
    );
    expect(of('enforce-pricing').why.join('\n')).toContain('hard rule 1: ');
    expect(of('retire-catalog/stop', retiring).why.join('\n')).toContain('hard rule 3: ');
  });

  it('says what a step rests on, and no more: the objects, hosts and proxies that earlier ones change', () => {
    expect(of('shift-catalog/weight-1').needs.steps).toEqual(['join-catalog/publish-name', 'join-web/enrol']);
    expect(of('join-pricing/capture').needs.steps).toEqual(['join-pricing/proxy']);
    expect(of('join-pricing/identity').needs.steps).toEqual([]);
    expect(of('shift-catalog').needs.steps).not.toContain('shift-catalog/weight-1');
  });

  it('says what it touches: objects, files, units, connections, and what a person does', () => {
    const proxy = of('join-pricing/proxy').touches;
    expect(proxy.files).toContain('vm-b: /var/lib/meshway/proxy/proxy.env 0600');
    expect(proxy.units).toEqual(['starts meshway-proxy.service on vm-b']);
    expect(of('join-pricing/capture').touches.connections[0]).toContain('new connections to vm-b on ports 8081');
    expect(of('retire-catalog/name', retiring).touches.byHand).toEqual([
      'let catalog.shop.internal answer 192.0.2.99',
    ]);
    expect(of('shift-catalog/weight-5').touches.connections).toEqual([
      'of new requests to catalog, 95 % to catalog-vm, 5 % to catalog-k8s',
    ]);
  });

  it('says what is lost: a declared restart, or nothing', () => {
    expect(of('join-web/enrol').traffic[0]).toMatch(/^join-web\/enrol \[restart\]: 2 pod\(s\) of Deployment shop\/web/);
    expect(of('join-pricing/identity').traffic[0]).toBe('interrupts nothing');
  });

  it('says until when it can be undone: up to the first commit point after it', () => {
    expect(of('join-web').until).toMatch(/^at any time/);
    expect(of('join-web', retiring).until).toContain('until retire-catalog/stop is done');
    const stop = of('retire-catalog/stop', retiring);
    expect(stop.undo).toEqual(['retire-catalog/stop cannot be undone']);
    expect(stop.until).toContain('until retire-catalog/stop');
  });

  it('says what the plan has found and left out, and who stays outside', () => {
    expect(of('join-catalog').why.join('\n')).toContain('retire is left for later (MW1317)');
    const exempt = `${shopYaml}exemptions: [{ caller: external/192.0.2.9, service: pricing, reason: an appliance }]\n`;
    const plan = shopPlan(({ inventory }) => {
      const [first] = inventory.dependencies;
      if (first) inventory.dependencies.push({ ...structuredClone(first), from: 'external/192.0.2.9', to: 'service/pricing' });
    }, exempt);
    expect(explain(plan, 'enforce-pricing').why).toContain('external/192.0.2.9 stays outside the mesh: an appliance');
    expect(explain(plan, 'join-web').why.join('\n')).not.toContain('appliance');
  });

  it('says that a stage is frozen', () => {
    const yaml = `${shopYaml}policy: { freeze: [{ from: 2026-12-20T00:00:00Z, until: 2027-01-03T00:00:00Z, reason: year end }] }\n`;
    expect(of('join-web', yaml).why).toContain(
      'it does not begin from 2026-12-20T00:00:00Z to 2027-01-03T00:00:00Z: year end',
    );
  });

  it('takes a wave by its number too, and a stage before a wave', () => {
    expect(of('2')).toMatchObject({ kind: 'wave', id: 'wave-2', parts: ['join-catalog', 'join-catalog-twin'] });
    expect(of('wave 2').id).toBe('wave-2');
    const plan = structuredClone(shopPlan());
    const [stage] = plan.stages;
    if (stage) stage.id = '2';
    expect(explain(plan, '2').kind).toBe('stage');
  });

  it('names the nearest of what it does not know', () => {
    expect(refusal('join-wbe/enrol')).toMatchObject({ code: 'MW1385', exit: 64 });
    expect(refusal('join-wbe/enrol').args['nearest']).toMatch(/^join-web\/enrol, /);
    expect(refusal('weight-25').args['nearest']).toMatch(/^shift-catalog\/weight-25, /);
    expect(refusal('wave-9').args['nearest']).toMatch(/^wave-/);
    expect(refusal('x'.repeat(100_000)).causeText.length).toBeLessThan(400);
  });
});

describe('the nearest names', () => {
  it('begin with the name itself, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 20 }), { minLength: 1, maxLength: 8 }), (names) => {
        const [first = ''] = names;
        fc.pre(first === first.toLowerCase() && first !== '');
        expect(nearest(first, names, 1)).toEqual([first]);
      }),
    );
  });
});
