import { expandPattern } from './ansible-range.ts';
import { hostsOf, MAX_GROUPS } from './ansible-hosts.ts';
import { AnsibleTree } from './ansible-tree.ts';
import { broken, MAX_HOSTS, type ListProblem, type ParsedList } from './listed-host.ts';
import { splitWords } from './words.ts';

const section = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/;
const MAX_PROBLEMS = 100;

interface Reading {
  tree: AnsibleTree;
  file: string;
  problems: ListProblem[];
  group: string;
  state: string;
  /** Groups with a section of their own, which children and variables need. */
  declared: Set<string>;
  /** Where groups are used that may be declared later. */
  used: { group: string; line: number }[];
}

/**
 * Reads an inventory in Ansible's INI format, by the rules of its `ini` plugin. A line that is broken is a problem of
 * its own and loses no other. Values of variables that say nothing about connections are dropped as they are met.
 */
export function parseAnsibleIni(text: string, file: string): ParsedList {
  const reading: Reading = {
    ...{ tree: new AnsibleTree(), file, problems: [], group: 'ungrouped', state: 'hosts' },
    ...{ declared: new Set(['all', 'ungrouped']), used: [] },
  };
  for (const [index, whole] of text.split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/).entries()) {
    const line = whole.trim();
    if (line === '' || /^[#;]/.test(line)) continue;
    const reason = readLine(reading, line, index + 1);
    if (reason !== undefined) reading.problems.push(broken(file, index + 1, reason));
    if (
      reading.problems.length >= MAX_PROBLEMS ||
      reading.tree.hosts.size > MAX_HOSTS ||
      reading.tree.groups.size > MAX_GROUPS
    )
      break;
  }
  const hosts = hostsOf(adopted(reading.tree), file);
  return { ...hosts, problems: [...reading.problems, ...undeclared(reading), ...hosts.problems] };
}

/** Groups that nobody has as a child are children of `all`. */
export function adopted(tree: AnsibleTree): AnsibleTree {
  for (const { name, parents } of tree.groups.values())
    if (name !== 'all' && parents.size === 0) tree.addChild('all', name);
  return tree;
}

function undeclared({ used, declared, file }: Reading): ListProblem[] {
  return used
    .filter(({ group }) => !declared.has(group))
    .map(({ line }) => broken(file, line, 'it names a group that has no section of its own'));
}

function readLine(reading: Reading, line: string, number: number): string | undefined {
  const [, group, state = 'hosts'] = section.exec(line) ?? [];
  if (group !== undefined) return readSection(reading, group, state, number);
  if (line.startsWith('[') && line.endsWith(']')) return 'it is no section that Ansible accepts';
  if (reading.state === 'vars') return readVariable(reading, line);
  return reading.state === 'children' ? readChild(reading, line, number) : readHosts(reading, line, number);
}

function readSection(reading: Reading, group: string, state: string, line: number): string | undefined {
  if (!['hosts', 'children', 'vars'].includes(state)) return 'a section holds hosts, children or vars';
  Object.assign(reading, { group, state });
  reading.tree.addGroup(group);
  if (state === 'vars') reading.used.push({ group, line });
  else reading.declared.add(group);
  return undefined;
}

function readVariable({ tree, group }: Reading, line: string): string | undefined {
  const at = line.indexOf('=');
  if (at === -1) return 'it is no NAME=VALUE';
  tree.setVariable(tree.addGroup(group), line.slice(0, at).trim(), valueOf(line.slice(at + 1).trim()));
  return undefined;
}

function readChild({ tree, group, used }: Reading, line: string, number: number): string | undefined {
  const [, child] = /^([^:\]\s]+)\s*(?:#.*)?$/.exec(line) ?? [];
  if (child === undefined) return 'it is no name of a group';
  used.push({ group: child, line: number });
  return tree.addChild(group, child) ? undefined : 'the group would be a child of itself';
}

function readHosts({ tree, group }: Reading, line: string, number: number): string | undefined {
  const [pattern, ...words] = splitWords(line) ?? [];
  if (pattern === undefined) return 'a quote is not closed';
  if (words.some((word) => !word.includes('='))) return 'what follows a host must be NAME=VALUE';
  const expanded = expandPattern(pattern, MAX_HOSTS);
  if (typeof expanded === 'string') return expanded;
  for (const name of expanded.names) {
    const host = tree.addHost(name, group, { port: expanded.port, line: number });
    for (const word of words) {
      const at = word.indexOf('=');
      tree.setVariable(host, word.slice(0, at), valueOf(word.slice(at + 1)));
    }
  }
  return undefined;
}

/** A value as Python's literals have it, so far as connections need it: a quoted text loses its quotes. */
function valueOf(text: string): string {
  const [, quoted, single, double] =
    /^(?:'((?:[^'\\]|\\['"\\])*)'|"((?:[^"\\]|\\['"\\])*)"|(\d+))\s*(?:#.*)?$/.exec(text) ?? [];
  return (quoted ?? single)?.replaceAll(/\\(.)/g, '$1') ?? double ?? text;
}
