import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DiffResult } from '../../src/commands/migrate/diff.ts';
import { checkLock } from '../../src/commands/migrate/_lock.ts';
import { loadPlan } from '../../src/commands/_inputs.ts';
import type { ErrorDocument } from '../../src/errors/index.ts';
import { readLock } from '../../src/plans/lock/read-lock.ts';
import { sha256Digest } from '../../src/ports/hash.ts';
import { recordRun } from '../fakes/joined-hosts.ts';
import { type MeshRun, root, runMesh } from '../run-mesh.ts';

let cwd = '';
/** The sample estate with its plan, and with another made of another ladder: made once. */
let made = '';
const file = (name: string): string => join(cwd, name);
const mesh = (...args: string[]): Promise<MeshRun> => runMesh(args, { cwd });
const plan = (...args: string[]): Promise<MeshRun> => mesh('migrate', 'plan', '-o', 'shop.plan.yaml', ...args);
const diff = async (...args: string[]): Promise<DiffResult & { exitCode: number | null }> => {
  const { exitCode, stdout } = await mesh('migrate', 'diff', ...args, '--json');
  return { exitCode, ...(JSON.parse(stdout) as DiffResult) };
};

async function change(name: string, from: string | RegExp, to: string): Promise<void> {
  const before = await readFile(file(name), 'utf8');
  const after = before.replace(from, to);
  expect(after, `${name} has no ${String(from)}`).not.toBe(before);
  await writeFile(file(name), after);
}

async function failureOf(...args: string[]): Promise<{ exitCode: number | null; error: ErrorDocument }> {
  const { exitCode, stdout } = await mesh(...args, '--json');
  return { exitCode, ...(JSON.parse(stdout) as { error: ErrorDocument }) };
}

beforeAll(async () => {
  made = await mkdtemp(join(tmpdir(), 'plan-files-'));
  cwd = made;
  await cp(join(root, 'plans', 'examples', 'shop'), cwd, { recursive: true });
  await plan();
  const estate = await readFile(file('estate.yaml'));
  await anotherLadder();
  await mesh('migrate', 'plan', '-o', 'new.plan.yaml');
  await writeFile(file('estate.yaml'), estate);
});
afterAll(() => rm(made, { recursive: true }));
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'plan-files-'));
  await cp(made, cwd, { recursive: true });
});
afterEach(() => rm(cwd, { recursive: true }));

const anotherLadder = (): Promise<void> => change('estate.yaml', 'policy:\n', 'policy:\n  ladder: [10, 100]\n');

describe('migrate plan', () => {
  it('writes a lock file of that plan, good for 14 days', async () => {
    const lock = readLock(await readFile(file('shop.plan.lock.yaml'), 'utf8'), 'lock', sha256Digest);
    expect(lock.plan.digest).toBe((await loadPlan(file('shop.plan.yaml'))).digest);
    expect(Date.parse(lock.expiresAt) - Date.parse(lock.createdAt)).toBe(14 * 86_400_000);
  });

  it('ends with 2 under --detailed-exitcode for a plan that is another than the one on disk, and with 0 for the same', async () => {
    const same = await plan('--detailed-exitcode');
    expect(same.stdout).toMatch(/Locked in shop\.plan\.lock\.yaml, good until 2/);
    const exits = [same.exitCode];
    await anotherLadder();
    exits.push((await plan('--detailed-exitcode')).exitCode);
    await writeFile(file('shop.plan.yaml'), 'no plan');
    exits.push((await plan('--detailed-exitcode')).exitCode);
    expect(exits).toEqual([0, 2, 2]);
  });
});

describe('apply, before it does anything', () => {
  const apply = (...args: string[]): ReturnType<typeof failureOf> =>
    failureOf('migrate', 'apply', 'shop.plan.yaml', ...args);
  const check = (stateDir: string, nowMs: number, notes: string[], isAdopting = false, tool = '0.1.0'): Promise<void> =>
    loadPlan(file('shop.plan.yaml')).then((one) =>
      checkLock(file('shop.plan.yaml'), one, { stateDir, isAdopting, tool, nowMs, note: (text) => notes.push(text) }),
    );
  it.each<[string, string, number, () => Promise<void>]>([
    ['the lock of another plan', 'MW1377', 7, () => cp(file('new.plan.lock.yaml'), file('shop.plan.lock.yaml'))],
    ['an edited lock', 'MW1379', 7, () => change('shop.plan.lock.yaml', /expiresAt: 2/, 'expiresAt: 3')],
    ['a lock that is none', 'MW1380', 64, () => writeFile(file('shop.plan.lock.yaml'), 'a: [')],
    [
      'a lock of a later format',
      'MW1376',
      64,
      () => change('shop.plan.lock.yaml', 'formatVersion: 1', 'formatVersion: 9'),
    ],
    [
      'a plan of a later format',
      'MW1376',
      64,
      () => change('shop.plan.yaml', 'formatVersion: 1', 'formatVersion: 2\nnews: 1'),
    ],
  ])('refuses %s', async (_, code, exitCode, bend) => {
    await bend();
    expect(await apply('--dry-run')).toMatchObject({ exitCode, error: { code } });
  });

  it('says that there is no lock file, and goes on', async () => {
    await rm(file('shop.plan.lock.yaml'));
    const { stderr, stdout } = await mesh('migrate', 'apply', 'shop.plan.yaml', '--to', 'join-nobody', '--json');
    expect(stderr).toContain('MW1378');
    expect(stdout).toContain('MW1314');
  });

  it('refuses a plan that has expired, with 8', async () => {
    const later = Date.now() + 15 * 86_400_000;
    await expect(check(file('.meshway'), later, [])).rejects.toMatchObject({ code: 'MW1375', exit: 8 });
  });

  it('goes on with a run that began in time, and says so', async () => {
    const [notes, later] = [[] as string[], Date.now() + 15 * 86_400_000];
    await check(file('.meshway'), later, notes, true);
    await recordRun(
      file('.meshway'),
      await loadPlan(file('shop.plan.yaml')),
      (step) => step === 'join-pricing/identity',
    );
    await check(file('.meshway'), later, notes);
    expect(notes).toEqual([expect.stringContaining('goes on'), expect.stringContaining('MW1375')]);
  });

  it('refuses it for a run that never came to a step, as one that waits for the end of a freeze', async () => {
    await recordRun(file('.meshway'), await loadPlan(file('shop.plan.yaml')), () => false);
    const later = Date.now() + 15 * 86_400_000;
    await expect(check(file('.meshway'), later, [])).rejects.toMatchObject({ code: 'MW1375' });
  });

  it('says that another version made the plan', async () => {
    const notes: string[] = [];
    await check(file('.meshway'), Date.now(), notes, false, '9.9.9');
    expect(notes).toEqual([expect.stringMatching(/^MW1381 .*0\.1\.0.*9\.9\.9/)]);
  });
});

describe('migrate diff', () => {
  it('tells two plans apart, and ends with 2 when asked to', async () => {
    const found = await diff('shop.plan.yaml', 'new.plan.yaml', '--detailed-exitcode');
    expect(found).toMatchObject({ exitCode: 2, drift: null, diff: { same: false } });
    expect(found.diff.steps.map(({ step }) => step)).toContain('shift-catalog/weight-10');
    expect((await diff('shop.plan.yaml', 'shop.plan.yaml', '--detailed-exitcode')).exitCode).toBe(0);
    expect((await mesh('migrate', 'diff', 'shop.plan.yaml', 'new.plan.yaml')).stdout).toContain(
      '+ shift-catalog/weight-10',
    );
  });

  it('tells what became of the estate since', async () => {
    expect(await diff('shop.plan.yaml', '--detailed-exitcode')).toMatchObject({
      exitCode: 0,
      diff: { same: true },
      drift: { matters: [], elsewhere: { count: 0 } },
    });
    await change('inventory.json', /"kernel": "[^"]*"/, '"kernel": "9.9"');
    const { exitCode, stdout } = await mesh(
      'migrate',
      'diff',
      'shop.plan.yaml',
      '-i',
      'inventory.json',
      '--detailed-exitcode',
    );
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(
      /Will change\nThe plans do the same[^]*Drift that matters\n {2}host\/vm-a: kernel: .* → 9\.9\n\nDrift elsewhere\n {2}0/,
    );
  });

  it('says that drift cannot be told without a lock file', async () => {
    await rm(file('shop.plan.lock.yaml'));
    const { stderr, stdout } = await mesh('migrate', 'diff', 'shop.plan.yaml');
    expect(stderr).toContain('MW1378');
    expect(stdout).not.toContain('Drift');
  });

  it('refuses a second plan beside an inventory', async () => {
    expect(
      await failureOf('migrate', 'diff', 'shop.plan.yaml', 'shop.plan.yaml', '-i', 'inventory.json'),
    ).toMatchObject({
      exitCode: 64,
      error: { code: 'MW1001' },
    });
  });

  it('refuses an inventory of a newer version as one', async () => {
    await change('inventory.json', '"apiVersion": "meshway/v1alpha1"', '"apiVersion": "meshway/v1", "news": 1');
    expect(await failureOf('migrate', 'diff', 'shop.plan.yaml')).toMatchObject({
      exitCode: 64,
      error: { code: 'MW1376' },
    });
  });
});
