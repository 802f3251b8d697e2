import { checkList } from '../../estate/lists/check.ts';
import { joinLists } from '../../estate/lists/join.ts';
import { leftOut } from '../../estate/lists/listed-host.ts';
import { readList } from '../../estate/lists/recognise.ts';
import type { Estate, ListedHost } from '../../estate/schema.ts';
import type { Finding } from '../../inventory/schema.ts';
import { sourceFinding, type SourceText } from './source.ts';

/** The hosts of all lists among some files, and what is wrong with them. Those that a given estate lacks are told. Pure. */
export function readHostLists(
  sources: readonly SourceText[],
  given?: Estate,
): { hosts: ListedHost[]; findings: Finding[] } {
  const lists = sources
    .filter(({ kind }) => kind === 'hosts')
    .map(({ name, text }) => checkList(readList(text, name), name, {}));
  const { hosts, problems } = joinLists(lists);
  const findings = lists.flatMap((list) =>
    list.problems.map(({ level, error }) => sourceFinding(level, list.file, error)),
  );
  return {
    hosts,
    findings: [
      ...findings,
      ...problems.map(({ level, error }) => sourceFinding(level, String(error.args['second'] ?? ''), error)),
      ...(given === undefined ? [] : missing(lists, given)),
    ],
  };
}

/** Files stand for no host of an estate: a list beside it adds none. */
function missing(lists: readonly { file: string; hosts: readonly ListedHost[] }[], { hosts }: Estate): Finding[] {
  const known = new Set(hosts.map(({ name }) => name));
  return lists.flatMap(({ file, hosts: listed }) => {
    const count = listed.filter(({ name }) => !known.has(name)).length;
    if (count === 0) return [];
    const { error } = leftOut(file, `${count} of its hosts are not in the estate; hostsFrom would put them there`);
    return [sourceFinding('info', file, error)];
  });
}
