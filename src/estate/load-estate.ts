import { dirname } from 'node:path';
import { meshError } from '../errors/mesh-error.ts';
import { readTextFile } from '../ports/files.ts';
import { joinLists } from './lists/join.ts';
import type { ListProblem } from './lists/listed-host.ts';
import { readHostList } from './read-lists/host-list.ts';
import { withAbsolutePaths } from './load.ts';
import { parseEstateData, readEstateYaml } from './parse.ts';
import { type Estate, hostSourcesSchema, type ListedHost } from './schema.ts';

/** An estate with the hosts of its lists, and what these left out on purpose. */
export interface OpenedEstate {
  estate: Estate;
  warnings: ListProblem[];
}

/**
 * Reads an estate file and the host lists that its `hostsFrom` names. A list that is not wholly understood is an error
 * (MW1058), since a plan must not miss a host in silence.
 */
export async function openEstate(file: string, maxBytes: number): Promise<OpenedEstate> {
  const yaml = readEstateYaml(await readTextFile(file, maxBytes), file);
  const { listed, warnings } = await listedHosts(yaml.data, file);
  return { estate: withAbsolutePaths(parseEstateData(yaml, file, listed), file), warnings };
}

async function listedHosts(data: unknown, file: string): Promise<{ listed: ListedHost[]; warnings: ListProblem[] }> {
  const { hostsFrom, hosts } = (data ?? {}) as { hostsFrom?: unknown; hosts?: unknown };
  // What is not valid here is told with all else that is wrong with the estate.
  const sources = hostSourcesSchema.safeParse(hostsFrom ?? []).data ?? [];
  const lists = [];
  for (const source of sources) lists.push(await readHostList(source, dirname(file)));
  const { hosts: listed, problems } = joinLists(lists, (host, field) => field in (entryOf(hosts, host) ?? {}));
  const all = [
    ...lists.flatMap((list) => list.problems),
    ...problems,
    ...listed.flatMap((host) => withoutUser(host, hosts, file)),
  ];
  const errors = all.filter(({ level }) => level === 'error');
  if (errors.length > 0)
    throw meshError('MW1058', { file, count: errors.length }, { details: errors.map(({ error }) => error.message) });
  return { listed, warnings: all };
}

function entryOf(hosts: unknown, name: string): object | undefined {
  const entries: unknown[] = Array.isArray(hosts) ? hosts : [];
  return entries.find(
    (entry): entry is object => typeof entry === 'object' && entry !== null && 'name' in entry && entry.name === name,
  );
}

function withoutUser({ name, user }: ListedHost, hosts: unknown, file: string): ListProblem[] {
  if (user !== undefined || 'user' in (entryOf(hosts, name) ?? {})) return [];
  const reason = 'no list says its user; give one with `user` in hostsFrom';
  return [{ level: 'error', error: meshError('MW1051', { place: file, host: name, reason }) }];
}
