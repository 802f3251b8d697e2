import { meshError } from '../../errors/mesh-error.ts';
import { listedHostSchema, type HostSource, type ListedHost } from '../schema.ts';
import { placeOf, shown, type ListProblem, type RawHost } from './listed-host.ts';
import type { Read } from './recognise.ts';

/** Of each code; a list of thousands of bad names says it often enough. */
const MAX_PER_CODE = 50;

/** What a list amounts to: hosts whose every value is allowed, and what it says of them. */
export interface CheckedList {
  file: string;
  hosts: ListedHost[];
  /** For hosts of which the list does not say it. */
  defaults: Pick<HostSource, 'user' | 'jump'>;
  problems: ListProblem[];
}

/** The hosts of a list, or of one group of it, held against the estate's own allow-list. */
export function checkList(read: Read, file: string, { group, user, jump }: Omit<HostSource, 'file'>): CheckedList {
  const defaults = { ...(user === undefined ? {} : { user }), ...(jump === undefined ? {} : { jump }) };
  const checked: CheckedList = { file, hosts: [], defaults, problems: [...read.problems] };
  if (group !== undefined && !read.groups.includes(group))
    checked.problems.push({ level: 'error', error: meshError('MW1055', { file, group: shown(group) }) });
  for (const raw of read.hosts) {
    if (group !== undefined && !raw.groups.includes(group)) continue;
    const host = allowed(raw, file);
    if ('error' in host) checked.problems.push(host);
    else checked.hosts.push(host);
  }
  const isEmpty = checked.hosts.length === 0 && !checked.problems.some(({ level }) => level === 'error');
  if (isEmpty) checked.problems.push({ level: 'error', error: meshError('MW1059', { file }) });
  return { ...checked, problems: capped(checked.problems, file) };
}

function allowed({ name, address = name, port, user, jump, line }: RawHost, file: string): ListedHost | ListProblem {
  const given = { name, address, port: numberOf(port), user, jump };
  const result = listedHostSchema.safeParse(
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== '')),
  );
  if (result.success) return result.data;
  const { path = [], message = '' } = result.error.issues[0] ?? {};
  const reason = `its ${String(path[0] ?? 'entry')} must be: ${message}`;
  const error = meshError('MW1051', { place: placeOf(file, line), host: shown(name), reason });
  return { level: 'error', error };
}

function numberOf(port: string | undefined): number | string | undefined {
  return port !== undefined && /^\d{1,5}$/.test(port) ? Number(port) : port;
}

function capped(problems: readonly ListProblem[], file: string): ListProblem[] {
  const counts = new Map<string, number>();
  const kept = problems.filter(({ error: { code } }) => {
    counts.set(code, (counts.get(code) ?? 0) + 1);
    return (counts.get(code) ?? 0) <= MAX_PER_CODE;
  });
  const more = [...counts].filter(([, count]) => count > MAX_PER_CODE);
  return [
    ...kept,
    ...more.map(([code, count]): ListProblem => {
      const level = problems.some((one) => one.error.code === code && one.level === 'error') ? 'error' : 'warning';
      return { level, error: meshError('MW1043', { of: `${code} in ${file}`, count: count - MAX_PER_CODE }) };
    }),
  ];
}
