import type { KubeWorkload } from '../../inventory/schema.ts';

type Declared = KubeWorkload['declares'][number];

/** What is read of a container. */
export interface ContainerWords {
  command?: unknown;
  args?: unknown;
  env?: unknown;
}

const defaultPorts: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  postgres: 5432,
  postgresql: 5432,
  mysql: 3306,
  redis: 6379,
  rediss: 6379,
  amqp: 5672,
  amqps: 5671,
  mongodb: 27_017,
  nats: 4222,
  kafka: 9092,
};
const secretName = /pass|pwd|secret|token|key|cred|auth|salt|sign/i;
const hostAndPort = /^(?<host>[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9a-fA-F:]+\])(:(?<port>\d{1,5}))?$/;
const dotted = /^(\d+\.\d+\.\d+\.\d+|.*\.[A-Za-z][A-Za-z0-9-]*|\[.*\])$/;
const maxItemLength = 4096;
const maxDeclared = 200;

/**
 * The host:port pairs and URLs in containers' commands, arguments and environment, and nothing else of them, by the
 * rules that hosts are read by: what a name calls a secret is skipped, whatever stands before an `@` is dropped,
 * and outside of URLs only addresses and names with a dot count, or short names that are known. Values that come from
 * Secrets are not even here.
 *
 * @param known short names that stand for a host where these containers run, such as the Services of their namespace
 */
export function readDeclares(
  containers: readonly ContainerWords[],
  known: ReadonlySet<string> = new Set(),
): Declared[] {
  const words = containers.flatMap(({ command, args }) => withoutSecrets([...asStrings(command), ...asStrings(args)]));
  const values = containers.flatMap(({ env }) => literalsOf(env));
  const found = [
    ...words.flatMap((text) => peersIn(text, 'command', known)),
    ...values.flatMap((text) => peersIn(text, 'environment', known)),
  ];
  const unique = new Map(found.map((peer) => [`${peer.host} ${peer.port} ${peer.from}`, peer]));
  return [...unique.values()].slice(0, maxDeclared).toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Drops arguments that are called a secret, with the value that follows a flag without `=`. */
function withoutSecrets(words: readonly string[]): string[] {
  let skipsNext = false;
  return words.filter((word) => {
    const isValue = skipsNext && !word.startsWith('-');
    skipsNext = false;
    if (isValue) return false;
    const isNamed = /^(-|[A-Za-z_][A-Za-z0-9_.-]*=)/.test(word) && secretName.test(word.split('=')[0] ?? '');
    skipsNext = isNamed && !word.includes('=');
    return !isNamed;
  });
}

function literalsOf(env: unknown): string[] {
  if (!Array.isArray(env)) return [];
  return env.flatMap(({ name, value }: { name?: unknown; value?: unknown }) =>
    typeof name === 'string' && typeof value === 'string' && !secretName.test(name) ? [value] : [],
  );
}

function peersIn(text: string, from: Declared['from'], known: ReadonlySet<string>): Declared[] {
  const item = text.slice(0, maxItemLength);
  const scheme = /[a-z][a-z0-9+.-]*:\/\//.exec(item)?.[0] ?? '';
  const plain = item.includes('@') ? scheme + item.slice(item.lastIndexOf('@') + 1) : item;
  return plain.split(/[^\]A-Za-z0-9.:/[+_-]+/).flatMap((part) => peerIn(part, from, known));
}

function peerIn(word: string, from: Declared['from'], known: ReadonlySet<string>): Declared[] {
  const part = word.replace(/^jdbc:/, '');
  const scheme = /^([a-z][a-z0-9+.-]{0,16}):\/\//.exec(part)?.[1];
  const rest = (scheme === undefined ? part : part.slice(scheme.length + 3)).split('/')[0] ?? '';
  const { host, port } = hostAndPort.exec(rest)?.groups ?? {};
  if (host === undefined || host.length > 253) return [];
  if (scheme === undefined && (port === undefined || !(dotted.test(host) || known.has(host)))) return [];
  const number = port === undefined ? defaultPorts[scheme ?? ''] : Number(port);
  return number === undefined || number < 1 || number > 65_535 ? [] : [{ host, port: number, from }];
}

/** Whether a name says that its value is a secret, which is never looked into. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

function asStrings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function key({ host, port, from }: Declared): string {
  return `${host} ${String(port).padStart(5, '0')} ${from}`;
}
