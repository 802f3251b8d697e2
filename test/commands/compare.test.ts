import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Comparison } from '../../src/plans/compare/compare.ts';
import { root, runMesh } from '../run-mesh.ts';

describe('mesh migrate plan --compare', () => {
  let cwd = '';
  const compare = (...args: string[]): ReturnType<typeof runMesh> =>
    runMesh(['migrate', 'plan', '--compare', ...args], { cwd });
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'compare-'));
    await cp(join(root, 'plans', 'examples', 'shop'), cwd, { recursive: true });
  });
  afterAll(() => rm(cwd, { recursive: true }));

  it('prints of the example what the guide shows, and writes nothing', async () => {
    const before = await readdir(cwd);
    const { exitCode, stdout, stderr } = await compare();
    expect([exitCode, stderr]).toEqual([0, '']);
    const guide = await readFile(join(root, 'docs', 'guides', 'paths.md'), 'utf8');
    const [, shown] = /```text\n([\s\S]*?)\n```/.exec(guide) ?? [];
    expect(shown).toBe(stdout.trimEnd());
    expect(await readdir(cwd)).toEqual(before);
  });

  it('prints all of it as JSON, the lattice too', async () => {
    const { exitCode, stdout } = await compare('--json');
    const { columns, services, lattice } = JSON.parse(stdout) as Comparison;
    expect(exitCode).toBe(0);
    expect(columns.map(({ path }) => path)).toEqual(['mesh-first', 'platform-first', 'direct', 'stay', 'chosen']);
    expect(services).toHaveLength(8);
    expect(lattice.find(({ service }) => service === 'catalog')).toMatchObject({
      position: { platform: 'vm', mesh: 'off' },
      chosen: { path: 'mesh-first' },
    });
  });

  it('goes with no file for a plan', async () => {
    expect((await compare('-o', 'shop.plan.yaml')).exitCode).toBe(64);
  });
});
