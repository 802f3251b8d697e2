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
  return clippedMarkup(String(text), LIMIT);
}

/** The same of so many characters at most, counted before they are escaped. */
export function clippedMarkup(text: string, limit: number): string {
  return sanitizeLine(text, limit).replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
