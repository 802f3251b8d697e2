import { splitWords } from './words.ts';

/** What a list says about a jump host: its address, that there is none, or that it cannot be told. */
export type Jump = { kind: 'host'; jump: string } | { kind: 'none' } | { kind: 'unclear'; reason: string };

/** A ProxyJump value: one `[user@]host[:port]`, or the same as a URI. */
export function jumpOfProxyJump(value: string): Jump {
  if (value.toLowerCase() === 'none') return { kind: 'none' };
  if (value.includes(','))
    return { kind: 'unclear', reason: 'its jump is a chain of several hosts, and the estate has one' };
  return { kind: 'host', jump: value.replace(/^ssh:\/\//i, '').replace(/\/$/, '') };
}

/**
 * The jump host of a ProxyCommand, where that is the plain `ssh -W %h:%p [user@]host`. Any other is a program, of which
 * nothing is kept: its arguments may hold secrets.
 */
export function jumpOfProxyCommand(value: string): Jump {
  if (value.toLowerCase() === 'none') return { kind: 'none' };
  const [program = '', ...words] = splitWords(value) ?? [];
  const jump = /^(\S*\/)?ssh$/.test(program) ? jumpOfSsh(words) : undefined;
  return jump === undefined
    ? { kind: 'unclear', reason: 'its ProxyCommand is not the plain `ssh -W %h:%p HOST`' }
    : { kind: 'host', jump };
}

function jumpOfSsh(words: readonly string[]): string | undefined {
  const found = readOptions(words);
  const [destination, ...rest] = found?.plain ?? [];
  if (found === undefined || destination === undefined || rest.length > 0) return undefined;
  const { W: target, p: port, l: login, J: nested, o: settings = [] } = found.options;
  if (!/^(%h:%p|\[%h\]:%p)$/.test(target?.[0] ?? '') || nested !== undefined) return undefined;
  if (settings.some((setting) => /^proxy/i.test(setting))) return undefined;
  const user = login === undefined || destination.includes('@') ? '' : `${login[0]}@`;
  return `${user}${destination}${port === undefined ? '' : `:${port[0]}`}`;
}

/** The options of a command line of ssh, as lists of values; undefined where one is not known. */
function readOptions(
  words: readonly string[],
): { options: Partial<Record<string, string[]>>; plain: string[] } | undefined {
  const options: Partial<Record<string, string[]>> = {};
  const plain: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    const [, flags, letter, attached] = /^-(?:([46AaCNnqTtVvXxY]+)|([BbcDEeFIiJLlmOoPpQRSWw])(.*))$/s.exec(word) ?? [];
    if (letter !== undefined) (options[letter] ??= []).push(attached || (words[++index] ?? ''));
    else if (flags === undefined && word.startsWith('-')) return undefined;
    else if (flags === undefined) plain.push(word);
  }
  return { options, plain };
}

/** The jump host that arguments for ssh name, as Ansible's `ansible_ssh_common_args` has them: the first that is named. */
export function jumpOfArguments(text: string): Jump | undefined {
  const words = splitWords(text);
  const found = words === undefined ? undefined : readOptions(words);
  if (found === undefined) return { kind: 'unclear', reason: 'its arguments for ssh are not understood' };
  const { J: [direct] = [], o: settings = [] } = found.options;
  if (direct !== undefined) return jumpOfProxyJump(direct);
  for (const setting of settings) {
    const [, keyword, value = ''] = /^\s*(ProxyJump|ProxyCommand)(?:\s*=\s*|\s+)(.*)$/is.exec(setting) ?? [];
    if (keyword !== undefined) return jumpOfSetting(keyword, unquoted(value));
  }
  return undefined;
}

/** A setting of ssh_config that decides about jumps. */
export function jumpOfSetting(keyword: string, value: string): Jump {
  return keyword.toLowerCase() === 'proxyjump' ? jumpOfProxyJump(value) : jumpOfProxyCommand(value);
}

const unquoted = (value: string): string => /^"([^"]*)"$/.exec(value.trim())?.[1] ?? value.trim();
