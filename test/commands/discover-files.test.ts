import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Inventory, inventorySchema } from '../../src/inventory/schema.ts';
import { deployment, documents, service } from '../probes/files/sources.ts';
import { runMesh } from '../run-mesh.ts';

const estate = `apiVersion: meshway/v1alpha1
kind: Estate
name: shop
provider: { name: istio, cluster: main }
hosts:
  - { name: vm-a, address: 192.0.2.11, user: ops }
clusters:
  - { name: main, namespaces: [shop] }
services:
  - { name: web, workload: { cluster: main, namespace: shop, kind: Deployment, name: web } }
  - { name: prices, workload: { cluster: main, namespace: shop, kind: Deployment, name: prices } }
  - { name: catalog, hostname: catalog.shop.internal, port: 8080, path: stay, workload: { host: vm-a, unit: catalog.service } }
`;
const web = deployment('web', { args: ['--catalog=http://catalog.shop.internal:8080'] });

describe('mesh discover --from-files', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'meshway-from-files-'));
    mkdirSync(join(directory, 'shop'));
    writeFileSync(join(directory, 'shop/web.yaml'), documents(web, deployment('prices'), service('prices')));
    writeFileSync(join(directory, 'shop/catalog.env'), 'PRICES=http://prices.shop.svc\n');
    writeFileSync(join(directory, 'shop.yaml'), estate);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const mesh = (...args: string[]): ReturnType<typeof runMesh> => runMesh(args, { cwd: directory });
  const inventory = (): Inventory =>
    inventorySchema.parse(JSON.parse(readFileSync(join(directory, 'inventory.json'), 'utf8')));

  it('needs no estate file, and mesh graph neither', async () => {
    const { exitCode, stdout } = await mesh('discover', '--from-files', 'shop');
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('Estate files: 0 hosts, 1 cluster, 3 workloads')]);
    const graph = await mesh('graph', '--format', 'json');
    expect([graph.exitCode, JSON.parse(graph.stdout)]).toEqual([
      0,
      expect.objectContaining({ kind: 'Graph', estate: 'files' }),
    ]);
  });

  it('reads files for the estate that is named, and asks none of its hosts', async () => {
    const { exitCode, stderr } = await mesh(
      'discover',
      '-f',
      'shop.yaml',
      '--from-files',
      'shop/web.yaml',
      'shop/catalog.env',
    );
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(inventory().dependencies.map(({ from, to }) => `${from} ${to}`)).toEqual([
      'k8s/main/shop/Deployment/web service/catalog',
      'vm/vm-a/catalog.service service/prices',
    ]);
    expect(inventory().hosts).toEqual([]);
  });

  it('is no ground for a plan: that is refused', async () => {
    await mesh('discover', '-f', 'shop.yaml', '--from-files', 'shop');
    const { exitCode, stdout } = await mesh('migrate', 'plan', '-f', 'shop.yaml', '-o', 'shop.plan.yaml', '--json');
    expect(exitCode).toBe(7);
    const { plan } = JSON.parse(stdout) as { plan: { applyable: boolean; findings: { code: string }[] } };
    expect(plan.applyable).toBe(false);
    expect(plan.findings.map(({ code }) => code)).toEqual(expect.arrayContaining(['MW1042', 'MW1204']));
  });

  it('ends with 9 where a source is missing, and writes the rest all the same', async () => {
    symlinkSync('loop', join(directory, 'loop'));
    writeFileSync(join(directory, 'broken.yaml'), documents(deployment('late'), '{{ .Values }}'));
    const { exitCode, stdout } = await mesh('discover', '--from-files', 'shop', 'broken.yaml', 'loop', 'none');
    expect(exitCode).toBe(9);
    expect(stdout).toMatch(/MW1030 loop: .*circle[\s\S]*MW1030 none: [\s\S]*MW1033 broken\.yaml, document 2/);
    expect(inventory().workloads).toHaveLength(4);
  });

  it('without anything to discover is a usage error that says what was found', async () => {
    const { exitCode, stderr } = await mesh('discover', '--from-files', 'broken-not-there');
    expect([exitCode, stderr]).toEqual([64, expect.stringMatching(/MW1041[\s\S]*broken-not-there: it does not exist/)]);
  });

  it('does not take an estate file that is named and missing for none', async () => {
    expect((await mesh('discover', '-f', 'gone.yaml', '--from-files', 'shop')).exitCode).toBe(64);
    expect((await mesh('graph', '-f', 'gone.yaml')).exitCode).toBe(64);
  });
});
