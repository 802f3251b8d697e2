import { meshError } from '../../errors/mesh-error.ts';
import type { ListedHost } from '../schema.ts';
import type { CheckedList } from './check.ts';
import type { ListProblem } from './listed-host.ts';

const fields = ['address', 'port', 'user', 'jump'] as const;
type Field = (typeof fields)[number];

/** One value of a host, and the list that it is from. */
interface Word {
  value: string | number;
  file: string;
}

/** Whether a field of a host is said elsewhere, so that it does not matter what lists say. */
export type IsSettled = (host: string, field: Field) => boolean;

/**
 * The hosts of several lists as one, by name. What one list leaves out another may say; where two say different things, the
 * host is a problem that names both (MW1056), unless the estate says it itself. Defaults of a list count where no list says more.
 */
export function joinLists(
  lists: readonly CheckedList[],
  isSettled: IsSettled = () => false,
): { hosts: ListedHost[]; problems: ListProblem[] } {
  const sightings = new Map<string, { host: ListedHost; list: CheckedList }[]>();
  for (const list of lists)
    for (const host of list.hosts) sightings.set(host.name, [...(sightings.get(host.name) ?? []), { host, list }]);
  const joined: { hosts: ListedHost[]; problems: ListProblem[] } = { hosts: [], problems: [] };
  for (const [name, seen] of [...sightings].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const words = fields.map((field) => ({ field, words: wordsOn(field, seen) }));
    const contradictions = words.flatMap((one) => (isSettled(name, one.field) ? [] : contradiction(name, one)));
    joined.problems.push(...contradictions);
    if (contradictions.length > 0) continue;
    const known = words.flatMap(({ field, words: [first] }) => (first === undefined ? [] : [[field, first.value]]));
    joined.hosts.push({ name, ...Object.fromEntries(known) } as ListedHost);
  }
  return joined;
}

/** What lists say themselves, else their defaults. */
function wordsOn(field: Field, seen: readonly { host: ListedHost; list: CheckedList }[]): Word[] {
  const said = seen.flatMap(({ host, list: { file } }) => wordOf(host[field], file));
  if (said.length > 0 || field === 'address' || field === 'port') return said;
  return seen.flatMap(({ list: { defaults, file } }) => wordOf(defaults[field], file));
}

const wordOf = (value: string | number | undefined, file: string): Word[] =>
  value === undefined ? [] : [{ value, file }];

function contradiction(host: string, { field, words }: { field: Field; words: Word[] }): ListProblem[] {
  const [first] = words;
  const other = words.find(({ value }) => value !== first?.value);
  if (first === undefined || other === undefined) return [];
  const args = { host, field, one: first.value, first: first.file, other: other.value, second: other.file };
  return [{ level: 'error', error: meshError('MW1056', args) }];
}
