import { container as containerSchema, type Container, type HostContainers } from '../../inventory/container-schema.ts';
import { plainAddress } from './addresses.ts';
import type { Sections } from './sections.ts';
import { parsePeer } from './units.ts';

const MAX_LIST = 1_000;
const MAX_DECLARED = 200;

/** Why an engine was not read, by the script's word for it. */
const REASONS: Readonly<Record<string, string>> = {
  right: 'the login may not use its socket',
  tool: 'the host has no curl, and not timeout with docker, python3, socat or nc, to ask its socket with',
  answer: 'its socket does not answer as an engine would',
  silent: 'its socket did not answer within 5 seconds',
};
const ROOTLESS = 'it runs for a login of its own as well (rootless), whose containers are not read';

type Engine = HostContainers['engines'][number];
/** What one container's lines say, by field; fields may come more than once. */
type Fields = Map<string, string[]>;

/** Containers of a host as the script printed them; nothing where the host has no engine. */
export function readContainers(sections: Sections): { containers?: HostContainers } {
  const engines = readEngines(sections);
  if (engines.length === 0) return {};
  const found = [...byContainer(sections.lines('container')).values()].flatMap((fields) => readContainer(fields) ?? []);
  const unique = [...new Map(found.map((one) => [`${one.engine} ${one.id}`, one])).values()];
  const list = unique.slice(0, MAX_LIST).toSorted((a, b) => compare(a.name, b.name) || compare(a.id, b.id));
  return { containers: { engines, list } };
}

function readEngines(sections: Sections): Engine[] {
  const lines = sections.lines('container');
  return sections
    .lines('engine')
    .slice(0, 8)
    .flatMap((line) => readEngine(line, lines) ?? []);
}

function readEngine(line: string, containers: readonly string[]): Engine | undefined {
  const [, name, state, word = ''] =
    /^(docker|podman) (read|idle|unread|rootless)(?: ([a-z0-9]{1,10}))?$/.exec(line) ?? [];
  if (name !== 'docker' && name !== 'podman') return undefined;
  if (state === 'rootless') return { name, state: 'unread', reason: ROOTLESS };
  if (state === 'unread') return { name, state, reason: REASONS[word] ?? 'it was not understood' };
  if (state === 'idle') return { name, state };
  const missing = missingOf(name, containers);
  return missing.length === 0 ? { name, state: 'read' } : { name, state: 'read', reason: missing.join('; ') };
}

function missingOf(engine: string, lines: readonly string[]): string[] {
  const unasked = lines.flatMap((line) => {
    const [, count] = new RegExp(`^${engine} \\d{1,6} unasked (\\d{1,9})$`).exec(line) ?? [];
    return count === undefined ? [] : [Number(count)];
  })[0];
  return [
    ...(unasked === undefined ? [] : [`${unasked} of its containers were not looked at, for their number or the time`]),
    ...(lines.includes(`${engine} 0 cut yes`) ? ['an answer of it was too long and is cut off'] : []),
  ];
}

function byContainer(lines: readonly string[]): Map<string, Fields> {
  const found = new Map<string, Fields>();
  for (const line of lines) {
    const [, engine, number, field = '', value = ''] =
      /^(docker|podman) (\d{1,6}) ([a-z]{2,12}) (.*)$/.exec(line) ?? [];
    if (engine === undefined || field === 'unasked' || field === 'cut') continue;
    const key = `${engine} ${number}`;
    const fields = found.get(key) ?? new Map<string, string[]>([['engine', [engine]]]);
    found.set(key, fields.set(field, [...(fields.get(field) ?? []).slice(0, 1023), value]));
  }
  return found;
}

/** Undefined for what has no id or a name that no engine would take. */
function readContainer(fields: Fields): Container | undefined {
  const first = (field: string): string => fields.get(field)?.[0] ?? '';
  const [project, service] = [first('project'), first('service')];
  const parsed = containerSchema.safeParse({
    engine: first('engine'),
    id: first('id').slice(0, 12),
    name: first('name').replace(/^\//, ''),
    image: first('image'),
    state: first('state') || 'unknown',
    ...(project !== '' && service !== '' && { compose: { project, service } }),
    networkMode: first('network').replace(/^(container:[0-9a-f]{12})[0-9a-f]*$/, '$1'),
    networks: (fields.get('address') ?? []).flatMap(readNetwork).slice(0, 256),
    aliases: [...new Set(fields.get('alias'))].filter((name) => /^[\w.-]{1,253}$/.test(name)).slice(0, 256),
    ports: distinct((fields.get('port') ?? []).flatMap(readPort)),
    restartPolicy: first('restart'),
    pid: /^\d{1,9}$/.test(first('pid')) ? Number(first('pid')) : 0,
    declares: distinct((fields.get('declares') ?? []).flatMap(readDeclared)).slice(0, MAX_DECLARED),
  });
  return parsed.data;
}

function readNetwork(line: string): Container['networks'] {
  const [, address = '', name = ''] = /^([0-9a-fA-F.:]{2,45}) (\S{1,200})$/.exec(line) ?? [];
  return address === '' ? [] : [{ name, address: plainAddress(address) }];
}

function readPort(line: string): Container['ports'] {
  const [, port, protocol, hostPort, hostAddress = ''] =
    /^(\d{1,5})\/(tcp|udp|sctp) (\d{1,5}) ?([0-9a-fA-F.:]{0,45})$/.exec(line) ?? [];
  if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'sctp') return [];
  if (Number(port) > 65_535 || Number(hostPort) > 65_535) return [];
  // An engine that names no address means all of them.
  return [{ protocol, port: Number(port), hostAddress: hostAddress || '0.0.0.0', hostPort: Number(hostPort) }];
}

function readDeclared(line: string): Container['declares'] {
  const [, from, text = ''] = /^(command|environment) (\S{1,300})$/.exec(line) ?? [];
  const peer = parsePeer(text);
  if (peer === undefined) return [];
  return [{ ...peer, from: from === 'command' ? 'command' : 'environment' }];
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
