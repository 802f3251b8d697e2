import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseDuration } from '../../src/commands/_duration.ts';
import { inventorySchema, type Inventory } from '../../src/inventory/schema.ts';
import { sshdMissing, startSshd, type TestSshd } from '../ports/sshd.ts';
import { root, runMesh, type MeshRun } from '../run-mesh.ts';

describe('a duration', () => {
  test.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['250ms', 250],
    ['1m500ms', 60_500],
  ])('%s', (text, ms) => expect(parseDuration(text)).toBe(ms));

  test.each(['', '15', 'm', '15x', '-5m', '1h 30m', '5M', '1d', 'Infinitys', '1e3s', `${'9'.repeat(40)}s`])(
    '%s is none',
    (text) => expect(parseDuration(text)).toBeUndefined(),
  );
});

describe('mesh discover --merge', () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'meshway-merge-'));
    cpSync(join(root, 'plans/examples/shop/inventory.json'), join(cwd, 'a.json'));
  });
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));
  const mesh = (...args: string[]): Promise<MeshRun> => runMesh(['discover', '--merge', ...args], { cwd });
  const read = (file: string): Inventory => JSON.parse(readFileSync(join(cwd, file), 'utf8')) as Inventory;
  const write = (file: string, inventory: object): void => writeFileSync(join(cwd, file), JSON.stringify(inventory));

  test('joins runs, and needs no estate file', async () => {
    write('b.json', { ...read('a.json'), capturedAt: '2026-12-01T00:00:00.000Z' });
    const { exitCode, stdout } = await mesh('a.json', 'b.json', '-o', 'c.json');
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/Window: .* in 2 samples of 2 runs[\s\S]*c\.json/)]);
    const merged = inventorySchema.parse(read('c.json'));
    expect(merged.window).toMatchObject({ samples: 2, runs: [{ samples: 1 }, { to: '2026-12-01T00:00:00.000Z' }] });
    expect(merged.dependencies.length).toBe(read('a.json').dependencies.length);
    await mesh('b.json', 'a.json', 'c.json', '-o', 'd.json');
    expect(readFileSync(join(cwd, 'd.json'), 'utf8')).toBe(readFileSync(join(cwd, 'c.json'), 'utf8'));
  }, 120_000);

  test('refuses another estate, a newer format and what is no inventory', async () => {
    const inventory = read('a.json');
    write('other.json', { ...inventory, estate: { ...inventory.estate, name: 'other' } });
    write('version.json', { ...inventory, apiVersion: 'meshway/v2' });
    write('fields.json', { ...inventory, telepathy: [] });
    write('none.json', { kind: 'Inventory' });
    const refused = async (file: string): Promise<[number | null, string | undefined]> => {
      const { exitCode, stderr } = await mesh('a.json', file, '-o', 'out.json');
      return [exitCode, /MW\d{4}/.exec(stderr)?.[0]];
    };
    expect(await refused('other.json')).toEqual([7, 'MW1352']);
    expect(await refused('version.json')).toEqual([64, 'MW1353']);
    expect(await refused('fields.json')).toEqual([64, 'MW1353']);
    expect(await refused('none.json')).toEqual([64, 'MW1304']);
    expect(() => read('out.json')).toThrow('ENOENT');
  }, 120_000);
});

describe.skipIf(sshdMissing !== undefined)('mesh discover --for', () => {
  let sshd: TestSshd;
  let server: Server;
  let cwd: string;
  let port: number;
  beforeAll(async () => {
    sshd = await startSshd();
    cwd = mkdtempSync(join(tmpdir(), 'meshway-window-'));
    server = createServer((socket) => socket.on('error', () => undefined).resume());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
    writeFileSync(join(cwd, 'estate.yaml'), estateYaml(sshd, port));
  });
  afterAll(async () => {
    server.close();
    await sshd.stop();
    rmSync(cwd, { recursive: true, force: true });
  });
  const written = (): Inventory => inventorySchema.parse(JSON.parse(readFileSync(join(cwd, 'inventory.json'), 'utf8')));

  test('sees a connection that came after the first sample and went before the last, over one login', async () => {
    const logins = sshd.logins();
    let told = 0;
    // The samples set the pace, however slow the machine is. A reset leaves nothing behind in TIME_WAIT.
    const onSample = (end: () => void): void => {
      told++;
      if (told === 1) socket = connect(port, '127.0.0.1');
      if (told === 3) socket?.resetAndDestroy();
      if (told === 5) end();
    };
    const { stdout, stderr } = await runMesh(['discover', '--for', '1h', '--every', '2s', '--output', 'jsonl'], {
      cwd,
      onSpawn: (child) =>
        child.stdout?.on('data', (data: Buffer) => {
          for (const _ of data.toString().matchAll(/"event":"sampled"/g)) onSample(() => child.kill('SIGINT'));
        }),
    });
    const { window, dependencies, hosts } = written();
    const samples = stdout.split('\n').filter((line) => line.includes('"event":"sampled"'));
    expect(samples.length, stderr).toBe(window?.samples);
    expect(sshd.logins() - logins).toBe(1);
    const evidence = dependencies.filter((call) => call.port === port).flatMap((call) => call.evidence);
    expect(evidence.length).toBeGreaterThan(0);
    for (const { firstAt, at } of evidence) {
      expect(Date.parse(firstAt ?? at)).toBeGreaterThan(Date.parse(window?.from ?? ''));
      expect(Date.parse(at)).toBeLessThan(Date.parse(window?.to ?? ''));
    }
    const own = hosts[0]?.flows.filter(({ localPort, peerPort }) => localPort === port || peerPort === port);
    expect(own?.length).toBeGreaterThan(0);
  }, 240_000);

  test('the first Ctrl-C ends it early and writes what was seen, with status 130', async () => {
    rmSync(join(cwd, 'inventory.json'), { force: true });
    const { exitCode, stdout, stderr } = await runMesh(['discover', '--for', '1h', '--every', '1s'], {
      cwd,
      onSpawn: (child) =>
        child.stderr?.on('data', (data: Buffer) => {
          if (data.toString().includes('[sample 2')) child.kill('SIGINT');
        }),
    });
    expect([exitCode, stderr]).toEqual([130, expect.stringContaining('MW1901')]);
    expect(stdout).toMatch(/Window: .* samples[\s\S]*Written to inventory\.json/);
    expect(written().window?.samples).toBeGreaterThan(1);
  }, 240_000);
});

let socket: ReturnType<typeof connect> | undefined;

/** The sshd of this machine, and a cluster without a kubeconfig. */
function estateYaml({ target }: TestSshd, port: number): string {
  return `apiVersion: meshway/v1alpha1
kind: Estate
name: test
provider: { name: istio, cluster: none }
ssh: { identityFile: ${target.identityFile}, knownHostsFile: ${target.knownHostsFile} }
hosts: [{ name: up, address: 127.0.0.1, port: ${target.port}, user: ${target.user} }]
clusters: [{ name: none, kubeconfig: ./missing, namespaces: [app] }]
services: [{ name: app, port: ${port}, workload: { host: up, unit: app.service } }]
`;
}
