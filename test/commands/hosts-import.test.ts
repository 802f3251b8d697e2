import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseEstate } from '../../src/estate/parse.ts';
import type { ListedHost } from '../../src/estate/schema.ts';
import { inventorySchema } from '../../src/inventory/schema.ts';
import { runMesh } from '../run-mesh.ts';

const estate = (hosts: string): string => `apiVersion: meshway/v1alpha1
kind: Estate
name: shop
provider: { name: istio, cluster: main }
clusters: [{ name: main, namespaces: [shop] }]
services: [{ name: catalog, namespace: shop, workload: { host: vm-a, unit: catalog.service } }]
${hosts}`;
const inventory = `[vms]
vm-a ansible_host=192.0.2.1 ansible_user=ops ansible_password=hunter2
vm-b ansible_host=192.0.2.2 ansible_ssh_common_args='-o ProxyJump=ops@gate.example'
[odd]
-oProxyCommand=evil
`;

describe('host lists on the command line', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'meshway-import-'));
    mkdirSync(join(directory, 'lists'));
    writeFileSync(join(directory, 'inventory.ini'), inventory);
    writeFileSync(join(directory, 'lists/more.txt'), 'ops@vm-c:2222\nvm-a\n');
    writeFileSync(join(directory, 'two.conf'), 'Host vm-a\n  HostName 192.0.2.9\n');
    writeFileSync(join(directory, 'unclear'), '[web]\nHost vm-a\n');
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const mesh = (...args: string[]): ReturnType<typeof runMesh> => runMesh(args, { cwd: directory });

  it('print hosts as an estate has them', async () => {
    const { exitCode, stdout, stderr } = await mesh(
      'hosts',
      'import',
      'inventory.ini',
      '--group',
      'vms',
      '--user',
      'deploy',
    );
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toBe(
      'hosts:\n  - { name: vm-a, address: 192.0.2.1, user: ops }\n  - { name: vm-b, address: 192.0.2.2, user: deploy, jump: ops@gate.example }\n',
    );
    expect(parseEstate(estate(stdout), 'estate.yaml').hosts).toHaveLength(2);
  });

  it('print what is good of a list, say what is not, and end with 9', async () => {
    const { exitCode, stdout, stderr } = await mesh('hosts', 'import', 'inventory.ini', 'lists/more.txt', 'gone');
    expect(exitCode).toBe(9);
    expect(stdout).toContain('vm-b');
    expect(stdout).not.toMatch(/vm-a|evil/);
    expect(stderr).toMatch(/MW1051 inventory.ini, line 5[\s\S]*MW1030 gone[\s\S]*MW1056 Host vm-a/);
    expect(stdout + stderr).not.toMatch(/hunter2|evil/);
  });

  it('are JSON for programs', async () => {
    const { exitCode, stdout } = await mesh('hosts', 'import', 'two.conf', '--json', '--format', 'ssh-config');
    const { hosts, problems } = JSON.parse(stdout) as { hosts: ListedHost[]; problems: unknown[] };
    expect([exitCode, hosts, problems]).toEqual([0, [{ name: 'vm-a', address: '192.0.2.9' }], []]);
  });

  it.each([
    [['unclear'], 64, /MW1059[\s\S]*MW1050: unclear: it can be read as ansible and as ssh-config/],
    [['two.conf', '--user', '-oX'], 64, /MW1001/],
    [['two.conf', '--user', 'Root'], 64, /MW1001[\s\S]*user: a POSIX user name/],
    [['two.conf', '--format', 'toml'], 64, /MW1001/],
    [[], 64, /MW1001/],
    [['--bogus', 'two.conf'], 64, /MW1001/],
  ])('%j is refused', async (args, status, words) => {
    const { exitCode, stdout, stderr } = await mesh('hosts', 'import', ...args);
    expect([exitCode, stdout]).toEqual([status, '']);
    expect(stderr).toMatch(words);
  });

  it('say how many hosts lack a user', async () => {
    const { stderr } = await mesh('hosts', 'import', 'two.conf');
    expect(stderr).toContain('1 of 1 hosts have no user');
  });

  it('stand in for hosts of an estate, and stop it when they change for the worse', async () => {
    writeFileSync(
      join(directory, 'estate.yaml'),
      estate('hostsFrom: [{ file: inventory.ini, group: vms, user: ops }]\n'),
    );
    const { stdout } = await mesh('doctor', '--json');
    expect(stdout).not.toContain('MW1058');
    writeFileSync(join(directory, 'estate.yaml'), estate('hostsFrom: [{ file: inventory.ini, user: ops }]\n'));
    const { exitCode, stderr } = await mesh('graph', '-f', 'estate.yaml');
    expect([exitCode, stderr]).toEqual([64, expect.stringMatching(/MW1058[\s\S]*MW1051: inventory.ini, line 5/)]);
  });

  it('are read by discovery from files', async () => {
    rmSync(join(directory, 'estate.yaml'), { force: true });
    writeFileSync(join(directory, 'vm-a.env'), 'TO=http://other.example\n');
    const { exitCode, stdout } = await mesh('discover', '--from-files', 'inventory.ini', 'vm-a.env');
    expect([exitCode, stdout]).toEqual([9, expect.stringContaining('MW1051')]);
    const found = inventorySchema.parse(JSON.parse(readFileSync(join(directory, 'inventory.json'), 'utf8')));
    expect([found.hosts, found.workloads.map(({ id }) => id)]).toEqual([[], ['vm/vm-a/vm-a.service']]);
  });
});
