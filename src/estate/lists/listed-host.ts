import { meshError, type MeshError } from '../../errors/mesh-error.ts';

/** The formats that host lists are read in. */
export const listFormats = ['ansible', 'terraform', 'ssh-config', 'list'] as const;
export type ListFormat = (typeof listFormats)[number];

/** More than anybody moves by one estate; ranges and states that hold more were made by mistake, or to hurt. */
export const MAX_HOSTS = 20_000;

/** A host as its list has it: nothing of it is checked yet. */
export interface RawHost {
  name: string;
  /** Absent: the name is the address. */
  address?: string | undefined;
  port?: string | undefined;
  user?: string | undefined;
  /** A jump host as OpenSSH's ProxyJump takes it. */
  jump?: string | undefined;
  /** All groups that it is in, those above its own included. */
  groups: readonly string[];
  /** Where in the file it stands, counted from 1. */
  line?: number | undefined;
}

/** An `error` may mean that a host is missing or reached otherwise; a `warning` tells of what is left out on purpose. */
export interface ListProblem {
  level: 'error' | 'warning';
  error: MeshError;
}

/** What a parser makes of a list's text. */
export interface ParsedList {
  hosts: RawHost[];
  /** Every group there is, the empty ones too. */
  groups: readonly string[];
  problems: ListProblem[];
}

/** `inventory.ini, line 4`. */
export function placeOf(file: string, line?: number): string {
  return line === undefined ? file : `${file}, line ${line}`;
}

/** An error-level problem with the syntax of a list. */
export function broken(file: string, line: number | undefined, reason: string): ListProblem {
  return { level: 'error', error: meshError('MW1053', { place: placeOf(file, line), reason }) };
}

/** A part that is passed over on purpose. */
export function leftOut(place: string, reason: string): ListProblem {
  return { level: 'warning', error: meshError('MW1057', { place, reason }) };
}

/** A host whose value cannot be known: it is left out, and said. */
export function unknownValue(
  file: string,
  { name, line }: Pick<RawHost, 'name' | 'line'>,
  reason: string,
): ListProblem {
  return { level: 'error', error: meshError('MW1052', { place: placeOf(file, line), host: shown(name), reason }) };
}

/**
 * A name as a problem may print it: as far as it is made of the letters of names. What follows the first other character
 * may be a password, as in `root:secret@web`, or an escape sequence.
 */
export function shown(name: string): string {
  const [start = ''] = /^[A-Za-z0-9._-]{0,80}/.exec(name) ?? [];
  return start.length === name.length ? `"${name}"` : `"${start}…"`;
}
