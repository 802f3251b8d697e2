import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inventorySchema } from '../../src/inventory/schema.ts';
import { freePort, sshdMissing, startSshd, type TestSshd } from '../ports/sshd.ts';
import { runMesh } from '../run-mesh.ts';

describe.skipIf(sshdMissing !== undefined)('mesh discover, hosts trust and graph', () => {
  let sshd: TestSshd;
  let directory: string;
  beforeAll(async () => {
    sshd = await startSshd();
    directory = mkdtempSync(join(tmpdir(), 'meshway-discover-'));
    writeFileSync(join(directory, 'estate.yaml'), estateYaml(sshd, await freePort()));
  });
  afterAll(async () => {
    await sshd.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  const mesh = (...args: string[]): ReturnType<typeof runMesh> => runMesh(args, { cwd: directory });

  test('hosts trust asks, and without a terminal says which flag answers', async () => {
    const { exitCode, stderr } = await mesh('hosts', 'trust', 'up');
    expect([exitCode, stderr]).toEqual([64, expect.stringMatching(/SHA256:[\s\S]*MW1003[\s\S]*--fingerprint/)]);
  });

  test('hosts trust refuses another fingerprint than the one given', async () => {
    const { exitCode, stderr } = await mesh('hosts', 'trust', 'up', '--fingerprint', 'SHA256:AAAA');
    expect([exitCode, stderr]).toEqual([9, expect.stringContaining('MW1121')]);
  });

  test('a host that nobody trusted is a finding with status 9, and an inventory is written all the same', async () => {
    const { exitCode, stdout } = await mesh('discover', '--json');
    expect(exitCode).toBe(9);
    const { file, inventory } = JSON.parse(stdout) as { file: string; inventory: unknown };
    expect(file).toBe('inventory.json');
    expect(inventorySchema.parse(inventory).findings.map(({ code, subject }) => `${code} ${subject}`)).toEqual([
      'MW1101 up',
      'MW1103 down',
      'MW1205 none',
    ]);
  });

  test('once trusted the host is discovered, and the one that is down loses nothing', async () => {
    const trusted = await mesh('hosts', 'trust', 'up', '--yes', '--json');
    expect(trusted.exitCode).toBe(0);
    expect((JSON.parse(trusted.stdout) as { trusted: unknown[] }).trusted).toHaveLength(1);
    expect((await mesh('hosts', 'trust', 'up', '--yes')).stdout).toContain('on record already');
    const { exitCode, stdout, stderr } = await mesh('discover');
    expect([exitCode, stdout]).toEqual([9, expect.stringContaining('1 host, 0 clusters, 1 workload')]);
    expect(stderr).toMatch(/\[\d\/3\] host up: done/);
    const inventory = inventorySchema.parse(JSON.parse(readFileSync(join(directory, 'inventory.json'), 'utf8')));
    expect(inventory.hosts.map(({ name }) => name)).toEqual(['up']);
  });

  test('an active discovery keeps what it tried in the inventory, and reads no files', async () => {
    const { exitCode, stdout } = await mesh('discover', '--active', '-o', 'tried.json');
    expect([exitCode, stdout]).toEqual([9, expect.stringContaining('Tried: 0 connections')]);
    const inventory = inventorySchema.parse(JSON.parse(readFileSync(join(directory, 'tried.json'), 'utf8')));
    expect(inventory.tried).toMatchObject({ connections: [], lookups: [], clocks: [] });
    expect((await mesh('discover', '--active', '--from-files', '.')).exitCode).toBe(64);
  });

  test('hosts trust does not replace a key that is on record', async () => {
    await sshd.changeHostKey();
    const { exitCode, stderr } = await mesh('hosts', 'trust', 'up', '--yes');
    expect([exitCode, stderr]).toEqual([9, expect.stringContaining('MW1102')]);
  });

  test('graph prints the inventory’s dependencies', async () => {
    const { exitCode, stdout } = await mesh('graph', '--format', 'mermaid');
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^flowchart LR/)]);
  });

  test('forks, or fanout, is a number above 0', async () => {
    expect((await mesh('discover', '--fanout', '1')).exitCode).toBe(9);
    const { exitCode, stderr } = await mesh('discover', '--forks', '0');
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining('MW1001')]);
  });

  test('an unknown host is a usage error', async () => {
    const { exitCode, stderr } = await mesh('hosts', 'trust', 'nobody');
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining('MW1018')]);
  });

  test('progress as JSON lines', async () => {
    const { stdout } = await mesh('discover', '--output', 'jsonl');
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string });
    expect(events.map(({ event }) => event)).toEqual(['discovered', 'discovered', 'discovered', 'result']);
  });
});

/** Two hosts: the sshd, whose key nobody put on record yet, and one that is down. A cluster without a kubeconfig. */
function estateYaml({ target, directory }: TestSshd, closedPort: number): string {
  return `apiVersion: meshway/v1alpha1
kind: Estate
name: test
provider: { name: istio, cluster: none }
ssh: { identityFile: ${target.identityFile}, knownHostsFile: ${join(directory, 'fresh_known_hosts')} }
hosts:
  - { name: up, address: 127.0.0.1, port: ${target.port}, user: ${target.user} }
  - { name: down, address: 127.0.0.1, port: ${closedPort}, user: ${target.user} }
clusters:
  - { name: none, kubeconfig: ./missing, namespaces: [app] }
services:
  - { name: app, workload: { host: up, unit: app.service } }
`;
}
