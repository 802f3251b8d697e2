import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ErrorDocument } from '../../src/errors/index.ts';
import { type MeshRun, root, runMesh } from '../run-mesh.ts';

let cwd = '';
const file = (name: string): string => join(cwd, name);
const mesh = (...args: string[]): Promise<MeshRun> => runMesh(args, { cwd });
const plan = (...args: string[]): Promise<MeshRun> => mesh('migrate', 'plan', '-o', 'shop.plan.yaml', ...args);

async function change(name: string, from: string | RegExp, to: string): Promise<void> {
  const before = await readFile(file(name), 'utf8');
  const after = before.replace(from, to);
  expect(after, `${name} has no ${String(from)}`).not.toBe(before);
  await writeFile(file(name), after);
}

/** The error that `--json` prints. */
async function failureOf(...args: string[]): Promise<{ exitCode: number | null; error: ErrorDocument }> {
  const { exitCode, stdout } = await mesh(...args, '--json');
  return { exitCode, ...(JSON.parse(stdout) as { error: ErrorDocument }) };
}

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'migrate-'));
  await cp(join(root, 'plans', 'examples', 'shop'), cwd, { recursive: true });
});
afterEach(() => rm(cwd, { recursive: true }));

describe('migrate plan and show', () => {
  it('writes the same bytes twice, and shows them', async () => {
    await plan();
    const first = await readFile(file('shop.plan.yaml'));
    await plan();
    expect(await readFile(file('shop.plan.yaml'))).toEqual(first);
    const { stdout, exitCode } = await mesh('migrate', 'show', 'shop.plan.yaml');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Stage 5  shift-catalog');
    expect(stdout).toContain('Declared interruptions');
  });

  it('makes the directory plans, where a plan goes unless told otherwise', async () => {
    expect((await mesh('migrate', 'plan')).exitCode).toBe(0);
    expect((await mesh('migrate', 'show', 'plans/shop.plan.yaml')).exitCode).toBe(0);
  });

  it('says which file is missing', async () => {
    expect(await failureOf('migrate', 'plan', '-i', 'none.json')).toMatchObject({
      exitCode: 64,
      error: { code: 'MW1304' },
    });
    expect(await failureOf('migrate', 'show', 'none.yaml')).toMatchObject({ exitCode: 64, error: { code: 'MW1303' } });
  });

  it('ends with 2 under --detailed-exitcode when there is something to do', async () => {
    expect((await plan('--detailed-exitcode')).exitCode).toBe(2);
  });

  it('writes a plan that cannot be applied, says why, and ends with 7', async () => {
    await change('estate.yaml', 'path: mesh-first\n    state: none', 'path: mesh-first\n    state: singleton');
    const { exitCode, stdout } = await plan();
    expect(exitCode).toBe(7);
    expect(stdout).toContain('MW1315');
    expect(await failureOf('migrate', 'apply', 'shop.plan.yaml')).toMatchObject({
      exitCode: 7,
      error: { code: 'MW1313', details: [expect.stringContaining('MW1315')] },
    });
  });

  it.each<[string, string, () => Promise<void>]>([
    ['an inventory that is not JSON', 'MW1304', () => writeFile(file('inventory.json'), '{')],
    [
      'an inventory with a field too many',
      'MW1304',
      () => change('inventory.json', '"hosts":', '"extra": 1, "hosts":'),
    ],
    ['an inventory of another estate', 'MW1305', () => change('inventory.json', '"name": "shop"', '"name": "other"')],
    ['an unknown provider', 'MW1306', () => change('estate.yaml', 'name: istio', 'name: osm')],
  ])('refuses %s and writes nothing', async (_, code, bend) => {
    await bend();
    expect((await failureOf('migrate', 'plan', '-o', 'shop.plan.yaml')).error).toMatchObject({
      code,
      cause: expect.any(String),
      fix: expect.any(String),
    });
    await expect(readFile(file('shop.plan.yaml'))).rejects.toThrow();
  });
});

describe('apply and rollback refuse before they touch anything', () => {
  beforeEach(async () => {
    await plan();
  });

  it.each<[string, string, number, () => Promise<void>, string[]]>([
    ['an edited plan', 'MW1301', 7, () => change('shop.plan.yaml', 'weight: 99', 'weight: 90'), []],
    ['a plan for another estate', 'MW1302', 7, () => change('estate.yaml', 'name: shop', 'name: other'), []],
    [
      'an estate that was edited since',
      'MW1312',
      8,
      () => change('estate.yaml', 'address: 10.200.0.11', 'address: 10.200.0.13'),
      [],
    ],
    ['an unknown stage', 'MW1314', 64, () => Promise.resolve(), ['--to', 'join-nobody']],
  ])('%s', async (_, code, exitCode, bend, args) => {
    await bend();
    expect(await failureOf('migrate', 'apply', 'shop.plan.yaml', ...args)).toMatchObject({ exitCode, error: { code } });
    expect((await mesh('migrate', 'status', '--json')).stdout.trim()).toBe('[]');
  });

  it('asks before a rollback, and names the flag where nobody can be asked', async () => {
    expect(await failureOf('migrate', 'rollback', 'shop.plan.yaml')).toMatchObject({
      exitCode: 64,
      error: { code: 'MW1003', fix: expect.stringContaining('--yes') },
    });
  });

  it('has no log of a run that never was', async () => {
    expect(await failureOf('migrate', 'log', '--run', 'shop-000000')).toMatchObject({
      exitCode: 64,
      error: { code: 'MW1606' },
    });
  });
});
