import { describe, expect, it } from 'vitest';
import { readList } from '../../../src/estate/lists/recognise.ts';
import { codes, read } from './read-checked.ts';

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
