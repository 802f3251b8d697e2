import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { LintReport } from '../../src/plans/lint/lint.ts';
import { sarifSchema } from '../report/sarif-schema.ts';
import { type MeshRun, root, runMesh } from '../run-mesh.ts';

let cwd = '';
const mesh = (...args: string[]): Promise<MeshRun> => runMesh(['migrate', ...args], { cwd });
const read = (name: string): Promise<string> => readFile(join(cwd, name), 'utf8');

async function bend(name: string, from: string | RegExp, to: string): Promise<void> {
  const before = await read(name);
  expect(before.replace(from, to)).not.toBe(before);
  await writeFile(join(cwd, name), before.replace(from, to));
}

// Each command is a process of its own, which takes seconds where the machine is busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
let planned = '';

beforeAll(async () => {
  planned = await mkdtemp(join(tmpdir(), 'review-plan-'));
  await cp(join(root, 'plans', 'examples', 'shop'), planned, { recursive: true });
  await runMesh(['migrate', 'plan', '-o', 'shop.plan.yaml'], { cwd: planned });
});
afterAll(() => rm(planned, { recursive: true }));
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'review-'));
  await cp(planned, cwd, { recursive: true });
});
afterEach(() => rm(cwd, { recursive: true }));

describe('migrate lint', () => {
  it('passes the example with what it was made of, and says what could not be checked', async () => {
    const { exitCode, stdout } = await mesh('lint', 'shop.plan.yaml', '-i', 'inventory.json', '-f', 'estate.yaml');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Plan shop: passed\n {2}\d+ rules: /);
    expect(stdout).toContain('MW1820');
    const alone = await mesh('lint', 'shop.plan.yaml', '--json');
    const report = JSON.parse(alone.stdout) as LintReport;
    expect(report).toMatchObject({ kind: 'LintReport', plan: 'shop', passed: true });
    expect(report.rules.filter(({ outcome }) => outcome === 'unchecked').length).toBeGreaterThan(5);
  });

  it('looks at an edited plan, ends with 7 whatever the format, and writes what was asked for', async () => {
    await bend('shop.plan.yaml', 'weight: 75', 'weight: 70');
    const { exitCode, stdout } = await mesh('lint', 'shop.plan.yaml');
    expect(exitCode).toBe(7);
    expect(stdout).toContain('Plan shop: refused');
    expect(stdout).toContain('error MW1809 shift-catalog/weight-25');
    expect(stdout).toContain('error MW1800 plan');
    const sarif = await mesh('lint', 'shop.plan.yaml', '--format', 'sarif');
    const log = sarifSchema.parse(JSON.parse(sarif.stdout));
    expect(sarif.exitCode).toBe(7);
    expect(JSON.stringify(log)).toContain('"ruleId":"MW1809"');
    const junit = await mesh('lint', 'shop.plan.yaml', '--format', 'junit', '-o', 'lint.xml');
    expect(junit).toMatchObject({ exitCode: 7, stdout: expect.stringContaining('Written to lint.xml.') as string });
    expect(await read('lint.xml')).toMatch(/<testsuites name="mesh migrate lint shop" tests="\d+" failures="[1-9]/);
  });

  it('says of an inventory of now that the plan was made of another', async () => {
    const inventory = JSON.parse(await read('inventory.json')) as { hosts: { hostname: string }[] };
    for (const host of inventory.hosts) host.hostname = `${host.hostname}-x`;
    await writeFile(join(cwd, 'inventory.json'), JSON.stringify(inventory));
    const { stdout, exitCode } = await mesh('lint', 'shop.plan.yaml', '-i', 'inventory.json');
    expect(stdout).toContain('warning MW1830 plan');
    expect(exitCode).toBe(0);
  });

  it('refuses what is no plan, and the estate of another', async () => {
    await writeFile(join(cwd, 'no.yaml'), 'kind: Else\n');
    expect((await mesh('lint', 'no.yaml')).stderr).toContain('MW1303');
    await bend('estate.yaml', 'name: shop\n', 'name: other\n');
    expect(await mesh('lint', 'shop.plan.yaml', '-f', 'estate.yaml')).toMatchObject({
      exitCode: 7,
      stderr: expect.stringContaining('MW1302') as string,
    });
  });
});

describe('migrate explain', () => {
  it('explains a step, a stage and a wave, and names the nearest of what is none', async () => {
    for (const name of ['join-web/enrol', 'shift-catalog', 'wave-2']) {
      const { exitCode, stdout } = await mesh('explain', 'shop.plan.yaml', name);
      expect([exitCode, stdout.includes(name)]).toEqual([0, true]);
    }
    const unknown = await mesh('explain', 'shop.plan.yaml', 'join-wbe');
    expect(unknown.exitCode).toBe(64);
    expect(unknown.stderr).toContain('MW1385');
    expect(unknown.stderr).toContain('Nearest: join-web');
    const { stdout } = await mesh('explain', 'shop.plan.yaml', 'join-web', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'stage', id: 'join-web', parts: ['join-web/enrol'] });
  });
});

describe('migrate rbac', () => {
  const bound = ['--only', 'kubernetes', '--service-account', 'ci/mover'];

  it('prints documents of YAML alone for kubectl, with bindings for whom they are asked', async () => {
    const { stdout, exitCode } = await mesh('rbac', 'shop.plan.yaml', ...bound);
    expect(exitCode).toBe(0);
    const objects = parseAllDocuments(stdout).map(
      (document) => document.toJS() as { kind: string; subjects?: unknown },
    );
    expect(objects.map(({ kind }) => kind)).toEqual(['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding']);
    expect(objects[1]?.subjects).toEqual([{ kind: 'ServiceAccount', namespace: 'ci', name: 'mover' }]);
  });

  it('names the Secret of a run that is under way, and no other', async () => {
    const { stdout } = await mesh('rbac', 'shop.plan.yaml', '--run', 'shop-1a2b3c', '--json');
    const text = JSON.stringify(JSON.parse(stdout));
    expect(text).toContain('{"apiGroups":[""],"resources":["secrets"],"resourceNames":["meshway-shop-1a2b3c"]');
    expect(text).not.toContain('secrets: pre-images');
  });

  it('prints a sudoers fragment for each host, and none for root', async () => {
    const { stdout } = await mesh('rbac', 'shop.plan.yaml', '--only', 'sudoers');
    expect(stdout.match(/^ops ALL=\(root\) NOPASSWD: \/bin\/sh -s, \\$/gm)).toHaveLength(2);
    await bend('estate.yaml', /user: ops/g, 'user: root');
    expect((await mesh('rbac', 'shop.plan.yaml', '--only', 'sudoers')).stdout.trim()).toBe('');
  });

  it.each([
    ['--service-account', 'mover'],
    ['--service-account', 'CI/mover'],
    ['--user', 'two words'],
    ['--run', '../x'],
  ])('refuses %s %s as a mistake of the command line', async (...args) => {
    expect(await mesh('rbac', 'shop.plan.yaml', ...args)).toMatchObject({
      exitCode: 64,
      stderr: expect.stringContaining('MW1001') as string,
    });
  });
});

describe('migrate portability', () => {
  it('counts what is portable', async () => {
    const { stdout, exitCode } = await mesh('portability', 'shop.plan.yaml');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('16 objects: 5 portable, 11 proprietary');
    const json = JSON.parse((await mesh('portability', 'shop.plan.yaml', '--json')).stdout) as unknown;
    expect(json).toMatchObject({ total: { core: 4, 'gateway-api': 1, proprietary: 11 } });
  });
});

describe('a freeze', () => {
  it('is in the plan, and is shown and explained', async () => {
    const until = '2999-01-01T00:00:00Z';
    await bend(
      'estate.yaml',
      'policy:\n',
      `policy:\n  freeze:\n    - { from: 2000-01-01T00:00:00Z, until: ${until}, reason: for ever }\n`,
    );
    await mesh('plan', '-o', 'shop.plan.yaml');
    expect((await mesh('show', 'shop.plan.yaml')).stdout).toContain(`${until}: for ever; join-pricing, `);
    expect((await mesh('explain', 'shop.plan.yaml', 'join-web')).stdout).toContain('it does not begin from 2000-01-01');
  });
});
