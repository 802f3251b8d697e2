import { isMeshError, meshError } from '../../errors/mesh-error.ts';
import { readYaml } from '../yaml.ts';
import { isInventoryOutput, parseAnsibleJson } from './ansible-json.ts';
import { parseAnsibleIni } from './ansible-ini.ts';
import { SECRET } from './ansible-tree.ts';
import { isMapping, isYamlInventory, parseAnsibleYaml } from './ansible-yaml.ts';
import { broken, type ListFormat, type ParsedList } from './listed-host.ts';
import { parsePlainList } from './plain-list.ts';
import { parseSshConfig } from './ssh-config.ts';
import type { IncludedTexts } from './ssh-config-lines.ts';
import { isTerraform, parseTerraform, unknownMachines } from './terraform.ts';

/** A parser takes five hundred times as much memory as the text of a hostile YAML document. */
const MAX_YAML_BYTES = 2 * 1024 * 1024;

/** A list as a parser read it, or as none could. */
export type Read = ParsedList & { format: ListFormat | undefined };

const inventory = 'Run `ansible-inventory -i FILE --list > inventory.json`, and name that file';

/**
 * Reads a host list in the format given, or in the one that its content has. What fits none or two of them is a problem
 * with a code of its own; a text that says the same in two formats is read in the first. Pure.
 */
export function readList(text: string, file: string, format?: ListFormat, included?: IncludedTexts): Read {
  const refusal = whyNeverRead(text);
  if (refusal !== undefined) return refused(file, ...refusal);
  const data = /^\s*[[{]/.test(text) ? parseJson(text) : undefined;
  if (data !== undefined) return readData(data, file, format);
  const formats = format === undefined ? formatsOf(text) : [format];
  const reads = formats.map((one) => readText(text, file, one, included));
  const [first, ...others] = reads;
  if (first === undefined) return unclear(file, 'it has the form of none of the formats that are read');
  const same = others.every(({ hosts }) => JSON.stringify(hosts) === JSON.stringify(first.hosts));
  return same ? first : unclear(file, `it can be read as ${formats.join(' and as ')}, with other hosts`);
}

function whyNeverRead(text: string): [reason: string, advice: string] | undefined {
  if (/^\s*\$ANSIBLE_VAULT;/.test(text)) return ['it is encrypted by ansible-vault', inventory];
  if (text.startsWith('#!')) return ['it is a program, and no list is run', inventory];
  return undefined;
}

function refused(file: string, reason: string, advice: string): Read {
  const error = meshError('MW1054', { file, reason, advice });
  return { format: undefined, hosts: [], groups: [], problems: [{ level: 'error', error }] };
}

function unclear(file: string, reason: string): Read {
  const error = meshError('MW1050', { file, reason });
  return { format: undefined, hosts: [], groups: [], problems: [{ level: 'error', error }] };
}

/** Undefined where it is no JSON: an inventory may begin with a section in brackets. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readData(data: unknown, file: string, format: ListFormat | undefined): Read {
  const isAnsible = format === undefined || format === 'ansible';
  if (isTerraform(data) && (format === undefined || format === 'terraform')) {
    const parsed = parseTerraform(data, file);
    return { format: 'terraform', ...parsed, problems: [...parsed.problems, ...unknownMachines(data, file)] };
  }
  if (isAnsible && isInventoryOutput(data)) return { format: 'ansible', ...parseAnsibleJson(data, file) };
  if (isAnsible && isYamlInventory(data)) return { format: 'ansible', ...parseAnsibleYaml(data, file) };
  return unclear(
    file,
    format === undefined ? 'it is JSON of no kind that is read' : `it is JSON, and not of the format ${format}`,
  );
}

/** The formats that a text has marks of. */
export function formatsOf(text: string): ListFormat[] {
  const lines = text
    .split('\n', 20_000)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^[#;]/.test(line));
  const some = (mark: RegExp): boolean => lines.some((line) => mark.test(line));
  const isConfig = some(/^(Host|Match)(\s+|\s*=\s*)\S/i) && !some(/^[\w.-]+:(\s|$)/);
  const isIni =
    some(/^\[[^:\]\s]+(:\w+)?\]\s*(#.*)?$/) ||
    some(/^\S+\s+(\S+\s+)*ansible_\w+=/) ||
    some(/^[^\s:]*\[\w*:\w+(:\d+)?\]/);
  if (isYamlText(lines)) return ['ansible', ...(isConfig ? ['ssh-config' as const] : [])];
  const marked: ListFormat[] = [...(isIni ? ['ansible' as const] : []), ...(isConfig ? ['ssh-config' as const] : [])];
  const isList = lines.length > 0 && lines.every((line) => /^[^\s=]+(\s+#.*)?$/.test(line));
  return marked.length === 0 && isList ? ['list'] : marked;
}

function isYamlText([first = '', second = '']: readonly string[]): boolean {
  const start = /^---(\s|$)/.test(first) ? (/^---\s*(#.*)?$/.test(first) ? second : first.slice(3)) : first;
  return /^\s*(["']?)[\w.-]+\1\s*:(\s|$)/.test(start) || /^---(\s|$)/.test(first);
}

function readText(text: string, file: string, format: ListFormat, included: IncludedTexts | undefined): Read {
  if (format === 'list') return { format, ...parsePlainList(text, file) };
  if (format === 'ssh-config') return { format, ...parseSshConfig(text, file, included) };
  if (format === 'ansible')
    return isYamlText(firstLines(text)) ? readYamlInventory(text, file) : { format, ...parseAnsibleIni(text, file) };
  return { format, hosts: [], groups: [], problems: [broken(file, undefined, 'it is no JSON, which a state is')] };
}

function firstLines(text: string): string[] {
  return text
    .split('\n', 2_000)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function readYamlInventory(text: string, file: string): Read {
  const secret = (): unknown => SECRET;
  const tags = { '!vault': secret, '!vault-encrypted': secret, '!unsafe': (value: string) => value };
  try {
    const { data } = readYaml(text, file, MAX_YAML_BYTES, { tags, isSecret: true });
    if (isMapping(data) && 'plugin' in data)
      return refused(file, 'it is the configuration of an inventory plugin, which is never run', inventory);
    if (isYamlInventory(data)) return { format: 'ansible', ...parseAnsibleYaml(data, file) };
    return unclear(file, 'it is YAML, and no inventory: nothing in it has hosts, children or vars');
  } catch (error) {
    if (isMeshError(error)) return { format: 'ansible', hosts: [], groups: [], problems: [{ level: 'error', error }] };
    if (error instanceof RangeError)
      return {
        format: 'ansible',
        hosts: [],
        groups: [],
        problems: [broken(file, undefined, 'it is nested too deeply')],
      };
    throw error;
  }
}

/**
 * Whether YAML or JSON is an inventory or a state, and not, say, a manifest: told by its first keys, so that what is
 * broken further down is told in the right words.
 */
export function isListData(text: string): boolean {
  const data = /^\s*\{/.test(text) ? parseJson(text) : undefined;
  if (data !== undefined) return isTerraform(data) || isInventoryOutput(data) || isYamlInventory(data);
  if (/^["']?(apiVersion|kind)["']?\s*:/m.test(text)) return false;
  // Blanks and ends of lines are told apart: where one part could take the other's, empty lines would take for ever.
  return /^["']?[\w.-]+["']?[ \t]*:[ \t]*(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n)*[ \t]+(hosts|children|vars)[ \t]*:/m.test(
    text,
  );
}
