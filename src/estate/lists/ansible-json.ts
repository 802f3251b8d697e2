import { hostsOf } from './ansible-hosts.ts';
import { adopted } from './ansible-ini.ts';
import { AnsibleTree } from './ansible-tree.ts';
import { isMapping, plain } from './ansible-yaml.ts';
import { broken, MAX_HOSTS, type ListProblem, type ParsedList } from './listed-host.ts';

/** Whether data has the form that `ansible-inventory --list` and inventory scripts print. */
export function isInventoryOutput(data: unknown): data is Record<string, unknown> {
  if (!isMapping(data)) return false;
  if (isMapping(data['_meta'])) return true;
  const groups = Object.values(data);
  const lists = (group: unknown): boolean =>
    isMapping(group) && (Array.isArray(group['hosts']) || Array.isArray(group['children']));
  return groups.length > 0 && groups.every((group) => isMapping(group) || Array.isArray(group)) && groups.some(lists);
}

/** Reads what `ansible-inventory --list` prints: groups with lists of hosts and children, and the variables of all hosts in `_meta`. */
export function parseAnsibleJson(data: Record<string, unknown>, file: string): ParsedList {
  const tree = new AnsibleTree();
  const problems: ListProblem[] = [];
  const wrong = (reason: string): void => void problems.push(broken(file, undefined, reason));
  for (const [name, group] of Object.entries(data)) if (name !== '_meta') readGroup(tree, name, group, wrong);
  const { hostvars } = isMapping(data['_meta']) ? data['_meta'] : {};
  for (const host of tree.hosts.values()) setAll(tree, host, isMapping(hostvars) ? hostvars[host.name] : undefined);
  if (tree.hosts.size > MAX_HOSTS) wrong(`there are more than ${MAX_HOSTS} hosts`);
  const hosts = hostsOf(adopted(tree), file);
  return { ...hosts, problems: [...problems.slice(0, 100), ...hosts.problems] };
}

function readGroup(tree: AnsibleTree, name: string, data: unknown, wrong: (reason: string) => void): void {
  const group = Array.isArray(data) ? { hosts: data } : data;
  const { hosts = [], children = [], vars = {} } = isMapping(group) ? group : {};
  if (!isMapping(group) || !isTexts(hosts) || !isTexts(children))
    return wrong('a group has no lists of names for `hosts` and `children`');
  setAll(tree, tree.addGroup(name), vars);
  for (const host of hosts) tree.addHost(host, name, {});
  for (const child of children) if (!tree.addChild(name, child)) wrong('a group is a child of itself');
}

function setAll(tree: AnsibleTree, target: { variables: Map<string, unknown> }, variables: unknown): void {
  if (isMapping(variables))
    for (const [name, value] of Object.entries(variables)) tree.setVariable(target, name, plain(value));
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');
