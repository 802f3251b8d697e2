import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorDocument } from '../../src/errors/index.ts';
import { loadPlan } from '../../src/commands/_inputs.ts';
import { recordRun } from '../fakes/joined-hosts.ts';
import { type MeshRun, root, runMesh } from '../run-mesh.ts';

let cwd = '';
const mesh = (...args: string[]): Promise<MeshRun> => runMesh(args, { cwd });
const renew = (...args: string[]): Promise<MeshRun> => mesh('hosts', 'renew', 'shop.plan.yaml', ...args);
const failureOf = async (run: Promise<MeshRun>): Promise<[number | null, string]> => {
  const { exitCode, stdout } = await run;
  return [exitCode, (JSON.parse(stdout) as { error: ErrorDocument }).error.code];
};

/** Nothing here reaches a host: no run has joined one. */
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'hosts-renew-'));
  await cp(join(root, 'plans', 'examples', 'shop'), cwd, { recursive: true });
  await mesh('migrate', 'plan', '-o', 'shop.plan.yaml');
});
afterAll(() => rm(cwd, { recursive: true }));

describe('hosts renew', () => {
  it('names the run that is missing, or the host that has not joined', async () => {
    expect(await failureOf(renew('--json'))).toEqual([64, 'MW1440']);
    await recordRun(join(cwd, '.meshway'), await loadPlan(join(cwd, 'shop.plan.yaml')), () => false);
    expect(await failureOf(renew('--json', '--host', 'vm-a'))).toEqual([64, 'MW1437']);
    expect(await renew('--dry-run')).toMatchObject({ exitCode: 0, stdout: 'run shop-1a2b3c has joined no host\n' });
  });

  it('is one of the things that status asks only with a plan', async () => {
    expect(await failureOf(mesh('migrate', 'status', '--credentials', '--json'))).toEqual([64, 'MW1001']);
    const { exitCode, stdout } = await mesh('migrate', 'status', 'shop.plan.yaml', '--credentials');
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringContaining('credentials: no host is joined'),
    });
  });
});
