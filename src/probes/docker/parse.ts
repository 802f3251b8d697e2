import { z } from 'zod';
import { container as containerSchema, type Container } from '../../inventory/container-schema.ts';
import type { ComposeService } from '../../inventory/compose.ts';
import { readDeclares } from '../kubernetes/parse-declares.ts';

const words = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? []);
const map = <Value extends z.ZodType>(value: Value) =>
  z
    .record(z.string(), value)
    .nullish()
    .transform((found) => found ?? {});

/** What is read of an inspection, of the Docker Engine API 1.24 and later. */
const inspection = z.looseObject({
  Id: z.string(),
  Name: z.string(),
  Path: z.string().default(''),
  Args: words,
  State: z.looseObject({ Status: z.string().default('unknown'), Pid: z.int().default(0) }),
  Config: z.looseObject({ Image: z.string().default(''), Env: words, Labels: map(z.string()) }),
  HostConfig: z.looseObject({
    NetworkMode: z.string().default(''),
    RestartPolicy: z.looseObject({ Name: z.string().default('') }).nullish(),
  }),
  NetworkSettings: z.looseObject({
    Ports: map(z.array(z.looseObject({ HostIp: z.string().default(''), HostPort: z.string().default('') })).nullable()),
    Networks: map(z.looseObject({ IPAddress: z.string().default(''), Aliases: words })),
  }),
});

/** A container, and what its words say once it is known who else there is. */
export interface Inspected {
  container: Container;
  /** Pairs, URLs and names of `known` in its environment and arguments. */
  declaresTo(known: ReadonlySet<string>): ComposeService['declares'];
}

/** Understands an inspection; undefined for what is none. Secrets are filtered as those of pods are. */
export function parseInspection(data: unknown): Inspected | undefined {
  const { data: found } = inspection.safeParse(data);
  if (found === undefined) return undefined;
  const { Config, HostConfig, NetworkSettings, State } = found;
  const { 'com.docker.compose.project': project, 'com.docker.compose.service': service } = Config.Labels;
  const networks = Object.entries(NetworkSettings.Networks);
  const parsed = containerSchema.safeParse({
    engine: 'docker',
    id: found.Id.slice(0, 12),
    name: found.Name.replace(/^\//, ''),
    image: Config.Image,
    state: State.Status,
    ...(project && service && { compose: { project, service } }),
    networkMode: HostConfig.NetworkMode.replace(/^(container:[0-9a-f]{12})[0-9a-f]*$/, '$1'),
    networks: networks.map(([name, { IPAddress: address }]) => ({ name, address })),
    aliases: [...new Set(networks.flatMap(([, { Aliases }]) => Aliases))],
    ports: Object.entries(NetworkSettings.Ports).flatMap(([words, bound]) => portsOf(words, bound ?? [])),
    restartPolicy: HostConfig.RestartPolicy?.Name ?? '',
    pid: State.Pid,
    declares: [],
  });
  if (!parsed.success) return undefined;
  const env = Config.Env.map((entry) => ({
    name: entry.split('=', 1)[0] ?? '',
    value: entry.slice(entry.indexOf('=') + 1),
  }));
  const command = [found.Path, ...found.Args];
  return {
    container: parsed.data,
    declaresTo: (known) =>
      readDeclares([{ command, env }], known).map((one) => ({
        ...one,
        how: `${one.host}:${one.port} in its ${one.from === 'command' ? 'command line' : 'environment'}`,
      })),
  };
}

function portsOf(words: string, bound: readonly { HostIp: string; HostPort: string }[]): object[] {
  const [, port, protocol] = /^(\d{1,5})\/(tcp|udp|sctp)$/.exec(words) ?? [];
  return bound.map(({ HostIp, HostPort }) => ({
    protocol,
    port: Number(port),
    hostAddress: HostIp || '0.0.0.0',
    hostPort: Number(HostPort),
  }));
}
