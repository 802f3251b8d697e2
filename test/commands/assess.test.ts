import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assessmentSchema } from '../../src/assess/schema.ts';
import type { Inventory } from '../../src/inventory/schema.ts';
import { sarifSchema } from '../report/sarif-schema.ts';
import { type MeshRun, root, runMesh } from '../run-mesh.ts';

let cwd = '';
const mesh = (...args: string[]): Promise<MeshRun> => runMesh(['assess', ...args], { cwd });
const read = (name: string): Promise<string> => readFile(join(cwd, name), 'utf8');

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'assess-'));
  await cp(join(root, 'plans', 'examples', 'shop'), cwd, { recursive: true });
});
afterEach(() => rm(cwd, { recursive: true }));

describe('mesh assess', () => {
  it('says how things stand, and what is not known', async () => {
    const { exitCode, stdout } = await mesh();
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Estate shop: /);
    expect(stdout).toContain('Not known');
    expect(stdout).toContain('VM parity');
  });

  it('prints its artefact with --json', async () => {
    const { stdout } = await mesh('--json');
    expect(assessmentSchema.parse(JSON.parse(stdout))).toMatchObject({ kind: 'Assessment', estate: 'shop' });
  });

  it('prints or writes each format', async () => {
    expect(sarifSchema.parse(JSON.parse((await mesh('--format', 'sarif')).stdout)).version).toBe('2.1.0');
    const { stdout } = await mesh('--format', 'html', '-o', 'a.html');
    expect(stdout).toContain('Written to a.html.');
    expect(await read('a.html')).toMatch(/^<!doctype html>/);
    await mesh('--format', 'junit', '-o', 'a.xml');
    expect(await read('a.xml')).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites /);
  });

  it('ends with 7 when something blocks, whatever the format', async () => {
    const inventory = JSON.parse(await read('inventory.json')) as Inventory;
    for (const host of inventory.hosts) host.firewall.backend = 'none';
    await writeFile(join(cwd, 'inventory.json'), JSON.stringify(inventory));
    expect((await mesh()).exitCode).toBe(7);
    const { exitCode, stdout } = await mesh('--format', 'sarif', '-o', 'a.sarif', '--json');
    expect(exitCode).toBe(7);
    expect(JSON.parse(stdout)).toMatchObject({ readiness: 'blocked' });
    expect(await read('a.sarif')).toContain('"ruleId": "MW1107"');
  });

  it('says which inventory is missing', async () => {
    expect(await mesh('-i', 'none.json')).toMatchObject({
      exitCode: 64,
      stderr: expect.stringContaining('MW1304') as string,
    });
  });

  it('reads half a surrogate pair as U+FFFD, and says where one has no digest', async () => {
    const inventory = JSON.parse(await read('inventory.json')) as Inventory;
    const [host] = inventory.hosts;
    const facts = inventory.clusters[0]?.mesh;
    if (!host || !facts) throw new Error('the example has lost a part');
    host.hostname = 'vm\ud800';
    await writeFile(join(cwd, 'inventory.json'), JSON.stringify(inventory));
    expect((await mesh()).exitCode).toBe(0);
    facts.defaultConfig = { image: 'x\ud800' };
    await writeFile(join(cwd, 'inventory.json'), JSON.stringify(inventory));
    const { exitCode, stderr } = await mesh();
    expect(exitCode).toBe(64);
    expect(stderr).toMatch(/MW1070[^]*inventory\.json, clusters\[0\]\.mesh\.defaultConfig\.image/);
  });
});
