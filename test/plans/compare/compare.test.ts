import { describe, expect, it } from 'vitest';
import { comparePaths, type Comparison, type PathColumn, type ServiceRow } from '../../../src/plans/compare/compare.ts';
import { predictedSeconds } from '../../../src/plans/duration.ts';
import { sha256Digest } from '../../../src/ports/hash.ts';
import { providerOf } from '../../../src/providers/index.ts';
import { renderComparison } from '../../../src/report/compare-text.ts';
import { toTerminal } from '../../../src/report/style.ts';
import { onPath, switchLine } from '../../fakes/path-shop.ts';
import { shopEstate, shopInventory, type ShopParts, shopPlan } from '../../fakes/shop.ts';

const yaml = onPath('mesh-first', switchLine());
const compared = (change?: (parts: ShopParts) => void, text = yaml): Comparison =>
  comparePaths({
    id: 'shop',
    estate: shopEstate(text),
    inventory: shopInventory(change),
    provider: providerOf('istio'),
    digests: { estate: sha256Digest('estate'), inventory: sha256Digest('inventory') },
    hash: sha256Digest,
  });
const column = ({ columns }: Comparison, path: PathColumn['path']): PathColumn => columns.find((one) => one.path === path)!;
const row = ({ services }: Comparison, service: string, path: string): ServiceRow =>
  services.find((one) => one.service === service && one.path === path)!;

describe('paths side by side', () => {
  const comparison = compared();

  it('has each path, and what the estate says', () => {
    expect(comparison.columns.map(({ path, on }) => [path, on])).toEqual([
      ['mesh-first', ['catalog']],
      ['platform-first', ['catalog']],
      ['direct', ['catalog']],
      ['stay', ['catalog', 'pricing']],
      ['chosen', ['catalog', 'pricing']],
    ]);
    expect(column(comparison, 'direct').instead).toMatchObject([{ service: 'pricing', takes: 'stay', against: [{ code: 'MW1307' }] }]);
  });

  it('counts what the plans of these paths hold', () => {
    const { figures } = column(comparison, 'mesh-first');
    const plan = shopPlan(undefined, yaml);
    const steps = plan.stages.flatMap((stage) => stage.steps);
    expect([figures.stages, figures.steps, figures.deferred]).toEqual([plan.stages.length, steps.length, plan.deferred.length]);
    expect(figures.seconds).toBe(plan.stages.reduce((sum, stage) => sum + predictedSeconds(stage), 0));
    expect(figures).toEqual(column(comparison, 'chosen').figures);
    const kinds = steps.flatMap(({ apply }) => apply.flatMap((one) => (one.op === 'kube.create' ? [one.manifest.apiVersion] : [])));
    expect(figures.objects).toEqual({
      core: kinds.filter((kind) => kind === 'v1').length,
      'gateway.networking.k8s.io': 1,
      'networking.istio.io': kinds.filter((kind) => kind.startsWith('networking.istio')).length,
      'security.istio.io': kinds.filter((kind) => kind.startsWith('security.istio')).length,
    });
  });

  it('tells the paths apart: who edits DNS, whose host is changed, what runs twice', () => {
    const figures = (path: PathColumn['path']) => column(comparison, path).figures;
    expect((['mesh-first', 'platform-first', 'direct', 'stay'] as const).map((path) => figures(path).manual)).toEqual([0, 1, 0, 0]);
    expect(figures('platform-first').onHosts).toBeLessThan(figures('mesh-first').onHosts);
    expect(figures('stay').capacity).toEqual({ pods: 0, cpuMillis: 0, memoryBytes: 0, unitsLeft: 0 });
    expect(figures('direct').capacity).toMatchObject({ pods: 2, unitsLeft: 1 });
    expect(figures('platform-first').objects['gateway.networking.k8s.io']).toBeUndefined();
  });

  it('sums exposure as the plan’s own order does, and more where the mesh meets a name later', () => {
    const exposure = (path: PathColumn['path']): number => column(comparison, path).figures.exposure;
    expect(exposure('mesh-first')).toBe(shopPlan(undefined, yaml).order.exposure);
    expect(exposure('direct')).toBeGreaterThan(exposure('mesh-first'));
    const stranger = compared(({ inventory, webCallsCatalog }) =>
      inventory.dependencies.push({ ...webCallsCatalog, from: 'external/192.0.2.99' }),
    );
    expect(column(stranger, 'mesh-first').figures.exposure).toBeGreaterThan(exposure('mesh-first'));
  });

  it('counts the points of no return, and units that a plan stops are not left', () => {
    const retiring = compared(undefined, yaml.replace('    switch:', '    retire: { name: kept }\n    switch:'));
    expect(column(retiring, 'mesh-first').figures).toMatchObject({ noReturn: 1, capacity: { unitsLeft: 0 } });
    expect(column(retiring, 'platform-first').figures).toMatchObject({ noReturn: 0, capacity: { unitsLeft: 1 } });
    expect(column(retiring, 'mesh-first').figures.seconds).toBeGreaterThan(86_400);
  });

  it('knows what twins ask for where the inventory does, their proxies included', () => {
    const known = compared(({ twin, mesh }) => {
      twin.requests = { cpu: 100, memory: 64 * 2 ** 20 };
      mesh.proxyResources = { requests: { cpu: 10, memory: 2 ** 20 }, limits: {} };
    });
    expect(column(known, 'direct').figures.capacity).toMatchObject({ cpuMillis: 220, memoryBytes: 130 * 2 ** 20 });
    expect(column(comparison, 'direct').figures.capacity).toMatchObject({ cpuMillis: null, memoryBytes: null });
  });

  it('has each service on each path, or the reason against it', () => {
    expect(row(comparison, 'catalog', 'platform-first')).toMatchObject({ isChosen: false, against: [], figures: { stages: 3, manual: 1 } });
    const refused = row(comparison, 'pricing', 'mesh-first');
    expect([refused.figures, refused.against.map(({ code }) => code)]).toEqual([undefined, ['MW1307']]);
    expect(row(comparison, 'pricing', 'stay')).toMatchObject({ isChosen: true, figures: { stages: 2 } });
  });

  it('lets services of one host take a path together or not at all', () => {
    const shared = yaml.replace('workload: { host: vm-b, unit: pricing.service }', 'workload: { host: vm-a, unit: pricing.service }');
    const together = compared(({ vmA, vmB, inventory }) => {
      vmA.units.push(...vmB.units);
      vmA.listeners.push(...vmB.listeners);
      for (const host of inventory.hosts) host.names['pricing.shop.internal'] = ['192.0.2.11'];
      for (const one of inventory.workloads) if (one.service === 'pricing') one.id = 'vm/vm-a/pricing.service';
    }, shared);
    // Pricing has no twin, and so keeps catalog in the mesh with it.
    const { on, instead } = column(together, 'platform-first');
    expect([on, instead.map(({ service, takes }) => [service, takes])]).toEqual([[], [['catalog', 'mesh-first'], ['pricing', 'stay']]]);
    const text = toTerminal(renderComparison(together), false);
    expect(text).toMatch(/catalog +platform-first +not possible: what shares its host cannot/);
  });

  it('says what a plan of the estate’s own paths refuses', () => {
    const refused = compared(({ twin }) => (twin.readyReplicas = 0));
    expect(column(refused, 'mesh-first')).toMatchObject({ on: [], refused: ['catalog'], applyable: false });
    expect(column(refused, 'stay')).toMatchObject({ refused: [], applyable: true });
  });

  it('is the same each time', () => {
    expect(compared()).toEqual(comparison);
  });
});
