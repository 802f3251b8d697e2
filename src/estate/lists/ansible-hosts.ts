import { type AnsibleTree, SECRET, type Variables } from './ansible-tree.ts';
import { jumpOfArguments } from './jump.ts';
import {
  broken,
  leftOut,
  placeOf,
  unknownValue,
  type ListProblem,
  type ParsedList,
  type RawHost,
} from './listed-host.ts';

/** Far above what inventories have; beyond it their order takes too long to find. */
export const MAX_GROUPS = 5_000;

const overSsh = /^(ansible\.builtin\.)?(ssh|smart|paramiko|paramiko_ssh)$/;

/** The hosts of an inventory, each with the variables that count for it. */
export function hostsOf(tree: AnsibleTree, file: string): ParsedList {
  if (tree.groups.size > MAX_GROUPS)
    return { hosts: [], groups: [], problems: [broken(file, undefined, `there are more than ${MAX_GROUPS} groups`)] };
  const ranks = rankGroups(tree);
  const directly = new Map<string, string[]>();
  for (const { name, hosts } of tree.groups.values())
    for (const host of hosts) directly.set(host, [...(directly.get(host) ?? []), name]);
  const parsed: ParsedList = { hosts: [], groups: [...tree.groups.keys()], problems: [] };
  // Hosts in the same groups have the same from them: an inventory has few such sets, and many hosts.
  const shared = new Map<string, { groups: string[]; variables: Variables }>();
  for (const { name, line, variables } of tree.hosts.values()) {
    const own = directly.get(name) ?? [];
    const above = shared.get(own.join('\n')) ?? fromGroups(tree, own, ranks);
    shared.set(own.join('\n'), above);
    const host = hostOf({ name, line, groups: above.groups }, merged([above.variables, variables]), file);
    if ('error' in host) parsed.problems.push(host);
    else parsed.hosts.push(host);
  }
  return parsed;
}

function fromGroups(
  tree: AnsibleTree,
  own: readonly string[],
  ranks: ReadonlyMap<string, Rank>,
): { groups: string[]; variables: Variables } {
  const groups = [...tree.ancestorsOf([...own, 'all'])];
  const inOrder = groups.toSorted((a, b) => compareRanks(ranks.get(a), ranks.get(b)));
  return { groups, variables: merged(inOrder.map((group) => tree.groups.get(group)?.variables ?? new Map())) };
}

type Rank = [depth: number, priority: number, name: string];

/** Deeper groups win over those above them, then those of greater priority, then those later in the alphabet. */
function rankGroups(tree: AnsibleTree): Map<string, Rank> {
  const depths = new Map<string, number>([['all', 0]]);
  const pending = [...tree.groups.keys()].filter((name) => name !== 'all');
  const depthOf = (name: string): number | undefined => {
    const parents = [...(tree.groups.get(name)?.parents ?? [])].map((parent) => depths.get(parent));
    return parents.includes(undefined) ? undefined : Math.max(0, ...parents.map((depth) => depth ?? 0)) + 1;
  };
  // Without circles, which the tree refuses, each round finds the depth of at least one group.
  for (let left = pending; left.length > 0;) {
    for (const name of left) {
      const depth = depthOf(name);
      if (depth !== undefined) depths.set(name, depth);
    }
    left = left.filter((name) => !depths.has(name));
  }
  const priorityOf = (name: string): number =>
    Number(tree.groups.get(name)?.variables.get('ansible_group_priority') ?? 1);
  return new Map([...depths].map(([name, depth]) => [name, [depth, priorityOf(name), name]]));
}

function compareRanks(a: Rank = [0, 1, ''], b: Rank = [0, 1, '']): number {
  return a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : 1);
}

function merged(layers: readonly Variables[]): Variables {
  return new Map(layers.flatMap((layer) => [...layer]));
}

function hostOf(host: RawHost, variables: Variables, file: string): RawHost | ListProblem {
  const texts = new Map<string, string>();
  for (const [name, value] of variables) {
    if (value === null || value === undefined || value === '') continue;
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string' || /\{[{%#]/.test(text)) return unknownValue(file, host, whyUnknown(name, text));
    texts.set(name, text.trim());
  }
  const connection = texts.get('ansible_connection') ?? 'ssh';
  if (!overSsh.test(connection))
    return leftOut(placeOf(file, host.line), 'a host is left out that Ansible does not reach by SSH');
  return withJump(host, texts, file);
}

function whyUnknown(name: string, value: unknown): string {
  if (value === SECRET) return `its \`${name}\` is encrypted`;
  return `its \`${name}\` is ${typeof value === 'string' ? 'a template, which only Ansible can fill in' : 'no text'}`;
}

function withJump(host: RawHost, texts: ReadonlyMap<string, string>, file: string): RawHost | ListProblem {
  // In the order in which Ansible hands them to ssh, which takes the first that it meets.
  const jump = ['ansible_ssh_args', 'ansible_ssh_common_args', 'ansible_ssh_extra_args']
    .map((name) => jumpOfArguments(texts.get(name) ?? ''))
    .find((one) => one !== undefined);
  if (jump?.kind === 'unclear') return unknownValue(file, host, jump.reason);
  const last = (name: string): string | undefined => texts.get(`ansible_ssh_${name}`) ?? texts.get(`ansible_${name}`);
  return {
    ...host,
    address: last('host'),
    port: last('port'),
    user: last('user'),
    ...(jump?.kind === 'host' ? { jump: jump.jump } : {}),
  };
}
