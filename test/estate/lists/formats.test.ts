import { describe, expect, it } from 'vitest';
import type { ListFormat } from '../../../src/estate/lists/listed-host.ts';
import { readList } from '../../../src/estate/lists/recognise.ts';
import { codes, read, state } from './read-checked.ts';

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
