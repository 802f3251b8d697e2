import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inputsOfFiles } from '../../src/commands/migrate/_plan-inputs.ts';
import { createPlan } from '../../src/plans/create.ts';
import { lint } from '../../src/plans/lint/lint.ts';
import { sha256Digest } from '../../src/ports/hash.ts';
import { shopYaml } from '../fakes/shop.ts';
import { runMesh } from '../run-mesh.ts';

const deployment = (name: string): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - { name: ${name}, image: shop, ports: [{ containerPort: 8080 }], env: [{ name: CATALOG_URL, value: http://catalog.shop.internal:8080 }] }
`;

let cwd = '';
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'draft-'));
  await writeFile(join(cwd, 'web.yaml'), deployment('web') + deployment('catalog'));
});
afterEach(() => rm(cwd, { recursive: true }));

async function draftOf(yaml: string) {
  const file = join(cwd, 'estate.yaml');
  await writeFile(file, yaml);
  const inputs = await inputsOfFiles([join(cwd, 'web.yaml')], { file, isNamed: true }, undefined);
  return createPlan({ ...inputs, hash: sha256Digest });
}

describe('a plan from files of an estate with hosts', () => {
  it('joins them, though no file says where the control plane is', async () => {
    const plan = await draftOf(shopYaml);
    expect(plan.findings.filter(({ level }) => level === 'error')).toEqual([]);
    const captured = plan.stages.flatMap(({ steps }) => steps).flatMap(({ apply }) => apply);
    expect(captured.filter(({ op }) => op === 'host.capture')).toHaveLength(2);
  });

  it('assumes an address for a host that is reached by a name, each its own, and says so', async () => {
    const named = shopYaml.replace('address: 192.0.2.11', 'address: vm-a.shop.internal').replace('address: 192.0.2.12', 'address: vm-b');
    expect(named).not.toBe(shopYaml);
    const plan = await draftOf(named);
    const said = plan.findings.filter(({ code, message }) => code === 'MW1345' && message.includes('its address is'));
    expect(new Set(said.map(({ message }) => /198\.18\.0\.\d/.exec(message)?.[0])).size).toBe(2);
  });

  it('is a draft to lint, which tells what to do about it', async () => {
    const { findings } = lint({ plan: await draftOf(shopYaml), hash: sha256Digest, nowMs: 0 });
    const [draft] = findings.filter(({ code }) => code === 'MW1802');
    expect(draft).toMatchObject({ cause: expect.stringContaining('a draft from files'), fix: expect.stringContaining('mesh discover') });
  });

  it('takes the lock of the plan that was there before with it', async () => {
    await writeFile(join(cwd, 'draft.lock.yaml'), 'of another plan\n');
    const drafted = await runMesh(['migrate', 'plan', '--from-files', 'web.yaml', '--provider', 'istio', '-o', 'draft.plan.yaml'], { cwd });
    expect(drafted.exitCode).toBe(0);
    await writeFile(join(cwd, 'draft.plan.lock.yaml'), 'of another plan\n');
    await runMesh(['migrate', 'plan', '--from-files', 'web.yaml', '--provider', 'istio', '-o', 'draft.plan.yaml'], { cwd });
    expect((await readdir(cwd)).toSorted()).toEqual(['draft.lock.yaml', 'draft.plan.inventory.json', 'draft.plan.yaml', 'web.yaml']);
  });
});
