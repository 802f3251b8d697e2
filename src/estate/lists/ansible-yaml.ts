import { expandPattern } from './ansible-range.ts';
import { hostsOf } from './ansible-hosts.ts';
import { adopted } from './ansible-ini.ts';
import { AnsibleTree, SECRET } from './ansible-tree.ts';
import { broken, MAX_HOSTS, type ListProblem, type ParsedList } from './listed-host.ts';

type Mapping = Record<string, unknown>;

interface Reading {
  tree: AnsibleTree;
  file: string;
  problems: ListProblem[];
}

/** Whether data has the form of a YAML inventory: groups with hosts, children or vars. */
export function isYamlInventory(data: unknown): data is Mapping {
  if (!isMapping(data)) return false;
  const groups = Object.values(data);
  const areGroups = groups.every((group) => group === null || isMapping(group));
  return (
    areGroups && groups.some((group) => isMapping(group) && ['hosts', 'children', 'vars'].some((key) => key in group))
  );
}

/**
 * Reads the data of a YAML inventory by the rules of Ansible's `yaml` plugin: groups at the top and below `children`,
 * `hosts` with their variables, ranges in names.
 */
export function parseAnsibleYaml(data: Mapping, file: string): ParsedList {
  const reading: Reading = { tree: new AnsibleTree(), file, problems: [] };
  for (const [name, group] of Object.entries(data)) readGroup(reading, name, group);
  const hosts = hostsOf(adopted(reading.tree), file);
  return { ...hosts, problems: [...reading.problems, ...hosts.problems] };
}

function readGroup(reading: Reading, name: string, data: unknown): void {
  const group = reading.tree.addGroup(name);
  if (data === null || data === undefined) return;
  if (!isMapping(data)) return wrong(reading, 'a group must be a mapping');
  for (const [variable, value] of entries(reading, data['vars']))
    reading.tree.setVariable(group, variable, plain(value));
  for (const [child, below] of entries(reading, data['children'])) {
    readGroup(reading, child, below);
    if (!reading.tree.addChild(name, child)) wrong(reading, 'a group is a child of itself');
  }
  for (const [pattern, variables] of entries(reading, data['hosts'])) readHosts(reading, name, pattern, variables);
}

/** The entries of `hosts`, `children` or `vars`; a text stands for one entry without anything below it. */
function entries(reading: Reading, data: unknown): [string, unknown][] {
  if (data === null || data === undefined) return [];
  if (typeof data === 'string') return [[data, null]];
  if (isMapping(data)) return Object.entries(data);
  wrong(reading, '`hosts`, `children` and `vars` must be mappings');
  return [];
}

function readHosts(reading: Reading, group: string, pattern: string, variables: unknown): void {
  const expanded = expandPattern(pattern, MAX_HOSTS);
  if (typeof expanded === 'string') return wrong(reading, expanded);
  if (reading.tree.hosts.size + expanded.names.length > MAX_HOSTS)
    return wrong(reading, `there are more than ${MAX_HOSTS} hosts`);
  for (const name of expanded.names) {
    const host = reading.tree.addHost(name, group, { port: expanded.port });
    for (const [variable, value] of entries(reading, variables)) reading.tree.setVariable(host, variable, plain(value));
  }
}

/** A value as YAML or `ansible-inventory` writes it; one that is encrypted is not kept. */
export function plain(value: unknown): unknown {
  if (!isMapping(value)) return value;
  if ('__ansible_vault' in value) return SECRET;
  return '__ansible_unsafe' in value ? value['__ansible_unsafe'] : value;
}

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong({ problems, file }: Reading, reason: string): void {
  if (problems.length < 100) problems.push(broken(file, undefined, reason));
}
