import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inputsOfFiles } from '../../src/commands/migrate/_plan-inputs.ts';
import { createPlan } from '../../src/plans/create.ts';
import { sha256Digest } from '../../src/ports/hash.ts';
import { runMesh } from '../run-mesh.ts';
import { missingInputs } from '../probes/files/inputs.ts';

const inputs = join(import.meta.dirname, '../../../shared/inputs');
const missing = missingInputs('online-boutique');
const noEstate = { file: 'no-such-estate.yaml', isNamed: false };

describe.skipIf(missing !== undefined)(`a plan from files${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  it('of Online Boutique is a draft that joins all of it, says what it assumes, and is the same twice', async () => {
    const manifests = join(inputs, 'online-boutique/kubernetes-manifests.yaml');
    const draft = async () => createPlan({ ...(await inputsOfFiles([manifests], noEstate, 'istio')), hash: sha256Digest });
    const plan = await draft();
    expect(plan).toMatchObject({ basis: 'files', applyable: false });
    expect(plan.findings.filter(({ level }) => level === 'error')).toEqual([]);
    expect(plan.stages.filter(({ move }) => move === 'join')).toHaveLength(12);
    // Nobody calls the load generator, so nothing tells when it could refuse plaintext.
    expect(plan.stages.filter(({ move }) => move === 'enforce')).toHaveLength(11);
    expect(plan.deferred).toMatchObject([{ subject: 'loadgenerator', move: 'enforce', code: 'MW1322' }]);
    expect(plan.findings.filter(({ code }) => code === 'MW1345')).not.toEqual([]);
    expect((await draft()).digest).toBe(plan.digest);
  });

  it('is not for apply', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'draft-'));
    const manifests = join(inputs, 'online-boutique/kubernetes-manifests.yaml');
    const drafted = await runMesh(['migrate', 'plan', '--from-files', manifests, '--provider', 'istio', '-o', 'draft.yaml'], { cwd });
    expect(drafted).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('A draft from files') });
    expect((await readdir(cwd)).filter((name) => name.includes('lock'))).toEqual([]);
    const applied = await runMesh(['migrate', 'apply', 'draft.yaml'], { cwd });
    expect(applied).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('MW1346') });
    await rm(cwd, { recursive: true });
  });

  it('is refused where nothing names the mesh, and where no such mesh is known', async () => {
    const manifests = [join(inputs, 'online-boutique/kubernetes-manifests.yaml')];
    await expect(inputsOfFiles(manifests, noEstate, undefined)).rejects.toMatchObject({ code: 'MW1347' });
    await expect(inputsOfFiles(manifests, noEstate, 'appmesh')).rejects.toMatchObject({ code: 'MW1306' });
  });
});
