import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DoctorReport } from '../../src/doctor/check.ts';
import { runMesh } from '../run-mesh.ts';

let directory: string;

const kubeconfig = {
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'lab',
  clusters: [{ name: 'lab', cluster: { server: 'https://127.0.0.1:1' } }],
  users: [{ name: 'me', user: { token: 'x' } }],
  contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'me' } }],
};

function artifact(name: string, digest: string): object {
  return { path: name, version: '1.0', sha256: digest };
}

/** JSON is YAML. Two artifacts are right, one has another digest, one kubeconfig is missing. */
function writeEstate(): void {
  const content = 'a program';
  const digest = createHash('sha256').update(content).digest('hex');
  writeFileSync(join(directory, 'program'), content);
  writeFileSync(join(directory, 'kubeconfig'), JSON.stringify(kubeconfig));
  const artifacts = {
    pilotAgent: artifact('program', digest),
    envoy: artifact('program', '0'.repeat(64)),
    bootstrap: artifact('missing', digest),
  };
  const cluster = (name: string, file: string): object => ({
    name,
    kubeconfig: file,
    context: 'lab',
    namespaces: ['shop'],
  });
  const estate = {
    apiVersion: 'meshway/v1alpha1',
    kind: 'Estate',
    name: 'shop',
    provider: { name: 'istio', cluster: 'lab', artifacts },
    clusters: [cluster('lab', 'kubeconfig'), cluster('other', 'no-such-file')],
    services: [{ name: 'web', workload: { cluster: 'lab', namespace: 'shop', kind: 'Deployment', name: 'web' } }],
  };
  writeFileSync(join(directory, 'estate.yaml'), JSON.stringify(estate));
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'mesh-doctor-estate-'));
  writeEstate();
});
afterAll(() => rmSync(directory, { recursive: true }));

it('mesh doctor -f checks the files that an estate names, relative to it', async () => {
  const { stdout, exitCode } = await runMesh(['doctor', '--json', '-f', join(directory, 'estate.yaml')]);
  const { checks } = JSON.parse(stdout) as DoctorReport;
  const byId = Object.fromEntries(checks.map(({ id, status, found }) => [id, { status, found }]));
  expect(byId['kubeconfig-lab']).toEqual({ status: 'ok', found: 'points to https://127.0.0.1:1' });
  expect(byId['kubeconfig-other']).toMatchObject({
    status: 'failed',
    found: expect.stringContaining('MW1205') as string,
  });
  expect(byId['artifact-pilotAgent']?.status).toBe('ok');
  expect(byId['artifact-envoy']).toMatchObject({
    status: 'failed',
    found: expect.stringContaining('not 000') as string,
  });
  expect(byId['artifact-bootstrap']?.status).toBe('failed');
  expect(exitCode).toBe(9);
});

it('mesh doctor -f ends with MW1010 when there is no such file', async () => {
  const { stderr, exitCode } = await runMesh(['doctor', '-f', join(directory, 'none.yaml')]);
  expect(stderr).toContain('MW1010');
  expect(exitCode).toBe(64);
});
