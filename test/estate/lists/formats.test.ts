import { describe, expect, it } from 'vitest';
import { checkList } from '../../../src/estate/lists/check.ts';
import type { ListFormat } from '../../../src/estate/lists/listed-host.ts';
import { readList } from '../../../src/estate/lists/recognise.ts';
import type { HostSource } from '../../../src/estate/schema.ts';

type Choice = Omit<HostSource, 'file'>;
const read = (text: string, choice: Choice = {}): ReturnType<typeof checkList> =>
  checkList(readList(text, 'hosts', choice.format), 'hosts', choice);
const codes = (text: string, choice?: Choice): string[] => read(text, choice).problems.map(({ error }) => error.code);
const state = (resources: unknown[], more: object = {}): string =>
  JSON.stringify({ version: 4, terraform_version: '1.9.0', serial: 3, lineage: 'x', outputs: {}, resources, ...more });
const machine = (type: string, attributes: object, more: object = {}): object => ({
  ...{ mode: 'managed', type, name: 'web', provider: 'provider["registry.terraform.io/x/y"]' },
  instances: [{ schema_version: 1, attributes, ...more }],
});

describe('a plain list', () => {
  it('has one host a line', () => {
    const text =
      '# ours\nweb1.example\n\nops@web2:2222 # the second\n192.0.2.7:22\n2001:db8::5\nops@[2001:db8::6]:2200\n';
    expect(read(text)).toMatchObject({
      problems: [],
      hosts: [
        { name: 'web1.example', address: 'web1.example' },
        { name: 'web2', address: 'web2', user: 'ops', port: 2222 },
        { name: '192.0.2.7', address: '192.0.2.7', port: 22 },
        { name: 'ip6-2001-db8--5', address: '2001:db8::5' },
        { name: 'ip6-2001-db8--6', address: '2001:db8::6', user: 'ops', port: 2200 },
      ],
    });
  });

  it.each(['web1 web2', 'web1:ssh', 'web1:22:22', 'a@b@c', '[web1', 'web 1:22', ':22'])('refuses %j', (line) => {
    expect(codes(`ok\n${line}\n`, { format: 'list' })).toEqual([expect.stringMatching(/^MW105[13]$/)]);
  });
});

describe('jump hosts of an inventory', () => {
  const jump = (args: string): string | undefined =>
    read(`[g]\nh1 ansible_host=10.0.0.1\n[g:vars]\nansible_ssh_common_args=${args}\n`).hosts[0]?.jump;
  it.each([
    [`'-o ProxyJump=ops@gate.example:2222'`, 'ops@gate.example:2222'],
    [`-J gate`, 'gate'],
    [`"-o ControlPersist=5m -o ProxyJump=\\"ops@gate\\""`, 'ops@gate'],
    [`'-oProxyJump=ssh://ops@gate:22'`, 'ops@gate:22'],
    [`'-o ProxyCommand="ssh -W %h:%p -q ops@gate.example"'`, 'ops@gate.example'],
    [`'-o ProxyCommand="ssh -i id -p 2222 -l ops -o StrictHostKeyChecking=no -W %h:%p gate"'`, 'ops@gate:2222'],
    [`'-o ProxyJump=none'`, undefined],
    [`'-o ForwardAgent=no -C'`, undefined],
  ])('%s', (args, expected) => {
    expect(jump(args)).toBe(expected);
  });

  it.each([
    [`'-o ProxyJump=a,b'`, 'a chain'],
    [`'-o ProxyCommand="nc -X 5 %h %p"'`, 'ProxyCommand'],
    [`'-o ProxyCommand="sshpass -p hunter2 ssh -W %h:%p gate"'`, 'ProxyCommand'],
    [`'-o ProxyJump={{ gate }}'`, 'template'],
    [`'-o "ProxyJump=a'`, 'not understood'],
  ])('%s cannot be told', (args, reason) => {
    const { hosts, problems } = read(`[g]\nh1 ansible_host=10.0.0.1\n[g:vars]\nansible_ssh_common_args=${args}\n`);
    expect(hosts).toEqual([]);
    expect(problems.map(({ error }) => error.message)).toEqual([
      expect.stringMatching(`^MW1052: hosts, line 2: host "h1".*${reason}`),
    ]);
    expect(JSON.stringify(problems.map(({ error }) => error.toDocument()))).not.toContain('hunter2');
  });
});

describe('an Ansible inventory', () => {
  it('gives one group, and those below it', () => {
    const text = '[web]\nw1\n[db]\nd1\n[prod:children]\nweb\n';
    expect(read(text, { group: 'prod' }).hosts.map(({ name }) => name)).toEqual(['w1']);
    expect(codes(text, { group: 'test' })).toEqual(['MW1055']);
  });

  it('keeps no secret, in whatever form', () => {
    const yaml =
      'all:\n  vars:\n    ansible_become_pass: hunter2\n    other: !vault |\n      $ANSIBLE_VAULT;1.1;AES256\n      6162hunter2\n  hosts:\n    w1: { ansible_password: !unsafe hunter2, ansible_user: !unsafe ops }\n';
    const { hosts, problems } = read(yaml);
    expect(problems).toEqual([]);
    expect(hosts).toEqual([{ name: 'w1', address: 'w1', user: 'ops' }]);
    const output = readList(yaml, 'hosts');
    expect(JSON.stringify(output)).not.toContain('hunter2');
  });

  it.each([
    ['a vaulted address', 'all:\n  hosts:\n    w1: { ansible_host: !vault "x" }\n', 'MW1052'],
    [
      'a vaulted user in what is printed',
      '{"_meta":{"hostvars":{"w1":{"ansible_user":{"__ansible_vault":"x"}}}},"all":{"hosts":["w1"]}}',
      'MW1052',
    ],
    ['a template', "[a]\nw1 ansible_host='{{ ip }}'\n", 'MW1052'],
    ['a list for an address', 'all:\n  hosts:\n    w1: { ansible_host: [a] }\n', 'MW1052'],
    ['an encrypted file', '$ANSIBLE_VAULT;1.1;AES256\n6162\n', 'MW1054'],
    ['a program', '#!/usr/bin/env python3\nprint("{}")\n', 'MW1054'],
    ['the configuration of a plugin', 'plugin: amazon.aws.aws_ec2\nregions: [x]\n', 'MW1054'],
    ['a merge key', 'x: &x { a: 1 }\nall:\n  vars: { <<: *x }\n', 'MW1014'],
    ['an own tag', 'all:\n  hosts: !!python/object:os.system x\n', 'MW1014'],
    ['a key twice', 'all:\n  hosts: {}\n  hosts: {}\n', 'MW1013'],
    [
      'a bomb',
      `all: &a { hosts: { h: } }\n${Array.from({ length: 200 }, (_, n) => `g${n}: *a`).join('\n')}\n`,
      'MW1014',
    ],
    ['a name that is an option', '[a]\n-oProxyCommand=x\n', 'MW1051'],
    ['a user that is an option', '[a]\nw1 ansible_user=-lroot\n', 'MW1051'],
    ['an address with shell words', "[a]\nw1 ansible_host='$(id)'\n", 'MW1051'],
    ['a port that is none', '[a]\nw1 ansible_port=99999\n', 'MW1051'],
    ['a port in words', '[a]\nw1 ansible_port=ssh\n', 'MW1051'],
    ['a jump host with an option', "[a]\nw1 ansible_ssh_common_args='-o ProxyJump=-oX'\n", 'MW1051'],
    ['too wide a range', '[a]\nweb[1:99999999999]\n', 'MW1053'],
    ['ranges of ranges', '[a]\nn[1:999][1:999][1:999][1:999]\n', 'MW1053'],
    ['a range that falls', '[a]\nweb[5:1]\n', 'MW1053'],
    ['no host at all', '[a]\n', 'MW1059'],
    ['only hosts that SSH does not reach', '[a]\nlocalhost ansible_connection=local\n', 'MW1059'],
  ])('%s is a finding', (_name, text, code) => {
    expect(codes(text).filter((one) => one !== 'MW1057')).toEqual([code]);
  });

  it('loses one host to what is wrong with it, and no other', () => {
    const { hosts, problems } = read('[a]\nw1\nw\u202e2\nw3 ansible_host=\u001b[31m\nw4\n');
    expect(hosts.map(({ name }) => name)).toEqual(['w1', 'w4']);
    expect(problems.map(({ error }) => error.code)).toEqual(['MW1051', 'MW1051']);
    expect(JSON.stringify(problems.map(({ error }) => error.message))).not.toMatch(/[\u202e\u001b]|\\u/);
  });

  it('prints nothing of a word in the wrong place', () => {
    const { problems } = read('[a]\nansible_password=hunter2\nroot:hunter2@w1\n', { format: 'ansible' });
    expect(problems).toHaveLength(2);
    expect(JSON.stringify(problems.map(({ error }) => error.toDocument()))).not.toContain('hunter2');
  });
});

describe('a Terraform state', () => {
  it.each<[string, object, object]>([
    [
      'aws_instance',
      { private_ip: '10.0.0.1', public_ip: '192.0.2.1', tags: { Name: 'web-a' } },
      { name: 'web-a', address: '10.0.0.1' },
    ],
    ['aws_instance', { private_ip: '', public_ip: '192.0.2.1', tags: null }, { name: 'web', address: '192.0.2.1' }],
    [
      'google_compute_instance',
      { name: 'g1', network_interface: [{ network_ip: '10.0.0.2', access_config: [{ nat_ip: '192.0.2.2' }] }] },
      { name: 'g1', address: '10.0.0.2' },
    ],
    [
      'azurerm_linux_virtual_machine',
      { name: 'a1', private_ip_address: '10.0.0.3', admin_password: 'hunter2' },
      { name: 'a1', address: '10.0.0.3' },
    ],
    [
      'openstack_compute_instance_v2',
      { name: 'o1', access_ip_v4: '', network: [{ fixed_ip_v4: '10.0.0.4' }] },
      { name: 'o1', address: '10.0.0.4' },
    ],
    [
      'openstack_compute_instance_v2',
      { name: 'o6', access_ip_v4: '', access_ip_v6: '[2001:db8::1]', network: [] },
      { name: 'o6', address: '2001:db8::1' },
    ],
    ['vsphere_virtual_machine', { name: 'v1', default_ip_address: '10.0.0.5' }, { name: 'v1', address: '10.0.0.5' }],
    [
      'hcloud_server',
      { name: 'h1', ipv4_address: '192.0.2.6', network: [{ ip: '10.0.0.6' }] },
      { name: 'h1', address: '10.0.0.6' },
    ],
    [
      'digitalocean_droplet',
      { name: 'd1', ipv4_address: '192.0.2.7', ipv4_address_private: '10.0.0.7' },
      { name: 'd1', address: '10.0.0.7' },
    ],
    [
      'libvirt_domain',
      { name: 'l1', network_interface: [{ addresses: ['192.168.122.8'] }] },
      { name: 'l1', address: '192.168.122.8' },
    ],
  ])('has the name and address of %s', (type, attributes, host) => {
    expect(read(state([machine(type, attributes)]))).toMatchObject({ problems: [], hosts: [host] });
  });

  it('tells machines of one name apart by their place', () => {
    const instances = ['a', 'b'].map((key, index) => ({
      index_key: key,
      attributes: { private_ip: `10.0.0.${index}`, tags: { Name: 'web' } },
    }));
    const resource = { mode: 'managed', type: 'aws_instance', module: 'module.shop["eu"]', name: 'this', instances };
    expect(read(state([resource])).hosts.map(({ name }) => name)).toEqual(['shop-eu-this-a', 'shop-eu-this-b']);
  });

  it('keeps nothing of outputs, data sources, deposed objects, or what is sensitive', () => {
    const sensitive = [[{ type: 'get_attr', value: 'private_ip' }]];
    const text = state(
      [
        machine('aws_instance', { private_ip: '10.0.0.1', password_data: 'hunter2' }),
        machine(
          'aws_instance',
          { private_ip: '10.9.9.9', tags: { Name: 'hidden' } },
          { sensitive_attributes: sensitive },
        ),
        machine('aws_instance', { private_ip: '10.8.8.8' }, { deposed: 'abc' }),
        { ...machine('aws_instance', { private_ip: '10.7.7.7' }), mode: 'data' },
      ],
      { outputs: { key: { value: 'hunter2', sensitive: true } } },
    );
    const result = read(text);
    expect(result.hosts).toEqual([{ name: 'web', address: '10.0.0.1' }]);
    expect(result.problems.map(({ error }) => error.message)).toEqual([
      expect.stringMatching(/^MW1052: hosts: host "hidden".*sensitive/),
    ]);
    expect(JSON.stringify(result)).not.toMatch(/hunter2|10\.[789]/);
  });

  it.each([
    ['version 3', JSON.stringify({ version: 3, serial: 1, modules: [] }), 'MW1054', 'another version'],
    [
      'a pointer to a backend',
      JSON.stringify({ version: 3, serial: 1, backend: { type: 's3', config: { secret_key: 'hunter2' } } }),
      'MW1054',
      'remote backend',
    ],
    [
      'what show prints',
      JSON.stringify({ format_version: '1.0', terraform_version: '1.9.0', values: {} }),
      'MW1054',
      'terraform show',
    ],
    ['an encrypted state', JSON.stringify({ serial: 1, lineage: 'x', encrypted_data: 'eA==' }), 'MW1054', 'encrypted'],
    ['no machines', state([machine('null_resource', {})]), 'MW1059', 'no host'],
    ['JSON of another kind', '{"a":[1]}', 'MW1050', 'no kind'],
    ['broken JSON', '{"version": 4, ', 'MW1050', 'none'],
  ])('%s is refused', (_name, text, code, reason) => {
    const { problems } = read(text);
    expect(problems.map(({ error }) => error.message)).toEqual([expect.stringMatching(`^${code}: .*${reason}`)]);
    expect(problems[0]?.error.fixText).not.toContain('{');
  });

  it('says which kinds of machines it does not know', () => {
    const { hosts, problems } = read(
      state([machine('aws_instance', { private_ip: '10.0.0.1' }), machine('other_instance', {})]),
    );
    expect(hosts).toHaveLength(1);
    expect(problems.map(({ level, error }) => `${level} ${error.message}`)).toEqual([
      expect.stringMatching(/^warning MW1057.*other_instance/),
    ]);
  });
});

describe('an ssh_config', () => {
  it('is read as ssh would reach its hosts', () => {
    const text =
      'Host gate\n  HostName 192.0.2.10\n  User jumper\n  Port 2200\nHost web1 web2 *.example\n  ProxyJump gate\n  User ops\nHost web1\n  HostName 10.0.0.1\n';
    expect(read(text)).toMatchObject({
      problems: [],
      hosts: [
        { name: 'gate', address: '192.0.2.10', user: 'jumper', port: 2200 },
        { name: 'web1', address: '10.0.0.1', user: 'ops', jump: 'jumper@192.0.2.10:2200' },
        { name: 'web2', address: 'web2', user: 'ops', jump: 'jumper@192.0.2.10:2200' },
      ],
    });
  });

  it.each([
    ['a Match block', 'Host w1\n  User ops\nMatch user ops\n  ForwardAgent no\n', ['warning MW1057'], 1],
    [
      'a Match block that says how hosts are reached',
      'Host w1\nMatch exec "touch /x"\n  HostName evil\n',
      ['warning MW1057', 'error MW1057'],
      1,
    ],
    ['a jump over a jump', 'Host a\n  ProxyJump b\nHost b\n  ProxyJump c\nHost c\n', ['error MW1052'], 2],
    ['a jump to itself', 'Host *\n  ProxyJump gate\nHost gate\n', ['error MW1052'], 0],
    ['a token', 'Host w1\n  HostName %r.example\n', ['error MW1052'], 0],
    ['a command', 'Host w1\n  ProxyCommand curl hunter2\n', ['error MW1052'], 0],
    ['a line that is none', 'Host w1\nHostName\n', ['error MW1053'], 1],
    ['an open quote', 'Host "w1\n', ['error MW1053'], 0],
    ['an Include that nobody follows', 'Include other\nHost w1\n', ['error MW1057'], 1],
    ['a host with an underscore', 'Host w_1\nHost w2\n', ['error MW1051'], 1],
  ])('%s is told', (_name, text, problems, hosts) => {
    const result = read(text, { format: 'ssh-config' });
    expect(result.problems.map(({ level, error }) => `${level} ${error.code}`)).toEqual(problems);
    expect(result.hosts).toHaveLength(hosts);
    expect(JSON.stringify(result.problems.map(({ error }) => error.toDocument()))).not.toContain('hunter2');
  });
});

describe('the format', () => {
  it.each<[string, ListFormat]>([
    ['[web]\nw1\n', 'ansible'],
    ['w1 ansible_host=10.0.0.1\n', 'ansible'],
    ['web[1:3]\n', 'ansible'],
    ['---\nall:\n  hosts: { w1: }\n', 'ansible'],
    ['{"_meta": {"hostvars": {}}, "all": {"hosts": ["w1"]}}', 'ansible'],
    ['{"all": {"hosts": {"w1": null}}}', 'ansible'],
    [state([]), 'terraform'],
    ['# mine\nHost w1\n', 'ssh-config'],
    ['w1\nops@w2:22\n', 'list'],
  ])('of %j is known by its content', (text, format) => {
    expect(readList(text, 'hosts').format).toBe(format);
  });

  it.each(['[web]\nHost w1\n', 'hello there\n', '', 'a: 1\n', '[1, 2]', 'NAME=value\n'])(
    'of %j is asked for',
    (text) => {
      expect(codes(text)).toEqual(['MW1050']);
    },
  );

  it('is asked for where the text says otherwise', () => {
    expect(codes('{"all": {"hosts": {"w1": null}}}', { format: 'terraform' })).toEqual(['MW1050']);
    expect(codes('w1\n', { format: 'terraform' })).toEqual(['MW1053']);
    expect(codes('Host w1\n  Port 22\n', { format: 'ansible' })).not.toEqual([]);
  });
});

describe('sizes', () => {
  it('reads a large inventory at once', { timeout: 120_000 }, () => {
    const text = `[web]\n${Array.from({ length: 15_000 }, (_, n) => `w${n} ansible_host=10.0.${n >> 8}.${n & 255}`).join('\n')}\n`;
    const before = performance.now();
    expect(read(text).hosts).toHaveLength(15_000);
    expect(performance.now() - before).toBeLessThan(60_000);
  });

  it.each([
    ['lines', 'w1 x=y\n'.repeat(150_000), 'ansible'],
    ['broken lines', 'w1 "\n'.repeat(400_000), 'ansible'],
    ['groups', Array.from({ length: 50_000 }, (_, n) => `[g${n}:children]\ng${n + 1}`).join('\n'), 'ansible'],
    ['hosts', Array.from({ length: 60_000 }, (_, n) => `h${n}`).join('\n'), 'list'],
    ['blocks', Array.from({ length: 60_000 }, (_, n) => `Host h${n} *${n}\n  User u`).join('\n'), 'ssh-config'],
    ['stars', `Host ${'*a'.repeat(30_000)}\n  User u\nHost ${'a'.repeat(30_000)}b\n`, 'ssh-config'],
    ['quotes', `w1 ${'"\\"'.repeat(100_000)}\n`, 'ansible'],
    ['brackets', `[${'['.repeat(100_000)}\n`, 'ansible'],
    ['keys', `all:\n  hosts:\n${Array.from({ length: 60_000 }, (_, n) => `    h${n}:`).join('\n')}\n`, 'ansible'],
    ['depth', `all: ${'{children: {a: '.repeat(20_000)}`, 'ansible'],
  ] as const)('%s without end are refused or read in seconds', { timeout: 120_000 }, (_name, text, format) => {
    const before = performance.now();
    const { problems, hosts } = read(text, { format });
    expect(problems.length + hosts.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThan(200);
    expect(performance.now() - before).toBeLessThan(60_000);
  });
});
