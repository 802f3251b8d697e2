import { escapeMarkup } from './markup.ts';

/** A table with a heading; nothing without rows. */
export function section(title: string, header: readonly string[], rows: readonly Row[], note = ''): string {
  if (rows.length === 0) return '';
  return `<h2>${title}</h2>${note}${table(header, rows)}`;
}

/** Cells are HTML already: every one that quotes something was escaped where it was made. */
export type Row = readonly string[] | { kind: string; cells: readonly string[] };

export function table(header: readonly string[], rows: readonly Row[]): string {
  const head = header.map((cell) => `<th>${cell}</th>`).join('');
  return `<table><thead><tr>${head}</tr></thead><tbody>\n${rows.map(line).join('\n')}\n</tbody></table>`;
}

function line(row: Row): string {
  const [cells, open] = 'cells' in row ? [row.cells, `<tr class="row-${escapeMarkup(row.kind)}">`] : [row, '<tr>'];
  return `${open}${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

/** The class is one of ours: a level, a state or a readiness. */
export function tinted(kind: string, word: string): string {
  return `<span class="${escapeMarkup(kind)}">${escapeMarkup(word)}</span>`;
}

export function small(html: string): string {
  return `<span class="small">${html}</span>`;
}

/** A word that no line breaks: a code, or the id of a check. */
export function whole(word: string): string {
  return `<span class="whole">${escapeMarkup(word)}</span>`;
}
