import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dependency } from '../../src/inventory/schema.ts';
import { flow, host, inventoryOf } from '../inventory/observed.ts';
import { runMesh } from '../run-mesh.ts';

const owner = { process: 'app', unit: 'catalog.service' };
const shop = inventoryOf([host('vm-a', { flows: [flow('inbound', ['10.0.0.1', 8080], ['192.0.2.9', 1], owner)] })]);
/** More than a pipe holds. */
const dependencies = Array.from({ length: 3_000 }, (_, index): Dependency => ({
  ...shop.dependencies[0]!,
  from: `external/caller-${index}`,
}));

describe('mesh graph', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'meshway-graph-'));
    writeFileSync(join(directory, 'inventory.json'), JSON.stringify({ ...shop, dependencies }));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it.each(['json', 'svg', 'dot'])('prints all of it into a pipe: %s', async (format) => {
    const { exitCode, stdout } = await runMesh(['graph', '--format', format], { cwd: directory });
    expect([exitCode, stdout.length > 256 * 1024]).toEqual([0, true]);
    expect(stdout.trimEnd()).toMatch(/(<\/svg>|\})$/);
    expect(stdout.match(/caller-2999/g)?.length).toBeGreaterThan(0);
  });

  it('ends in peace where nobody reads all of it', async () => {
    const run = runMesh(['graph', '--format', 'svg'], {
      cwd: directory,
      onSpawn: (child) => child.stdout?.once('data', () => child.stdout?.destroy()),
    });
    expect(await run).toMatchObject({ exitCode: 0, stderr: '' });
  });
});
