import type { HostRight } from '../plans/rights/right.ts';
import { sanitizeLine } from './sanitize.ts';

/** One host, the login that is used there, and what is asked of it. */
export interface SudoersNeed {
  host: string;
  user: string;
  as: readonly HostRight['as'][];
}

/** The commands that run as root, word by word. */
export type RootCommands = Readonly<Record<'script' | 'upload', readonly string[]>>;

/**
 * A sudoers fragment that allows one host's login exactly these commands, or nothing where none is needed: the login is root, or
 * nothing runs as root.
 */
export function renderSudoers({ host, user, as }: SudoersNeed, commands: RootCommands): string | undefined {
  const allowed = (['script', 'upload'] as const).filter((one) => as.includes(one));
  if (user === 'root' || allowed.length === 0) return undefined;
  return [
    `# host ${sanitizeLine(host)}: /etc/sudoers.d/meshway, mode 0440`,
    `Defaults:${user} !requiretty`,
    `${user} ALL=(root) NOPASSWD: ${allowed.map((one) => sudoersCommand(commands[one])).join(', \\\n    ')}`,
    '',
  ].join('\n');
}

/**
 * A command as sudoers has it. Of arguments sudo matches the whole text by fnmatch(3), so that wildcards are escaped once;
 * a backslash is escaped for the file and for fnmatch, and `, : = #` for the file alone (sudoers(5), "Wildcards in command
 * arguments" and "Other special characters and reserved words").
 */
export function sudoersCommand([program = '', ...words]: readonly string[]): string {
  const text = words.join(' ');
  if (/[\n^]/.test(text)) throw new RangeError('not a command that sudoers can name');
  const escaped = text.replaceAll(/[\\,:=#*?[\]!]/g, (char) => (char === '\\' ? '\\\\\\\\' : `\\${char}`));
  return `${program} ${escaped}`;
}
