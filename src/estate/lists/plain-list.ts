import { broken, MAX_HOSTS, type ParsedList, type RawHost } from './listed-host.ts';

/** One line: `host`, `user@host`, `host:22`, `[2001:db8::1]:22`, an IPv6 address. */
const entry =
  /^(?:(?<user>[^@\s:]*)@)?(?:\[(?<bracketed>[^\]\s]+)\]|(?<plain>[^:\s[\]@]+|[0-9a-fA-F]*(?::[0-9a-fA-F.]*){2,}))(?::(?<port>\d{1,5}))?$/;

/** Reads a list with one host a line; `#` begins a comment. The host's name is its address. */
export function parsePlainList(text: string, file: string): ParsedList {
  const parsed: ParsedList = { hosts: [], groups: [], problems: [] };
  for (const [index, whole] of text.split(/\r?\n/).entries()) {
    const line = whole.replace(/(^|\s)#.*/, '').trim();
    if (line === '') continue;
    const host = hostOf(line, index + 1);
    if (host === undefined) parsed.problems.push(broken(file, index + 1, 'it is no `[user@]host[:port]`'));
    else if (parsed.hosts.length >= MAX_HOSTS) return beyond(parsed, file, index + 1);
    else parsed.hosts.push(host);
  }
  return parsed;
}

function beyond(parsed: ParsedList, file: string, line: number): ParsedList {
  return { ...parsed, problems: [...parsed.problems, broken(file, line, `there are more than ${MAX_HOSTS} hosts`)] };
}

function hostOf(line: string, number: number): RawHost | undefined {
  const { user, bracketed, plain, port } = entry.exec(line)?.groups ?? {};
  const address = bracketed ?? plain;
  return address === undefined ? undefined : { name: nameOf(address), address, user, port, groups: [], line: number };
}

/** The name of a host that has only an address: an IPv6 address with dashes, since names have no colons. */
export function nameOf(address: string): string {
  return /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(address)
    ? `ip6-${address.toLowerCase().replaceAll(/[:.]+/g, (marks) => (marks === '::' ? '--' : '-'))}`.replace(/-+$/, '')
    : address;
}
