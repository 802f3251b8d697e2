import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type MeshRun, root, runMesh } from '../run-mesh.ts';

// Each command is a process of its own, which takes seconds where the machine is busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
let cwd = '';
const mesh = (...args: string[]): Promise<MeshRun> => runMesh(['migrate', ...args], { cwd });

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'people-'));
  await cp(join(root, 'plans', 'examples', 'shop'), cwd, { recursive: true });
  const estate = await readFile(join(cwd, 'estate.yaml'), 'utf8');
  const rule = 'approval: [{ reason: it is the shop, moves: [shift] }]';
  const asking = /^policy:$/m.test(estate)
    ? estate.replace(/^policy:$/m, `policy:\n  ${rule}`)
    : `${estate}policy: { ${rule} }\n`;
  await writeFile(join(cwd, 'estate.yaml'), asking);
  const made = await mesh('plan', '-o', 'shop.plan.yaml');
  expect(made.stderr).not.toContain('MW1011');
});
afterAll(() => rm(cwd, { recursive: true }));

const waiting = async (): Promise<string[]> => {
  const [box = ''] = await readdir(join(cwd, '.meshway', 'requests')).catch(() => []);
  const names = box === '' ? [] : await readdir(join(cwd, '.meshway', 'requests', box));
  return await Promise.all(
    names.toSorted().map((name) => readFile(join(cwd, '.meshway', 'requests', box, name), 'utf8')),
  );
};

describe('what people say to a run', () => {
  it('waits for the run of the plan, with who said it', async () => {
    const approved = await mesh('approve', 'shop.plan.yaml', 'shift-catalog', '--by', 'ann');
    expect([approved.exitCode, approved.stderr]).toEqual([0, '']);
    expect(approved.stdout).toMatch(
      /^ann approves stage shift-catalog of plan shop \(sha256:[0-9a-f]{64}\)\. No process carries it out now/,
    );
    const paused = await mesh('pause', 'shop.plan.yaml', '--by', 'bob', '--reason', 'the fair');
    expect(paused.stdout).toContain('Plan shop is paused by bob: the fair.');
    expect(await waiting()).toEqual([
      expect.stringMatching(/"action":"approve","by":"ann","stage":"shift-catalog","planDigest":"sha256:/),
      expect.stringMatching(/"action":"pause","by":"bob","why":"the fair"/),
    ]);
    expect((await mesh('resume', 'shop.plan.yaml')).exitCode).toBe(0);
    expect((await mesh('abort', 'shop.plan.yaml')).exitCode).toBe(0);
    expect((await waiting()).map((text) => (JSON.parse(text) as { action: string }).action)).toEqual([
      'approve',
      'pause',
      'resume',
      'abort',
    ]);
  });

  it('is refused for a stage that waits for nobody, or that is none', async () => {
    const none = await mesh('approve', 'shop.plan.yaml', 'join-web');
    expect([none.exitCode, none.stderr]).toEqual([64, expect.stringContaining('MW1443')]);
    expect((await mesh('approve', 'shop.plan.yaml', 'no-such')).stderr).toContain('MW1314');
  });

  it('is refused by apply for another plan, and then none is taken', async () => {
    const before = await waiting();
    const other = `shift-catalog=sha256:${'0'.repeat(64)}`;
    const refused = await mesh('apply', 'shop.plan.yaml', '--approve', other);
    expect([refused.exitCode, refused.stderr]).toEqual([7, expect.stringContaining('MW1441')]);
    const given = await mesh('approve', 'shop.plan.yaml', 'shift-catalog', '--json', '--state-dir', 'elsewhere');
    await writeFile(join(cwd, 'approval.json'), given.stdout);
    const both = await mesh(
      'apply',
      'shop.plan.yaml',
      '--approval-file',
      'approval.json',
      '--approve',
      'shift-catalog',
    );
    expect([both.exitCode, both.stderr]).toEqual([64, expect.stringContaining('MW1442')]);
    expect(await waiting()).toEqual(before);
  });
});
