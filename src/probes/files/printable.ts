/** Text from a file that goes into a finding: no controls, no bidirectional marks, no half characters, and short. */
export function printable(text: string, limit = 200): string {
  const short = text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
  return short.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
}

/** The same for a path, of which the end says most. */
export function printablePath(path: string, limit = 200): string {
  return printable(path.length > limit ? `…${path.slice(1 - limit)}` : path, limit);
}
