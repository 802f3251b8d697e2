import { jumpOfSetting, type Jump } from './jump.ts';
import { broken, MAX_HOSTS, unknownValue, type ListProblem, type ParsedList, type RawHost } from './listed-host.ts';
import { readConfigLines, type IncludedTexts, type Setting } from './ssh-config-lines.ts';

/** Settings under patterns are compared with each host; nobody writes so many. */
const MAX_GENERAL = 2_000;

const nothing: IncludedTexts = () => 'an Include is not followed here';

/**
 * Reads the hosts of an ssh_config as the OpenSSH client would reach them: each name of a `Host` line that is no
 * pattern, with the first value of each setting over all blocks that match it. Nothing is run, so `Match` is not understood.
 */
export function parseSshConfig(text: string, file: string, included: IncludedTexts = nothing): ParsedList {
  const { settings: inOrder, hosts, problems } = readConfigLines(text, file, included);
  const settings = indexed(inOrder);
  if (settings.general.length > MAX_GENERAL)
    return {
      hosts: [],
      groups: [],
      problems: [broken(file, undefined, 'too many of its settings stand under patterns')],
    };
  const parsed: ParsedList = { hosts: [], groups: [], problems: [...problems] };
  for (const [name, line] of [...hosts].slice(0, MAX_HOSTS)) {
    const host = hostOf(name, line === 0 ? undefined : line, settings, file);
    if ('error' in host) parsed.problems.push(host);
    else parsed.hosts.push(host);
  }
  if (hosts.size > MAX_HOSTS) parsed.problems.push(broken(file, undefined, `there are more than ${MAX_HOSTS} hosts`));
  return parsed;
}

function hostOf(name: string, line: number | undefined, settings: Index, file: string): RawHost | ListProblem {
  const found = lookUp(name, settings);
  const address = addressOf(name, found);
  const unclear = (reason: string): ListProblem => unknownValue(file, { name, line }, reason);
  if (address === undefined) return unclear('its HostName has a token that only ssh can fill in');
  const jump = found.jump?.kind === 'host' ? throughAlias(found.jump.jump, settings) : found.jump;
  if (jump?.kind === 'unclear') return unclear(jump.reason);
  const { port, user } = found;
  return { name, line, groups: [], address, port, user, ...(jump?.kind === 'host' ? { jump: jump.jump } : {}) };
}

/** Settings for hosts by their names, and those that must be compared with every host. */
interface Index {
  byName: Map<string, Ordered[]>;
  general: Ordered[];
}

type Ordered = Setting & { order: number };

function indexed(settings: readonly Setting[]): Index {
  const index: Index = { byName: new Map(), general: [] };
  for (const [order, setting] of settings.entries()) {
    const names = setting.conditions.find((patterns) => patterns.every((pattern) => !/[*?!]/.test(pattern)));
    if (names === undefined) index.general.push({ ...setting, order });
    for (const name of new Set(names)) {
      const known = index.byName.get(name) ?? [];
      known.push({ ...setting, order });
      index.byName.set(name, known);
    }
  }
  return index;
}

interface Found {
  hostname?: string | undefined;
  port?: string | undefined;
  user?: string | undefined;
  jump?: Jump | undefined;
}

/** The first value of each setting that a name matches; ProxyJump and ProxyCommand keep each other out. */
function lookUp(name: string, settings: Index): Found {
  const found: Found = {};
  const own = settings.byName.get(name) ?? [];
  for (const { keyword, value, conditions } of [...own, ...settings.general].toSorted((a, b) => a.order - b.order)) {
    if (!conditions.every((patterns) => matches(name, patterns))) continue;
    if (keyword === 'hostname' || keyword === 'port' || keyword === 'user') found[keyword] ??= value;
    else found.jump ??= jumpOfSetting(keyword, value);
  }
  return found;
}

function addressOf(name: string, { hostname = name }: Found): string | undefined {
  const filled = hostname.replaceAll(/%([h%])/g, (_all, token: string) => (token === 'h' ? name : '\0'));
  return filled.includes('%') ? undefined : filled.replaceAll('\0', '%');
}

/** A jump host that the same file knows under a name of its own, as the client would reach it. */
function throughAlias(jump: string, settings: Index): Jump {
  const [, user, alias, port] = /^(?:(.*)@)?([^@:]+)(?::(\d+))?$/s.exec(jump) ?? [];
  if (alias === undefined) return { kind: 'host', jump };
  const found = lookUp(alias, settings);
  const address = addressOf(alias, found);
  if (found.jump !== undefined && found.jump.kind !== 'none')
    return { kind: 'unclear', reason: 'its jump host is reached by a jump itself, and the estate has one jump' };
  if (address === undefined) return { kind: 'unclear', reason: 'its jump host has a token that only ssh can fill in' };
  const login = user ?? found.user;
  const at = port ?? found.port;
  return {
    kind: 'host',
    jump: `${login === undefined ? '' : `${login}@`}${address}${at === undefined ? '' : `:${at}`}`,
  };
}

/** Whether a name matches a list of patterns as `Host` has them: one that begins with `!` rules it out. */
function matches(name: string, patterns: readonly string[]): boolean {
  const fits = (pattern: string): boolean => fitsPattern(name, pattern);
  return !patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1))) && patterns.some(fits);
}

/** `*` stands for any characters, `?` for one; without regular expressions, which a hostile pattern would slow down. */
export function fitsPattern(name: string, pattern: string): boolean {
  let [at, mark, star, resume] = [0, 0, -1, 0];
  while (at < name.length) {
    if (pattern[mark] === '*') [star, resume, mark] = [mark, at, mark + 1];
    else if (pattern[mark] === '?' || (mark < pattern.length && pattern[mark] === name[at]))
      [at, mark] = [at + 1, mark + 1];
    else if (star >= 0) [mark, resume, at] = [star + 1, resume + 1, resume + 1];
    else return false;
  }
  return /^\**$/.test(pattern.slice(mark));
}
