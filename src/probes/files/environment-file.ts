import { meshError } from '../../errors/mesh-error.ts';
import { readDeclares } from '../kubernetes/parse-declares.ts';
import type { KubeWorkload } from '../../inventory/schema.ts';
import { sourceFinding, type Parsed, type SourceText } from './source.ts';

const MAX_PROBLEMS = 20;

export interface Variable {
  name: string;
  value: string;
}

/**
 * Reads NAME=VALUE lines by the rules of systemd's EnvironmentFile: comments, one pair of quotes, a backslash at the
 * end of a line carries it on. A line that is none of it is a finding and never quoted.
 */
export function readEnvironmentFile({ name: source, text }: Pick<SourceText, 'name' | 'text'>): Parsed<Variable> {
  const parsed: Parsed<Variable> = { found: [], findings: [] };
  for (const { line, number } of joinedLines(text)) {
    const variable = readVariable(line);
    if (variable !== undefined) parsed.found.push(variable);
    else if (!/^\s*([#;]|$)/.test(line) && parsed.findings.length < MAX_PROBLEMS)
      parsed.findings.push(notUnderstood(source, number));
  }
  return parsed;
}

/** Lines with those that carry them on, each under the number of its first. */
function joinedLines(text: string): { line: string; number: number }[] {
  const joined: { parts: string[]; number: number }[] = [];
  let isOpen = false;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const goesOn = /(^|[^\\])(\\\\)*\\$/.test(line.slice(-64)) && !/^\s*[#;]/.test(line);
    const part = goesOn ? line.slice(0, -1) : line;
    if (isOpen) joined.at(-1)?.parts.push(part);
    else joined.push({ parts: [part], number: index + 1 });
    isOpen = goesOn;
  }
  return joined.map(({ parts, number }) => ({ line: parts.join(''), number }));
}

function readVariable(line: string): Variable | undefined {
  const [, name, value = ''] = /^\s*([A-Za-z_]\w{0,255})=(.*)$/.exec(line) ?? [];
  if (name === undefined) return undefined;
  const trimmed = value.trim();
  return { name, value: /^(["']).*\1$/.test(trimmed) && trimmed.length > 1 ? trimmed.slice(1, -1) : trimmed };
}

function notUnderstood(source: string, line: number): Parsed<Variable>['findings'][number] {
  const reason = 'it is no NAME=VALUE, and no comment';
  return sourceFinding('warning', source, meshError('MW1039', { source, line, reason }));
}

/** The peers that the variables name, by the rules that pods' environments are read by. */
export function declaresOf(variables: readonly Variable[], known: ReadonlySet<string>): KubeWorkload['declares'] {
  // The last of several values counts, as for systemd.
  const last = new Map(variables.map(({ name, value }) => [name, value]));
  return readDeclares([{ env: [...last].map(([name, value]) => ({ name, value })) }], known);
}
