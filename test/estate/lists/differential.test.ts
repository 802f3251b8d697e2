import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readList, type Read } from '../../../src/estate/lists/recognise.ts';
import { inventories } from './inventories.ts';
import { sshConfigs } from './ssh-configs.ts';

/** The programs that decide what a file means; where one is not installed, its part says that it is skipped. */
const ansible = process.env['MESHWAY_ANSIBLE_INVENTORY'] ?? 'ansible-inventory';
const isThere = (program: string, flag: string): boolean => spawnSync(program, [flag]).error === undefined;
const hasAnsible = isThere(ansible, '--version');
const hasSsh = isThere('ssh', '-V');
if (!hasAnsible) console.warn('skipped: ansible-inventory is not on PATH, nor named by MESHWAY_ANSIBLE_INVENTORY');
if (!hasSsh) console.warn('skipped: ssh is not on PATH');

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'mesh-lists-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Reached {
  address: string;
  port: number | undefined;
  user: string | undefined;
  groups: string[];
}

type Variables = Record<string, string | number | undefined>;
type Output = Record<string, { hosts?: string[]; children?: string[] }> & {
  _meta?: { hostvars: Record<string, Variables> };
};

/** What Ansible makes of an inventory; undefined where it refuses it. */
function asAnsible(file: string): Output | undefined {
  const { status, stdout } = spawnSync(ansible, ['-i', file, '--list'], {
    encoding: 'utf8',
    env: {
      ...process.env,
      ANSIBLE_INVENTORY_UNPARSED_FAILED: 'True',
      ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED: 'True',
      ANSIBLE_INVENTORY_ENABLED: 'yaml,ini',
      ANSIBLE_LOCALHOST_WARNING: 'False',
      ANSIBLE_HOME: join(directory, 'home'),
    },
  });
  return status === 0 ? (JSON.parse(stdout) as Output) : undefined;
}

const overSsh = (variables: Variables): boolean =>
  [undefined, 'ssh', 'smart'].includes(variables['ansible_connection'] as string);

function reachedOf(output: Output): Record<string, Reached> {
  const { _meta: meta, ...groups } = output;
  const direct = (name: string): string[] => [
    ...(groups[name]?.hosts ?? []),
    ...(groups[name]?.children ?? []).flatMap(direct),
  ];
  const members = Object.keys(groups).map((name) => ({ name, hosts: new Set(direct(name)) }));
  const names = [...new Set(members.flatMap(({ hosts }) => [...hosts]))];
  const found = names.map((name): [string, Reached] | undefined => {
    const variables = meta?.hostvars[name] ?? {};
    const one = (what: string): string | number | undefined =>
      variables[`ansible_ssh_${what}`] || variables[`ansible_${what}`] || undefined;
    const port = one('port');
    const reached = {
      address: String(one('host') ?? name),
      port: port === undefined ? undefined : Number(port),
      user: one('user') as string,
    };
    const groupsOf = members
      .filter(({ name: group, hosts }) => group !== 'all' && hosts.has(name))
      .map(({ name: group }) => group);
    return overSsh(variables)
      ? [name, { ...reached, groups: groupsOf.filter((group) => group !== 'ungrouped').sort() }]
      : undefined;
  });
  return Object.fromEntries(found.filter((one) => one !== undefined));
}

function ours({ hosts }: Read): Record<string, Reached> {
  return Object.fromEntries(
    hosts.map(({ name, address = name, port, user, groups }) => [
      name,
      {
        ...{ address, user, port: port === undefined ? undefined : Number(port) },
        groups: groups.filter((group) => group !== 'all' && group !== 'ungrouped').sort(),
      },
    ]),
  );
}

describe.skipIf(!hasAnsible)('as ansible-inventory --list reads it', () => {
  it.each(Object.entries(inventories))('%s', { timeout: 60_000 }, (name, text) => {
    const file = join(directory, name);
    writeFileSync(file, text);
    const theirs = asAnsible(file);
    const read = readList(text, name, 'ansible');
    const errors = read.problems.filter(({ level }) => level === 'error');
    if (theirs === undefined) expect(errors.length, 'Ansible refuses it').toBeGreaterThan(0);
    else {
      expect(errors.map(({ error }) => error.message)).toEqual([]);
      expect(ours(read)).toEqual(reachedOf(theirs));
      // What Ansible prints is a format of its own, and says the same.
      const printed = readList(JSON.stringify(theirs), 'inventory.json');
      expect(printed.format).toBe('ansible');
      expect(ours(printed)).toEqual(reachedOf(theirs));
    }
  });
});

describe.skipIf(!hasSsh)('as ssh -G reads it', () => {
  it.each(Object.entries(sshConfigs))('%s', (name, text) => {
    const file = join(directory, 'config');
    writeFileSync(file, text, { mode: 0o600 });
    const { hosts, problems } = readList(text, name, 'ssh-config');
    expect(problems.filter(({ level }) => level === 'error')).toEqual([]);
    expect(hosts.length).toBeGreaterThan(0);
    for (const host of hosts) {
      const lines = execFileSync('ssh', ['-G', '-F', file, '--', host.name], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).split('\n');
      const said = (keyword: string): string | undefined =>
        lines.find((line) => line.startsWith(`${keyword} `))?.slice(keyword.length + 1);
      expect({ address: host.address, port: host.port ?? '22' }).toEqual({
        address: said('hostname'),
        port: said('port'),
      });
      if (host.user !== undefined) expect(host.user).toBe(said('user'));
      expect(host.jump !== undefined).toBe((said('proxyjump') ?? said('proxycommand') ?? 'none') !== 'none');
    }
  });
});
