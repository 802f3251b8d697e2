import { describe, expect, it } from 'vitest';
import { latticeOf, type PathOption, type ServiceLattice } from '../../src/plans/lattice.ts';
import { EstateView } from '../../src/plans/view.ts';
import { onPath, switchLine } from '../fakes/path-shop.ts';
import { shopEstate, shopInventory, type ShopParts, shopYaml } from '../fakes/shop.ts';

const withSwitch = onPath('mesh-first', switchLine());
const latticeFor = (service: string, yaml = withSwitch, change?: (parts: ShopParts) => void): ServiceLattice => {
  const found = latticeOf(new EstateView(shopEstate(yaml), shopInventory(change))).find((one) => one.service === service);
  if (!found) throw new Error(`no ${service}`);
  return found;
};
const option = (lattice: ServiceLattice, path: PathOption['path']): PathOption => {
  const found = lattice.paths.find((one) => one.path === path);
  if (!found) throw new Error(`no path ${path}`);
  return found;
};
const against = (lattice: ServiceLattice): Record<string, string[]> =>
  Object.fromEntries(lattice.paths.map(({ path, against: found }) => [path, found.map(({ code }) => code)]));
const moves = ({ moves: all }: ServiceLattice): string[] =>
  all.map(({ move, to, legal }) => `${legal ? '' : 'not '}${move} to ${to.platform}/${to.mesh}`);

describe('the lattice', () => {
  it('lets a VM with a ready twin take every path, each through its own positions', () => {
    const lattice = latticeFor('catalog');
    expect(against(lattice)).toEqual({ 'mesh-first': [], 'platform-first': [], direct: [], stay: [] });
    const through = lattice.paths.map(({ moves: all }) => all.map(({ from, to }) => [from, to].map((at) => `${at.platform}/${at.mesh}`)));
    expect(through).toEqual([
      [['vm/off', 'vm/on'], ['vm/on', 'kubernetes/on']],
      [['vm/off', 'kubernetes/off'], ['kubernetes/off', 'kubernetes/on']],
      [['vm/off', 'kubernetes/on']],
      [['vm/off', 'vm/on']],
    ]);
    expect(moves(lattice)).toEqual(['join to vm/on', 'replatform to kubernetes/off', 'join and replatform to kubernetes/on']);
    expect(lattice.chosen).toMatchObject({ path: 'mesh-first', why: 'the estate names this path' });
  });

  it('says of each path what stands against it, by its code', () => {
    expect(against(latticeFor('catalog', shopYaml))).toMatchObject({ 'mesh-first': [], 'platform-first': ['MW1362'], direct: [] });
    expect(against(latticeFor('pricing'))).toEqual({
      'mesh-first': ['MW1307'],
      'platform-first': ['MW1307'],
      direct: ['MW1307'],
      stay: [],
    });
    expect(against(latticeFor('web'))).toMatchObject({ 'mesh-first': ['MW1360', 'MW1307'], stay: [] });
    expect(option(latticeFor('web'), 'stay').possible).toBe(true);
  });

  it('forbids every change of platform while the state is not known, and no join', () => {
    const lattice = latticeFor('catalog', withSwitch.replace('state: none\n    workload', 'workload'));
    expect(against(lattice)).toEqual({ 'mesh-first': ['MW1315'], 'platform-first': ['MW1315'], direct: ['MW1315'], stay: [] });
    expect(moves(lattice)).toEqual([
      'join to vm/on',
      'not replatform to kubernetes/off',
      'not join and replatform to kubernetes/on',
    ]);
  });

  it('forbids weights where a caller cannot join, and leaves the way by DNS', () => {
    const lattice = latticeFor('catalog', withSwitch, ({ inventory, webCallsCatalog }) =>
      inventory.dependencies.push({ ...webCallsCatalog, from: 'external/192.0.2.99' }),
    );
    expect(against(lattice)).toEqual({ 'mesh-first': ['MW1316'], 'platform-first': [], direct: ['MW1316'], stay: [] });
    expect(moves(lattice)).toContain('join to vm/on');
  });

  it('forbids DNS where a caller uses the address', () => {
    const lattice = latticeFor('catalog', withSwitch, ({ webCallsCatalog }) => (webCallsCatalog.addressedBy = 'ip'));
    expect(against(lattice)).toMatchObject({ 'platform-first': ['MW1364'], stay: [] });
  });

  it('forbids a host to join whose mesh refuses what it does not know, but not its twin', () => {
    const lattice = latticeFor('catalog', withSwitch, ({ mesh }) => (mesh.registryOnly = true));
    expect(against(lattice)).toEqual({ 'mesh-first': ['MW1335'], 'platform-first': [], direct: [], stay: ['MW1335'] });
    expect(moves(lattice)).toContain('not join to vm/on');
  });

  it('forbids a unit that has joined the paths without its proxy', () => {
    const lattice = latticeFor('catalog', withSwitch, ({ inventory }) => {
      for (const one of inventory.workloads) if (one.id.startsWith('vm/vm-a')) one.position.mesh = 'on';
    });
    expect(lattice.position).toEqual({ platform: 'vm', mesh: 'on' });
    expect(against(lattice)).toMatchObject({ 'platform-first': ['MW1360'], direct: ['MW1360'] });
    expect(moves(lattice)).toEqual(['not replatform to kubernetes/on']);
  });

  it('does not take an end of the unit, which only mesh-first has, for a reason against the others', () => {
    const yaml = withSwitch.replace('    switch:', '    retire: { name: kept }\n    switch:');
    expect(against(latticeFor('catalog', yaml))).toEqual({ 'mesh-first': [], 'platform-first': [], direct: [], stay: [] });
  });
});
