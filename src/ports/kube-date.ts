/** The time in an answer's headers, whose names come as the library has them; null where none is understood. */
export function dateOf(headers: Readonly<Record<string, string | undefined>>): number | null {
  const text = Object.entries(headers).find(([name]) => name.toLowerCase() === 'date')?.[1] ?? '';
  const at = text.length > 64 ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? null : at;
}
