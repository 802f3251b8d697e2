import { reachable, type ComposeService } from '../../../inventory/compose.ts';
import { readDeclares } from '../../kubernetes/parse-declares.ts';
import { interpolate } from './interpolate.ts';
import { environmentMap } from './merge-services.ts';
import { namedAlone, usualPortOf } from './names.ts';
import { portsOf } from './ports.ts';
import { composeService, fieldsOf, type RawService } from './shapes.ts';

/** The variables of an environment file of a service; empty where it is not among the files. */
export type EnvironmentOf = (path: string, isRequired: boolean) => ReadonlyMap<string, string>;

/** A service whose variables are replaced, before it is known who else there is. */
interface Draft {
  raw: RawService;
  service: ComposeService;
  variables: ReadonlyMap<string, string>;
}

/** What services say of themselves and of each other, and variables that nothing sets, with whether one is required. */
export function explainServices(
  raw: ReadonlyMap<string, RawService>,
  variables: ReadonlyMap<string, string>,
  environmentOf: EnvironmentOf,
): { services: ComposeService[]; unset: Map<string, boolean> } {
  const unset = new Map<string, boolean>();
  const drafts = [...raw].map(([name, service]) =>
    draftOf(name, replaceVariables(service, variables, unset), environmentOf),
  );
  const all = drafts.map(({ service }) => service);
  for (const draft of drafts) shareNetwork(draft, all);
  for (const draft of drafts) draft.service.declares = declaresOf(draft, reachable(draft.service, all));
  return { services: all, unset };
}

const replacedFields = Object.keys(composeService.shape);

/** The fields that are read, with values in place of variables. A field that is no longer valid then is left out. */
function replaceVariables(
  service: RawService,
  variables: ReadonlyMap<string, string>,
  unset: Map<string, boolean>,
): RawService {
  const replace = (value: unknown): unknown => {
    if (typeof value === 'string') {
      const { text, unset: missing } = interpolate(value, variables);
      for (const { variable, isRequired } of missing) unset.set(variable, isRequired || unset.get(variable) === true);
      return text;
    }
    if (Array.isArray(value)) return value.map(replace);
    const fields = fieldsOf(value);
    return fields === undefined
      ? value
      : Object.fromEntries(Object.entries(fields).map(([key, one]) => [key, replace(one)]));
  };
  const fields = Object.entries(service).filter(([field]) => replacedFields.includes(field));
  return composeService.parse(Object.fromEntries(fields.map(([field, value]) => [field, replace(value)])));
}

function draftOf(name: string, raw: RawService, environmentOf: EnvironmentOf): Draft {
  const { image = '', container_name: container, hostname, network_mode: mode, depends_on: waits = [] } = raw;
  const attached = Array.isArray(raw.networks)
    ? Object.fromEntries(raw.networks.map((one) => [one, null]))
    : raw.networks;
  const aliases = Object.values(attached ?? {}).flatMap((one) => one?.aliases ?? []);
  const links = Object.fromEntries(
    (raw.links ?? []).map((link) => link.split(':', 2) as [string, string?]).map(([to, alias]) => [alias ?? to, to]),
  );
  const waitsFor = Array.isArray(waits)
    ? waits
    : Object.entries(waits).flatMap(([one, { condition }]) =>
        condition === 'service_completed_successfully' ? [] : [one],
      );
  const usual = usualPortOf(image);
  const ports = portsOf(raw);
  const service: ComposeService = {
    name,
    names: [...new Set([name, container ?? name, hostname ?? name, ...aliases])],
    networks: mode === undefined ? Object.keys(attached ?? { default: null }) : [],
    isOnHostNetwork: mode === 'host',
    ports: ports.length === 0 && usual !== undefined ? [{ port: usual }] : ports,
    declares: [],
    needs: [
      ...waitsFor.map((one) => ({ service: one, how: '`depends_on`' })),
      ...Object.values(links).map((one) => ({ service: one, how: '`links`' })),
    ],
    links,
  };
  return { raw, service, variables: environmentFor(raw, environmentOf) };
}

/** What `environment` says comes before what files do, and later files before earlier ones. */
function environmentFor(
  { env_file: files, environment }: RawService,
  environmentOf: EnvironmentOf,
): Map<string, string> {
  const found = new Map<string, string>();
  for (const one of [files ?? []].flat()) {
    const { path, required = true } = typeof one === 'string' ? { path: one } : one;
    for (const [name, value] of environmentOf(path, required)) found.set(name, value);
  }
  for (const [name, value] of Object.entries(environmentMap(environment))) found.set(name, value);
  return found;
}

/** `network_mode: service:NAME` is on the networks of that other service. */
function shareNetwork({ raw, service }: Draft, all: readonly ComposeService[]): void {
  const [, other] = /^service:(.+)$/.exec(raw.network_mode ?? '') ?? [];
  const shared = all.find(({ name }) => name === other);
  if (shared === undefined) return;
  service.networks = [...shared.networks];
  service.isOnHostNetwork = shared.isOnHostNetwork;
}

function declaresOf({ raw, variables }: Draft, near: ReadonlyMap<string, ComposeService>): ComposeService['declares'] {
  const known = new Set(near.keys());
  const env = [...variables].map(([name, value]) => ({ name, value }));
  const words = [raw.entrypoint, raw.command].flatMap(wordsOf);
  const written = readDeclares([{ command: words, env }], known).map((one) => ({
    ...one,
    how: `${one.host}:${one.port} in its ${one.from === 'command' ? 'command line' : 'environment'}`,
  }));
  const alone = namedAlone(variables, known).flatMap(
    ({ host, variable, port = near.get(host)?.ports[0]?.port ?? 0 }) =>
      written.some((one) => one.host === host)
        ? []
        : [{ host, port, from: 'environment' as const, how: `${host} in ${variable} of its environment` }],
  );
  return [...written, ...alone];
}

function wordsOf(command: RawService['command']): string[] {
  if (command === undefined || command === null) return [];
  return typeof command === 'string' ? command.split(/\s+/) : command.map(String);
}
