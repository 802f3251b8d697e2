import { sanitize } from './sanitize.ts';

/**
 * Colours as marks in the text, private-use characters that only {@link toTerminal} turns into
 * escape sequences: text stays free of escapes up to the terminal, and what a hostile host can
 * gain by sending marks is a colour.
 */
const marks = {
  reset: '\uF8F0',
  bold: '\uF8F1',
  dim: '\uF8F2',
  red: '\uF8F3',
  green: '\uF8F4',
  yellow: '\uF8F5',
  cyan: '\uF8F6',
};
const sequences: Record<string, string> = {
  [marks.reset]: '\u001B[0m',
  [marks.bold]: '\u001B[1m',
  [marks.dim]: '\u001B[2m',
  [marks.red]: '\u001B[31m',
  [marks.green]: '\u001B[32m',
  [marks.yellow]: '\u001B[33m',
  [marks.cyan]: '\u001B[36m',
};
const anyMark = /[\uF8F0-\uF8F6]/g;

type Paint = (text: string) => string;
const paint =
  (mark: string): Paint =>
  (text) =>
    `${mark}${text}${marks.reset}`;

/** Marks a piece of text; without colour it is printed as it is. */
export const style: Record<'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', Paint> = {
  bold: paint(marks.bold),
  dim: paint(marks.dim),
  red: paint(marks.red),
  green: paint(marks.green),
  yellow: paint(marks.yellow),
  cyan: paint(marks.cyan),
};

/** What of the environment decides on colour. */
export interface ColourContext {
  readonly isTty: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** `NO_COLOR` forbids, `FORCE_COLOR` demands, else a terminal that is not dumb has colour. */
export function hasColour({ isTty, environment }: ColourContext): boolean {
  if (environment['NO_COLOR']) return false;
  if (environment['FORCE_COLOR']) return environment['FORCE_COLOR'] !== '0';
  return isTty && environment['TERM'] !== 'dumb';
}

/** The last step before a terminal or a pipe: sanitized, then coloured or bare. */
export function toTerminal(text: string, isColoured: boolean): string {
  return sanitize(text).replaceAll(anyMark, (mark) => (isColoured ? (sequences[mark] ?? '') : ''));
}
