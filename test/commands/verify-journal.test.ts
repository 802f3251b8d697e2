import { copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ErrorDocument } from '../../src/errors/index.ts';
import { Journal, readJournal } from '../../src/journal/file.ts';
import { journalPath } from '../../src/journal/runs.ts';
import { readPlan } from '../../src/plans/read.ts';
import { sha256Digest } from '../../src/ports/hash.ts';
import { forge } from '../execute/audit/journal.ts';
import { type MeshRun, root, runMesh } from '../run-mesh.ts';

// Each command is a process of its own, which takes seconds where the machine is busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const OLD = join(root, 'test', 'fixtures', 'journal', 'format-1.jsonl');
const RUN = 'shop-aaaaaa';
let cwd = '';
const mesh = (...args: string[]): Promise<MeshRun> => runMesh(['migrate', ...args], { cwd });
const pathOf = (run: string): string => journalPath(join(cwd, '.meshway'), run);

/** A journal of the sample plan, which says that a run was opened and had a goal; and one of an earlier version. */
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'verify-'));
  await cp(join(root, 'plans', 'examples', 'shop'), cwd, { recursive: true });
  await mesh('plan', '-o', 'shop.plan.yaml');
  const text = await readFile(join(cwd, 'shop.plan.yaml'), 'utf8');
  const { id: plan, digest: planDigest, estate } = readPlan(text, 'shop.plan.yaml', sha256Digest);
  const journal = await Journal.open(pathOf(RUN), RUN, () => 0);
  const opened = { about: 'opened', format: 2, plan, planDigest, estate, tool: '0.1.0' } as const;
  await journal.append({ type: 'note', note: opened });
  await journal.append({ type: 'note', note: { about: 'holder', pid: 1, host: 'h' } });
  await journal.append({ type: 'note', note: { about: 'goal', direction: 'forward', to: null } });
  await journal.close();
  await mkdir(join(pathOf('shop-cf9cde'), '..'), { recursive: true });
  await copyFile(OLD, pathOf('shop-cf9cde'));
});
afterAll(() => rm(cwd, { recursive: true }));

describe('migrate log --verify', () => {
  it('says of a good journal what was proved', async () => {
    const { exitCode, stdout } = await mesh('log', 'shop.plan.yaml', '--verify', '--run', RUN);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^run shop-aaaaaa: 3 entries of 1 process\(es\), /)]);
    expect(stdout).toMatch(/each entry is what the plan decided there, or a person said \(sha256:/);
    const document = JSON.parse((await mesh('log', '--verify', '--run', RUN, '--json')).stdout) as object;
    expect(document).toMatchObject({ run: RUN, format: 2, entries: 3, holders: 1, heldAgainst: null, remarks: [] });
  });

  it('proves one of an earlier version, and says what that did not write', async () => {
    const { exitCode, stdout } = await mesh('log', '--verify', '--run', 'shop-cf9cde');
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringContaining('remark: a line of format 1 has no hash of its own'),
    ]);
  });

  it('ends with 1 and says at which entry, why, and what to do', async () => {
    const good = await readJournal(pathOf(RUN));
    await forge(pathOf(RUN), [...good, { ...good.at(-1), type: 'note', note: { about: 'finished', goal: 'end' } }]);
    const { exitCode, stdout } = await mesh('log', 'shop.plan.yaml', '--verify', '--run', RUN, '--json');
    const { error } = JSON.parse(stdout) as { error: ErrorDocument };
    expect([exitCode, error.code]).toEqual([1, 'MW1624']);
    expect(error.cause).toMatch(/entry 4: it notes `finished`, where a run looks what goes on before join-pricing/);
    expect(error.fix).toContain(`--adopt ${RUN}`);
    await writeFile(pathOf(RUN), (await readFile(pathOf(RUN), 'utf8')).replace('"h"', '"x"'));
    const changed = await mesh('log', '--verify', '--run', RUN);
    expect([changed.exitCode, changed.stderr]).toEqual([
      1,
      expect.stringMatching(/MW1602[^]*line 2: it is not what it was/),
    ]);
  });

  it('is refused with the plan of another run, and for a run that is not there', async () => {
    expect((await mesh('log', 'shop.plan.yaml', '--verify', '--run', 'shop-cf9cde')).stderr).toContain('MW1603');
    expect((await mesh('log', '--verify', '--run', 'none')).stderr).toContain('MW1606');
  });
});
