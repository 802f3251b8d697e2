/**
 * The one function that turns data into a word of a POSIX shell. Everything inside single quotes is literal;
 * a single quote itself ends the quotes, is escaped, and opens them again.
 */
export function quote(value: string): string {
  if (value.includes('\0')) throw new RangeError('a shell word cannot hold a NUL character');
  return `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

/** Names that a script may be given values under: not those that change how the shell itself works. */
const VARIABLE = /^(?!(?:PATH|IFS|ENV|HOME|PS[1-4]|OPTIND|LD_\w*|LC_\w*|LANG)$)[A-Za-z_]\w*$/;

const BEGIN = 'meshway:begin';
const END = 'meshway:end';

/**
 * What goes to `sh -s` on stdin. The script is the body of a function, so a connection that is cut while it is
 * sent runs none of it; the begin line says that it began, the end line carries its status.
 */
export function wrapScript(script: string, variables: Record<string, string>): string {
  const assignments = Object.entries(variables).map(([name, value]) => {
    if (!VARIABLE.test(name)) throw new RangeError(`not a variable name: ${name}`);
    return `${name}=${quote(value)}`;
  });
  return [
    ...assignments,
    'meshway_main() {',
    script,
    '}',
    `printf '%s\\n' '${BEGIN}'`,
    '(meshway_main) </dev/null',
    'meshway_status=$?',
    `printf '\\n%s %s\\n' '${END}' "$meshway_status"`,
    'exit "$meshway_status"',
    '',
  ].join('\n');
}

/** What a wrapped script printed: not begun, begun and lost, or ended with a status. */
export type WrappedOutput =
  { state: 'not-begun' } | { state: 'lost'; stdout: string } | { state: 'ended'; exitCode: number; stdout: string };

/** Takes the markers off again. Text before the begin line comes from a login shell's profile and is dropped. */
export function unwrapOutput(raw: string): WrappedOutput {
  const begin = raw.startsWith(`${BEGIN}\n`) ? 0 : raw.indexOf(`\n${BEGIN}\n`) + 1;
  if (begin === 0 && !raw.startsWith(`${BEGIN}\n`)) return { state: 'not-begun' };
  const body = raw.slice(begin + BEGIN.length + 1);
  const end = /\nmeshway:end (\d{1,3})\n$/.exec(body);
  if (end === null) return { state: 'lost', stdout: body };
  return { state: 'ended', exitCode: Number(end[1]), stdout: body.slice(0, end.index) };
}
