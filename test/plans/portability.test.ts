import { describe, expect, it } from 'vitest';
import type { Stage } from '../../src/plans/plan.ts';
import { portability, proprietaryObjects } from '../../src/plans/portability.ts';
import { renderPortability } from '../../src/report/portability-text.ts';
import { planOf } from '../fakes/plan.ts';
import { shopPlan, shopYaml } from '../fakes/shop.ts';

/** A stage that creates these objects and no other. */
function stageOf(...objects: [apiVersion: string, kind: string, spec?: object][]): Stage {
  const stage = structuredClone(planOf([{ steps: 1 }]).stages[0]);
  const step = stage?.steps[0];
  if (!stage || !step) throw new Error('no stage');
  step.apply = objects.map(([apiVersion, kind, spec], index) => ({
    op: 'kube.create',
    cluster: 'lab',
    manifest: { apiVersion, kind, metadata: { name: `o-${index}`, namespace: 'shop' }, ...(spec && { spec }) },
  }));
  return stage;
}
const kindsOf = (...objects: Parameters<typeof stageOf>) =>
  portability({ stages: [stageOf(...objects)] }).kinds.map(({ kind, portability: is }) => `${kind} ${is}`);

describe('portability', () => {
  it('counts what the shop’s plan creates, and every object once', () => {
    const { total, kinds, stages } = portability(shopPlan());
    expect(total).toEqual({ core: 4, 'gateway-api': 1, proprietary: 11 });
    expect(kinds.map(({ kind, count }) => `${kind} ${count}`)).toEqual([
      'Service 2',
      'ServiceAccount 2',
      'HTTPRoute 1',
      'DestinationRule 3',
      'ServiceEntry 2',
      'WorkloadGroup 2',
      'PeerAuthentication 4',
    ]);
    expect(stages.map(({ stage }) => stage)).toEqual([
      'join-pricing',
      'join-catalog',
      'enforce-pricing',
      'enforce-catalog',
      'enforce-web',
    ]);
    const sum = stages.flatMap((stage) => stage.kinds).reduce((all, { count }) => all + count, 0);
    expect(sum).toBe(16);
  });

  it('names the proprietary objects', () => {
    const objects = proprietaryObjects(shopPlan().stages);
    expect(objects).toHaveLength(11);
    expect(objects[0]).toEqual({
      apiVersion: 'networking.istio.io/v1',
      kind: 'WorkloadGroup',
      namespace: 'shop',
      name: 'pricing-vm',
    });
    expect(objects.some(({ kind }) => ['Service', 'ServiceAccount', 'HTTPRoute'].includes(kind))).toBe(false);
    expect(proprietaryObjects([])).toEqual([]);
  });

  it('tells Kubernetes’ own groups from others by their names', () => {
    expect(kindsOf(['v1', 'Service'], ['apps/v1', 'Deployment'], ['networking.k8s.io/v1', 'NetworkPolicy'])).toEqual([
      'Service core',
      'Deployment core',
      'NetworkPolicy core',
    ]);
    expect(kindsOf(['notk8s.io/v1', 'Odd'], ['k8s.io.example.com/v1', 'Odd'])).toEqual([
      'Odd proprietary',
      'Odd proprietary',
    ]);
  });

  it('says what the portable form would be, that there is none, or that it is not known', () => {
    const noteOf = (...object: Parameters<typeof stageOf>[number]) =>
      portability({ stages: [stageOf(object)] }).kinds[0]?.note;
    expect(noteOf('networking.istio.io/v1', 'VirtualService')).toContain('TCPRoute');
    expect(noteOf('security.istio.io/v1', 'PeerAuthentication')).toContain('no portable form');
    expect(noteOf('example.com/v1', 'Widget')).toContain('not known');
    expect(noteOf('security.istio.io/v1', 'constructor')).toContain('not known');
    expect(noteOf('v1', 'Service')).toBeUndefined();
  });

  it('says that a route leans on a mesh’s own parent, and of a portable parent nothing', () => {
    const route = (group: string, kind: string) =>
      portability({ stages: [stageOf(['gateway.networking.k8s.io/v1', 'HTTPRoute', { parentRefs: [{ group, kind }] }])] })
        .kinds[0]?.note;
    expect(route('networking.istio.io', 'ServiceEntry')).toContain('ServiceEntry (networking.istio.io)');
    expect(route('', 'Service')).toBeUndefined();
  });

  it('has the TCP route of the shop among the proprietary', () => {
    const tcp = shopPlan(undefined, shopYaml.replace('    path: mesh-first\n', '    path: mesh-first\n    protocol: tcp\n'));
    expect(portability(tcp).total['gateway-api']).toBe(0);
    expect(proprietaryObjects(tcp.stages).map(({ kind }) => kind)).toContain('VirtualService');
  });

  it('is printed with its table and notes, and for a plan without objects in a line', () => {
    const text = renderPortability(portability(shopPlan()));
    expect(text).toContain('16 objects: 5 portable, 11 proprietary');
    expect(text).toMatch(/join-catalog +HTTPRoute +gateway\.networking\.k8s\.io +1 +portable/);
    expect(text).toContain('HTTPRoute: its parent is a ServiceEntry');
    expect(renderPortability(portability(planOf([{ steps: 1 }])))).toBe('The plan creates no object.');
  });
});
