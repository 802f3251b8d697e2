import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventoryOf, showPlan, type ShowAs } from '../../src/commands/migrate/_show-formats.ts';
import { printPlan } from '../../src/plans/read.ts';
import { shopInventory, shopPlan } from '../fakes/shop.ts';
import { type MeshRun, root, runMesh } from '../run-mesh.ts';

const plan = shopPlan();
const inventory = shopInventory();
const show = (by: Partial<ShowAs>): string =>
  showPlan(plan, { format: 'svg', full: false, wave: undefined, inventory, ...by });
let cwd = '';
const mesh = (...args: string[]): Promise<MeshRun> => runMesh(args, { cwd });

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'show-'));
  await cp(join(root, 'plans', 'examples', 'shop', 'inventory.json'), join(cwd, 'inventory.json'));
  await writeFile(join(cwd, 'shop.plan.yaml'), printPlan(plan));
});
afterAll(() => rm(cwd, { recursive: true }));

describe('migrate show', () => {
  it('writes a page, and says where', async () => {
    const run = await mesh('migrate', 'show', 'shop.plan.yaml', '--format', 'html', '-o', 'plan.html');
    expect(run).toMatchObject({ exitCode: 0, stdout: 'Written to plan.html.\n' });
    expect(await readFile(join(cwd, 'plan.html'), 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
  });

  it('writes text without the marks of colours', async () => {
    expect((await mesh('migrate', 'show', 'shop.plan.yaml', '-o', 'plan.txt')).exitCode).toBe(0);
    const text = await readFile(join(cwd, 'plan.txt'), 'utf8');
    expect(text).toMatch(/^Plan shop for estate shop/);
    expect(text).not.toMatch(/[\uF8F0-\uF8F6\u001B]/);
  });

  it('prints what it would write', async () => {
    const { stdout } = await mesh('migrate', 'show', 'shop.plan.yaml', '--format', 'markdown');
    expect(stdout).toBe(`${show({ format: 'markdown', inventory: undefined })}\n`);
  });

  it('refuses an inventory that the plan was not made from', async () => {
    const run = await mesh('migrate', 'show', 'shop.plan.yaml', '--format', 'html', '-i', 'inventory.json', '--json');
    expect(run.exitCode).toBe(8);
    expect(run.stdout).toContain('MW1841');
  });

  it.each([['--wave=1'], ['--full', '--format=html']])('refuses %s where it means nothing', async (...args) => {
    const run = await mesh('migrate', 'show', 'shop.plan.yaml', ...args);
    expect(run.exitCode).toBe(64);
    expect(run.stderr).toContain('MW1001');
  });
});

describe('the formats of a plan', () => {
  it('are text, a page, Markdown, and the timeline or the estate after a wave', () => {
    expect(show({ format: 'text' })).toContain('shift-catalog');
    expect(show({ format: 'html' })).toContain('The estate after wave 4');
    expect(show({ format: 'markdown' })).toContain('| catalog | mesh-first');
    expect(show({})).toContain('<title>Waves of plan shop for estate shop</title>');
    expect(show({ wave: 2 })).toContain('<title>The estate after wave 2</title>');
    expect(show({ wave: 0 })).toContain('<title>The estate before the first wave</title>');
  });

  it('have no picture of a wave without an inventory, or of one that is not there', () => {
    expect(() => show({ wave: 1, inventory: undefined })).toThrow(expect.objectContaining({ code: 'MW1840' }));
    expect(() => show({ wave: 99 })).toThrow(expect.objectContaining({ code: 'MW1842' }));
  });

  it('take the inventory of the plan', async () => {
    const file = join(cwd, 'inventory.json');
    const refusal = await inventoryOf(plan, file).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'MW1841', args: { planned: plan.inputs.inventory, file } });
    const { found } = (refusal as { args: { found: string } }).args;
    const own = { ...plan, inputs: { ...plan.inputs, inventory: found } };
    expect((await inventoryOf(own, file)).kind).toBe('Inventory');
  });
});
