import { meshError } from '../../errors/mesh-error.ts';
import { isMapping } from './ansible-yaml.ts';
import { leftOut, MAX_HOSTS, broken, shown, type ParsedList, type RawHost } from './listed-host.ts';
import { machines, textAt, type MachineShape } from './terraform-machines.ts';

type Mapping = Record<string, unknown>;

/** Whether data is something of Terraform's or OpenTofu's: a state of any version, or what `terraform show -json` prints. */
export function isTerraform(data: unknown): data is Mapping {
  if (!isMapping(data)) return false;
  const marks = ['serial', 'lineage', 'terraform_version', 'resources'];
  const isState = typeof data['version'] === 'number' && marks.some((mark) => mark in data);
  return isState || ('format_version' in data && 'terraform_version' in data) || 'encrypted_data' in data;
}

const pull = 'Run `terraform state pull > FILE` in the directory of the configuration, and name that file';

/** Why a file of Terraform's is no state that can be read; nothing for one of version 4. */
function whyNot(data: Mapping): [reason: string, advice: string] | undefined {
  if ('encrypted_data' in data) return ['the state is encrypted', pull.replace('terraform', 'tofu')];
  if ('format_version' in data) return ['it is what `terraform show -json` prints, and no state', pull];
  if (isMapping(data['backend'])) return ['its state lies in a remote backend, and this file only says where', pull];
  if (data['version'] !== 4)
    return ['it is a state of another version than 4', `Let Terraform 0.12 or later write it anew. ${pull}`];
  return Array.isArray(data['resources']) ? undefined : ['it is a state without a list of resources', pull];
}

/**
 * Reads the virtual machines of a Terraform state of version 4: of each its name and address, and nothing else.
 * Outputs and data sources are not looked at, nor is what the state marks as sensitive.
 */
export function parseTerraform(data: Mapping, file: string): ParsedList {
  const refusal = whyNot(data);
  if (refusal !== undefined) {
    const [reason, advice] = refusal;
    return {
      hosts: [],
      groups: [],
      problems: [{ level: 'error', error: meshError('MW1054', { file, reason, advice }) }],
    };
  }
  const found = (data['resources'] as unknown[]).filter(isMapping).flatMap(machinesOf);
  const parsed: ParsedList = { hosts: [], groups: [], problems: [] };
  const counts = new Map<string, number>();
  for (const { name } of found) counts.set(name ?? '', (counts.get(name ?? '') ?? 0) + 1);
  for (const { name, place, address } of found.slice(0, MAX_HOSTS))
    // Machines of one resource often have one and the same name tag: the place in the configuration tells them apart.
    keep(parsed, file, { name: name === undefined || (counts.get(name) ?? 0) > 1 ? place : name, address, groups: [] });
  if (found.length > MAX_HOSTS) parsed.problems.push(broken(file, undefined, `there are more than ${MAX_HOSTS} hosts`));
  return parsed;
}

function keep(parsed: ParsedList, file: string, host: RawHost): void {
  if (host.address !== undefined) parsed.hosts.push(host);
  else {
    const reason = 'the state has no address of it that is not marked as sensitive';
    const error = meshError('MW1052', { place: file, host: shown(host.name), reason });
    parsed.problems.push({ level: 'error', error });
  }
}

interface Machine {
  name: string | undefined;
  /** Its address in the configuration as one word: `web-0` for `aws_instance.web[0]`. */
  place: string;
  address: string | undefined;
}

function machinesOf(resource: Mapping): Machine[] {
  const { mode, type, name, module, instances } = resource;
  const shape = typeof type === 'string' && Object.hasOwn(machines, type) ? machines[type] : undefined;
  if (mode !== 'managed' || shape === undefined || !Array.isArray(instances)) return [];
  return instances.filter(isMapping).flatMap((instance) => {
    // What is deposed is about to be destroyed: another machine has its place already.
    if (instance['deposed'] !== undefined || !isMapping(instance['attributes'])) return [];
    const place = [module, name, instance['index_key']]
      .map(wordOf)
      .filter((word) => word !== '')
      .join('-');
    return [{ place, ...factsOf(shape, instance['attributes'], sensitiveOf(instance)) }];
  });
}

function factsOf(
  { names, addresses }: MachineShape,
  attributes: Mapping,
  sensitive: ReadonlySet<string>,
): { name: string | undefined; address: string | undefined } {
  const first = (paths: readonly string[]): string | undefined =>
    paths
      .filter((path) => !sensitive.has(path.split('.')[0] ?? ''))
      .map((path) => textAt(attributes, path))
      .find((text) => text !== undefined);
  return { name: first(names), address: first(addresses) };
}

/** The top attributes of which a part is marked as sensitive. */
function sensitiveOf({ sensitive_attributes: paths }: Mapping): Set<string> {
  const roots = (Array.isArray(paths) ? paths : []).map((path: unknown) =>
    Array.isArray(path) ? (path[0] as unknown) : path,
  );
  return new Set(
    roots.flatMap((step) => (isMapping(step) && typeof step['value'] === 'string' ? [step['value']] : [])),
  );
}

function wordOf(part: unknown): string {
  if (typeof part !== 'string' && typeof part !== 'number') return '';
  return String(part)
    .replaceAll(/\bmodule\./g, '')
    .replaceAll(/["[\]]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
    .replaceAll(/[-.]{2,}/g, '-')
    .replaceAll('_', '-');
}

/** What a state that holds machines of kinds that are not known leaves out. */
export function unknownMachines(data: Mapping, file: string): ReturnType<typeof leftOut>[] {
  const resources = Array.isArray(data['resources']) ? data['resources'].filter(isMapping) : [];
  const kinds = resources
    .filter(({ mode, type }) => mode === 'managed' && typeof type === 'string' && !Object.hasOwn(machines, type))
    .map(({ type }) => String(type))
    .filter(
      (type) =>
        /^[a-z0-9_]{1,80}$/.test(type) &&
        /(_instance|_virtual_machine|_server|_vm|_vm_qemu|_device|_guest)(_v\d)?$/.test(type),
    );
  const unique = [...new Set(kinds)].sort().slice(0, 20);
  return unique.map((kind) => leftOut(file, `resources of type ${kind} are not read, though they may be machines`));
}
