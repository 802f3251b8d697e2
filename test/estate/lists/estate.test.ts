import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MeshError } from '../../../src/errors/index.ts';
import { estateDigest } from '../../../src/estate/digest.ts';
import { openEstate } from '../../../src/estate/load-estate.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mesh-lists-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function put(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
}

const estateWith = (hosts: string): string => `apiVersion: meshway/v1alpha1
kind: Estate
name: shop
provider: { name: istio, cluster: main }
clusters: [{ name: main, namespaces: [shop] }]
services: [{ name: catalog, namespace: shop, workload: { host: vm-a, unit: catalog.service } }]
${hosts}
`;

async function opened(hosts: string, files: Readonly<Record<string, string>> = {}): ReturnType<typeof openEstate> {
  put({ ...files, 'estate.yaml': estateWith(hosts) });
  return await openEstate(join(directory, 'estate.yaml'), 1e6);
}
const hostsOf = async (...args: Parameters<typeof opened>): Promise<unknown> => (await opened(...args)).estate.hosts;
const digestOf = async (...args: Parameters<typeof opened>): Promise<string> =>
  estateDigest((await opened(...args)).estate, (text) => text);
async function failure(...args: Parameters<typeof opened>): Promise<string[]> {
  const error = await opened(...args).then(
    () => undefined,
    (caught: MeshError) => caught,
  );
  return [error?.code ?? 'nothing', ...(error?.details ?? [])];
}

const none = { excludeInboundPorts: [], excludeOutboundPorts: [] };
const inventory =
  '[vms]\nvm-a ansible_host=192.0.2.1 ansible_user=ops\nvm-b ansible_host=192.0.2.2 ansible_port=2222\n[rest]\nother\n';

describe('an estate with host lists', () => {
  it('has their hosts, and the default of the user', async () => {
    expect(
      await hostsOf('hostsFrom: [{ file: lists/inventory.ini, group: vms, user: deploy }]', {
        'lists/inventory.ini': inventory,
      }),
    ).toEqual([
      { name: 'vm-a', address: '192.0.2.1', port: 22, user: 'ops', ...none },
      { name: 'vm-b', address: '192.0.2.2', port: 2222, user: 'deploy', ...none },
    ]);
  });

  it('lets an entry of its own win, field by field', async () => {
    const hosts =
      'hosts: [{ name: vm-b, user: root, excludeInboundPorts: [9100] }]\nhostsFrom: [{ file: i, group: vms }]';
    expect(await hostsOf(hosts, { i: inventory })).toEqual([
      { ...none, name: 'vm-b', address: '192.0.2.2', port: 2222, user: 'root', excludeInboundPorts: [9100] },
      { name: 'vm-a', address: '192.0.2.1', port: 22, user: 'ops', ...none },
    ]);
  });

  it('joins what two lists say of one host, and refuses what they contradict', async () => {
    const both = 'hostsFrom: [{ file: a, user: ops }, { file: b, user: admin }]';
    const a = '[all]\nvm-a ansible_host=192.0.2.1 ansible_user=root\n';
    expect(await hostsOf(both, { a, b: 'Host vm-a\n  HostName 192.0.2.1\n  Port 2200\n' })).toEqual([
      { name: 'vm-a', address: '192.0.2.1', port: 2200, user: 'root', ...none },
    ]);
    const b = '[all]\nvm-a ansible_host=192.0.2.9\n';
    expect(await failure(both, { a, b })).toEqual([
      'MW1058',
      'MW1056: Host vm-a: its address is 192.0.2.1 in a, and 192.0.2.9 in b.',
    ]);
    expect(await hostsOf(`hosts: [{ name: vm-a, address: 192.0.2.5 }]\n${both}`, { a, b })).toMatchObject([
      { address: '192.0.2.5', user: 'root' },
    ]);
  });

  it('misses no host in silence', async () => {
    const from = 'hostsFrom: [{ file: i, user: ops }]';
    expect(await failure(from, { i: '[a]\nvm-a\nvm_b\nvm-c ansible_host="{{ ip }}"\n' })).toEqual([
      'MW1058',
      expect.stringMatching(/^MW1052: i, line 4: host "vm-c"/),
      expect.stringMatching(/^MW1051: i, line 3: host "vm_b"/),
    ]);
    expect(await failure('hostsFrom: [{ file: i }]', { i: 'vm-a\n' })).toEqual([
      'MW1058',
      expect.stringMatching(/^MW1051: .*no list says its user/),
    ]);
    expect(await failure(from.replace('file: i', 'file: gone'))).toEqual([
      'MW1058',
      'MW1030: gone: it does not exist.',
    ]);
    expect(await failure(from.replace('file: i', 'file: .'))).toEqual(['MW1058', expect.stringMatching(/^MW1030/)]);
    expect(await failure(from, { i: '\u0000' })).toEqual(['MW1058', 'MW1032: i: it is not UTF-8 text.']);
    expect(await failure(from, { i: 'x'.repeat(50_000_000) })).toEqual(['MW1058', expect.stringMatching(/^MW1031/)]);
  });

  it('keeps what it leaves out on purpose', async () => {
    const { warnings } = await opened('hostsFrom: [{ file: i, user: ops }]', {
      i: '[a]\nvm-a\nlocalhost ansible_connection=local\n',
    });
    expect(warnings.map(({ error }) => error.message)).toEqual([
      expect.stringMatching(/^MW1057: i, line 3: .*not reach by SSH/),
    ]);
  });

  it.each([
    ['hostsFrom: [{ file: i, format: toml }]', /^MW1011$/, 'hostsFrom[0].format'],
    ['hostsFrom: [{ path: i }]', /^MW1011$/, 'hostsFrom[0]'],
    ['hostsFrom: [{ file: i, user: -oX }]', /^MW1011$/, 'hostsFrom[0].user'],
    ['hosts: [{ name: vm-z, user: ops }]\nhostsFrom: [{ file: i }]', /^MW1011$/, 'hosts[0].address'],
  ])('%s is refused with its place', async (hosts, code, detail) => {
    const [found, ...details] = await failure(hosts, { i: 'ops@vm-a\n' });
    expect(found).toMatch(code);
    expect(details.join('\n')).toContain(detail);
  });

  it('has a digest of the hosts, wherever and however they are listed', async () => {
    const from = 'hostsFrom: [{ file: i, user: ops }]';
    const first = await digestOf(from, { i: '[a]\nvm-a ansible_host=192.0.2.1 note=1\nvm-b\n' });
    expect(
      await digestOf('hostsFrom: [{ file: j, user: ops }]', {
        j: '# new\n[b]\nvm-b\n[c]\nvm-a ansible_host=192.0.2.1 note=2\n',
      }),
    ).toBe(first);
    expect(
      await digestOf(
        'hosts: [{ name: vm-a, address: 192.0.2.1, user: ops }, { name: vm-b, address: vm-b, user: ops }]',
      ),
    ).toBe(first);
    expect(await digestOf(from, { i: '[a]\nvm-a ansible_host=192.0.2.2\nvm-b\n' })).not.toBe(first);
    expect(await digestOf(from, { i: '[a]\nvm-a ansible_host=192.0.2.1\nvm-b\nvm-c\n' })).not.toBe(first);
  });

  it('follows what an ssh_config includes, within its directory', async () => {
    const from = 'hostsFrom: [{ file: ssh/config, user: ops }]';
    const files = {
      'ssh/conf.d/10-a.conf': 'Host vm-a\n  HostName 192.0.2.1\n',
      'ssh/conf.d/20-b': 'Host vm-b\n',
      'ssh/config': 'Include conf.d/*.conf none\nHost *\n  Port 2022\n',
    };
    expect(await hostsOf(from, files)).toMatchObject([{ name: 'vm-a', address: '192.0.2.1', port: 2022 }]);
    expect(await failure(from, { ...files, 'ssh/config': 'Include ../outside\nHost vm-a\n' })).toEqual([
      'MW1058',
      expect.stringMatching(/^MW1057: ssh\/config, line 1: .*out of the directory/),
    ]);
    expect(
      await failure(from, { ...files, 'ssh/loop': 'Include loop\n', 'ssh/config': 'Include loop\nHost vm-a\n' }),
    ).toEqual(['MW1058', expect.stringMatching(/^MW1057: loop, line 1: .*deep/)]);
    symlinkSync('/etc/hostname', join(directory, 'ssh', 'link'));
    expect(await failure(from, { ...files, 'ssh/config': 'Include link\nHost vm-a\n' })).toEqual([
      'MW1058',
      expect.stringMatching(/cannot be read/),
    ]);
  });

  it('takes an included block only where the block around the Include holds', async () => {
    const files = {
      c: 'Host vm-b\n  Include inner\nHost *\n  User ops\n',
      inner: 'Host vm-a\n  Port 2022\nHost vm-b\n  Port 2023\n',
    };
    expect(await hostsOf('hostsFrom: [{ file: c, format: ssh-config }]', files)).toMatchObject([
      { name: 'vm-a', port: 22 },
      { name: 'vm-b', port: 2023 },
    ]);
  });

  it('minds the variables that Ansible reads from beside an inventory', async () => {
    const from = 'hostsFrom: [{ file: i, user: ops, group: vms }]';
    const harmless = await opened(from, {
      i: inventory,
      'group_vars/all.yml': 'region: "{{ ansible_user }}"\n# ansible_user: y\n',
    });
    expect(harmless.warnings.map(({ error }) => error.code)).toEqual(['MW1057']);
    expect(await failure(from, { 'group_vars/vms/main.yml': 'all: { "ansible_user": other }\n' })).toEqual([
      'MW1058',
      expect.stringMatching(/^MW1054: i: group_vars\/vms\/main.yml has ansible_user/),
    ]);
  });
});
