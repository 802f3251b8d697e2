import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMeshError } from '../../../src/errors/index.ts';
import { checkList } from '../../../src/estate/lists/check.ts';
import { listFormats, type ListFormat } from '../../../src/estate/lists/listed-host.ts';
import { readList } from '../../../src/estate/lists/recognise.ts';
import { renderHosts } from '../../../src/estate/lists/render.ts';
import { listedHostSchema, type ListedHost } from '../../../src/estate/schema.ts';
import { readYaml } from '../../../src/estate/yaml.ts';
import { inventories } from './inventories.ts';

const word = fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/);
const user = fc.stringMatching(/^[a-z_][a-z0-9_-]{0,8}$/);
const host = fc.record(
  {
    name: fc.tuple(word, word).map((parts) => parts.join('.')),
    address: fc.oneof(fc.ipV4(), word, fc.constant('2001:db8::7')),
    port: fc.integer({ min: 1, max: 65_535 }),
    user,
    jump: fc
      .tuple(user, word, fc.integer({ min: 1, max: 65_535 }))
      .map(([login, at, port]) => `${login}@${at}-gate:${port}`),
  },
  { requiredKeys: ['name', 'address'] },
);
const hosts = fc.uniqueArray(host, { selector: ({ name }) => name, minLength: 1, maxLength: 20 });

const args = (jump?: string): string[] => (jump === undefined ? [] : [`-o ProxyJump=${jump}`]);
const variables = ({ address, port, user: login, jump }: ListedHost): Record<string, unknown> => ({
  ansible_host: address,
  ...(port === undefined ? {} : { ansible_port: port }),
  ...(login === undefined ? {} : { ansible_user: login }),
  ...(jump === undefined ? {} : { ansible_ssh_common_args: args(jump)[0] }),
  ansible_password: 'hunter2',
});

/** Each format as its users write it. */
const writers: Readonly<Record<string, (list: readonly ListedHost[]) => string>> = {
  'ansible, INI': (list) =>
    `[all]\n${list
      .map((one) =>
        [one.name, ...Object.entries(variables(one)).map(([name, value]) => `${name}='${String(value)}'`)].join(' '),
      )
      .join('\n')}\n`,
  'ansible, YAML': (list) =>
    `all:\n  hosts:\n${list.map((one) => `    "${one.name}": ${JSON.stringify(variables(one))}`).join('\n')}\n`,
  'ansible, JSON': (list) =>
    JSON.stringify({
      _meta: { hostvars: Object.fromEntries(list.map((one) => [one.name, variables(one)])) },
      all: { children: ['web'] },
      web: { hosts: list.map(({ name }) => name) },
    }),
  'ssh-config': (list) =>
    list
      .map(({ name, address, port, user: login, jump }) =>
        [
          ...[`Host ${name}`, `  HostName ${address}`],
          ...(port === undefined ? [] : [`  Port ${port}`]),
          ...(login === undefined ? [] : [`  User ${login}`]),
          ...(jump === undefined ? [] : [`  ProxyJump ${jump}`]),
        ].join('\n'),
      )
      .join('\n'),
};

describe('any hosts', () => {
  it.each(Object.entries(writers))('written as %s are read back', (_name, write) => {
    fc.assert(
      fc.property(hosts, (list) => {
        const { hosts: found, problems } = checkList(readList(write(list), 'hosts'), 'hosts', {});
        expect(problems).toEqual([]);
        expect(found).toEqual(list);
      }),
    );
  });

  it('written as a Terraform state or as a list are read back, as far as these say', () => {
    fc.assert(
      fc.property(hosts, (list) => {
        const instances = list.map(({ name, address }) => ({ attributes: { name, private_ip_address: address } }));
        const resources = [{ mode: 'managed', type: 'azurerm_linux_virtual_machine', name: 'vm', instances }];
        const state = checkList(readList(JSON.stringify({ version: 4, serial: 1, resources }), 's'), 's', {});
        expect(state.hosts).toEqual(list.map(({ name, address }) => ({ name, address })));
        const lines = list.map(
          ({ name, port, user: login }) =>
            `${login === undefined ? '' : `${login}@`}${name}${port === undefined ? '' : `:${port}`}`,
        );
        const plain = checkList(readList(lines.join('\n'), 'l'), 'l', {});
        expect(plain.hosts).toEqual(
          list.map(({ name, port, user: login }) => ({
            name,
            address: name,
            ...(port === undefined ? {} : { port }),
            ...(login === undefined ? {} : { user: login }),
          })),
        );
      }),
    );
  });

  it('printed for an estate are YAML that says the same', () => {
    const odd = ['1e3', 'null', 'true', '0x10', '12', 'y', '1.5'].map((name) => ({ name, address: name }));
    fc.assert(
      fc.property(fc.oneof(hosts, fc.constant(odd)), (list) => {
        expect(readYaml(renderHosts(list), 'estate.yaml', 1e6).data).toEqual({ hosts: list });
      }),
    );
  });
});

describe('any text', () => {
  const pieces = [
    '[web]\n',
    '[web:vars]\n',
    'Host ',
    'Match all\n',
    'w[1:3]',
    '{{ x }}',
    '!vault |\n',
    'all:\n  hosts:\n    w1:\n',
    '"',
    "'",
    '\\',
    '#',
    ' ansible_host=',
    '::',
    '\u202e',
    '\u001b[31m',
    '\n',
    '{"version":4,"serial":1,"resources":[',
    '"type":"aws_instance"',
    ']}',
    'Include *\n',
    '-oProxyCommand=x',
  ];
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 6 })), { maxLength: 30 })
      .map((parts) => parts.join('')),
    fc
      .tuple(fc.constantFrom(...Object.values(inventories)), fc.nat(400), fc.nat(9), fc.string())
      .map(([whole, at, gap, more]) => whole.slice(0, at) + more + whole.slice(at + gap)),
  );
  it('is hosts that the allow-list lets pass, and problems with codes that can be printed', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(text, fc.constantFrom<ListFormat | undefined>(undefined, ...listFormats), (candidate, format) => {
        const { hosts: found, problems } = checkList(readList(candidate, 'hosts', format), 'hosts', {});
        expect(found.length + problems.length).toBeGreaterThan(0);
        for (const one of found) expect(listedHostSchema.parse(one)).toEqual(one);
        for (const { error } of problems) {
          expect(isMeshError(error)).toBe(true);
          expect(error.message).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
        }
      }),
      { numRuns: 600 },
    );
  });
});
