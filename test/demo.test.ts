import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { inventorySchema } from '../src/inventory/schema.ts';
import { meshProgram, root } from './run-mesh.ts';

const run = promisify(execFile);
const shop = join(root, 'plans', 'examples', 'shop');

describe('npm run demo', () => {
  it(
    'plans the captured estate twice to the same bytes, shows it, and says what to do next',
    { timeout: 60_000 },
    async () => {
      const startedAt = performance.now();
      const { stdout } = await run(process.execPath, ['scripts/demo.ts'], {
        cwd: root,
        env: { ...process.env, NO_COLOR: '1', MESH_TEST_BIN: relative(root, meshProgram) },
      });
      expect(performance.now() - startedAt).toBeLessThan(60_000);
      expect(stdout).toContain('captured by mesh discover from the lab');
      const digests = [...stdout.matchAll(/^ {2}sha256 ([0-9a-f]{64})$/gm)].map(([, digest]) => digest);
      expect(digests).toHaveLength(2);
      expect(digests[0]).toBe(digests[1]);
      expect(stdout).toMatch(/^Stage 1 /m);
      for (const command of ['mesh discover', 'mesh migrate apply', 'npm run lab -- up', 'npm run test:lab'])
        expect(stdout).toContain(command);
    },
  );

  it('has an inventory of the present format that says where it came from', () => {
    const inventory = inventorySchema.parse(JSON.parse(readFileSync(join(shop, 'inventory.json'), 'utf8')));
    expect(inventory.estate.name).toBe('shop');
    expect(inventory.note).toMatch(/captured/i);
  });

  it('has example files without a machine in them', () => {
    for (const name of ['estate.yaml', 'inventory.json'])
      expect(readFileSync(join(shop, name), 'utf8')).not.toMatch(/\/(root|home|work)\//);
  });
});
