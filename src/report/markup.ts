import { sanitizeLine } from './sanitize.ts';

const LIMIT = 4_000;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for XML and HTML, between tags and in quoted attributes: no markup, no control or invisible characters, one line of so many characters at most. */
export function escapeMarkup(text: string | number, limit = LIMIT): string {
  return sanitizeLine(String(text), limit).replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
