import { sanitizeLine } from './sanitize.ts';

const LIMIT = 2_000;

/** Characters that begin markup anywhere in a line; as entities they never do (CommonMark 0.31, 2.5 and 6.1). */
const markup = /[&<>|$`\\*_~[\]#]/g;
/** What makes a list, a rule or a heading of a line, where it is the first thing in it. */
const blockStart = /^([-+=]|\d{1,9}[.)])/;
/**
 * What code hosts make links, mentions or pictures of after the Markdown is rendered, where an entity is its character
 * again: `@name`, `#12`, `GH-12`, `!12`, `%name`, `^name`, `:name:`. A character of no width between keeps them text.
 */
const reference = /[@!%^](?=[\w"'+-])|:(?=[\w+-]+:)/g;
const referring: readonly string[] = ['&', '#', '~', '$'];
/** Addresses become links by themselves (GitHub Flavored Markdown, "Autolinks"). */
const address = /\b(https?|ftp|mailto|xmpp|www)(?=[:.])/gi;
const issue = /\b(GH)-(?=\d)/gi;

/** Text from outside for a line of Markdown: wherever in the line it stands, it stays what it says. */
export function escapeMarkdown(text: string | number): string {
  return sanitizeLine(String(text), LIMIT)
    .replaceAll(markup, (one) => `${entity(one)}${referring.includes(one) ? '&#8203;' : ''}`)
    .replace(blockStart, (start) => `${start.slice(0, -1)}${entity(start.slice(-1))}`)
    .replaceAll(address, '$1&#8203;')
    .replaceAll(issue, '$1&#8203;-')
    .replaceAll(reference, (one) => `${one}&#8203;`);
}

const entity = (character: string): string => `&#${character.charCodeAt(0)};`;

/** A table. Cells are Markdown already: every one that quotes something was escaped where it was made. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line), ''];
}

/** A part that a reader unfolds. The title is Markdown already, of one line. */
export function folded(title: string, body: readonly string[], isOpen = false): string[] {
  return [`<details${isOpen ? ' open' : ''}><summary>${title}</summary>`, '', ...body, '</details>', ''];
}
