import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rehearsal } from '../../src/execute/world/rehearse.ts';
import { root, runMesh } from '../run-mesh.ts';

describe('mesh migrate rehearse', () => {
  let cwd = '';
  const rehearse = (...args: string[]): ReturnType<typeof runMesh> =>
    runMesh(['migrate', 'rehearse', 'plans/shop.plan.yaml', ...args], { cwd });
  const guide = (): Promise<string> => readFile(join(root, 'docs', 'guides', 'rehearse.md'), 'utf8');
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'rehearse-'));
    await cp(join(root, 'plans', 'examples', 'shop'), cwd, { recursive: true });
    expect((await runMesh(['migrate', 'plan'], { cwd })).exitCode).toBe(0);
  });
  afterAll(() => rm(cwd, { recursive: true }));

  it('prints of the example what the guide shows, with the status of a real run', async () => {
    const { exitCode, stdout } = await rehearse('--rate', '40', '--fault', 'bad-twin=catalog,share=0.03,from=25');
    const [, shown] = /```text\n([\s\S]*?)\n```/.exec(await guide()) ?? [];
    expect(shown).toBe(stdout.trimEnd());
    expect(exitCode).toBe(4);
  });

  it('says all of it as JSON', async () => {
    const { exitCode, stdout } = await rehearse('--rate', '40', '--json');
    const { end, stages, traffic } = JSON.parse(stdout) as Rehearsal;
    expect([exitCode, end, stages.done]).toEqual([0, { exit: 0, goal: 'end' }, stages.of]);
    expect([traffic.lost, traffic.serving.share]).toEqual([{}, 1]);
  });

  it('writes a page that asks nobody for anything', async () => {
    await rehearse('--rate', '40', '--fault', 'crash', '--html', 'page.html');
    const page = await readFile(join(cwd, 'page.html'), 'utf8');
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<script|<link|<img|https?:|@import|url\(/i);
    expect(page).toContain('the process is killed');
  });

  it('stops at the first gate of an estate whose rates nobody states, as a real run would', async () => {
    const { exitCode, stdout } = await rehearse();
    expect(exitCode).toBe(3);
    expect(stdout).toContain('MW1502');
  });

  it.each([['flood'], ['host-dies=nowhere'], ['site-lost=north']])('refuses the fault %s', async (fault) => {
    expect((await rehearse('--fault', fault)).exitCode).toBe(64);
  });

  it('refuses a rate that is none', async () => {
    expect((await rehearse('--rate', 'fast')).exitCode).toBe(64);
  });
});
