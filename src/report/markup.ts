import { sanitizeLine } from './sanitize.ts';

const LIMIT = 4_000;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for XML and HTML, between tags and in quoted attributes: no markup, no control or invisible characters, one line. */
export function escapeMarkup(text: string | number): string {
  return sanitizeLine(String(text), LIMIT).replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
