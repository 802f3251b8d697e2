import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { loadPlan } from '../../src/commands/_inputs.ts';
import { recordRun } from '../fakes/joined-hosts.ts';
import { Collector, plain } from '../report/spans/collector.ts';
import { type MeshRun, root, runMesh } from '../run-mesh.ts';

// Each command is a process of its own, which takes seconds where the machine is busy.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });
const collector = new Collector();
let cwd = '';
let home = '';
let endpoint = '';
const mesh = (...args: string[]): Promise<MeshRun> =>
  runMesh(['migrate', ...args], { cwd, env: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, HOME: home } });

/** A cluster of which nobody answers. */
const KUBECONFIG = `apiVersion: v1
kind: Config
current-context: lab
clusters: [{ name: lab, cluster: { server: 'https://127.0.0.1:9' } }]
users: [{ name: lab, user: {} }]
contexts: [{ name: lab, context: { cluster: lab, user: lab } }]
`;

/** A run that stands, on an estate of which nothing answers: its way back fails at the first step, by the real program. */
beforeAll(async () => {
  endpoint = await collector.listen();
  cwd = await mkdtemp(join(tmpdir(), 'spans-'));
  await cp(join(root, 'plans', 'examples', 'shop'), cwd, { recursive: true });
  home = await mkdtemp(join(tmpdir(), 'home-'));
  await mkdir(join(home, '.kube'));
  await writeFile(join(home, '.kube', 'config'), KUBECONFIG);
  await mesh('plan', '-o', 'shop.plan.yaml');
  await recordRun(join(cwd, '.meshway'), await loadPlan(join(cwd, 'shop.plan.yaml')), (step) =>
    step.startsWith('join-'),
  );
});
afterAll(async () => {
  await collector.close();
  await Promise.all([cwd, home].map((directory) => rm(directory, { recursive: true })));
});

it('a real process sends the spans of its run, and one that carries on continues the trace', async () => {
  expect(collector.requests).toEqual([]);
  const first = await mesh('rollback', 'shop.plan.yaml', '--yes');
  const second = await mesh('rollback', 'shop.plan.yaml', '--yes');
  expect([first.exitCode, second.exitCode], first.stderr).toEqual([5, 5]);
  const roots = collector.spans.filter(({ name }) => name === 'mesh migrate rollback');
  expect(roots).toHaveLength(2);
  expect(roots[1]?.traceId).toBe(roots[0]?.traceId);
  expect(roots[1]?.links).toMatchObject([{ spanId: roots[0]?.spanId }]);
  expect(roots[0]?.status).toMatchObject({ code: 2, message: expect.stringContaining('MW1405') as string });
  const steps = collector.spans.filter(({ attributes }) => 'meshway.step' in plain(attributes));
  expect(steps.map(({ status }) => status.code)).toEqual([2, 2]);
  expect(plain(steps[0]?.attributes ?? [])).toMatchObject({
    'meshway.direction': 'revert',
    'meshway.outcome': 'failed',
  });
});
