/**
 * Splits a line into words as Python's `shlex.split(line, comments=True)` does, which Ansible reads inventories with:
 * quotes and backslashes as a POSIX shell has them, `#` begins a comment where a word could begin or go on. Undefined
 * where a quote is not closed. The text is never given to a shell.
 */
export function splitWords(line: string): string[] | undefined {
  const words: string[] = [];
  const scan = /\s+|#.*|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s#'"\\]+)|(.)/gsuy;
  let word: string | undefined;
  for (const [all, single, double, escaped, plain, stray] of line.matchAll(scan)) {
    if (stray !== undefined) return undefined;
    const part = single ?? double?.replaceAll(/\\(["\\])/g, '$1') ?? escaped ?? plain;
    if (part !== undefined) word = (word ?? '') + part;
    else {
      if (word !== undefined) words.push(word);
      word = undefined;
      if (all.startsWith('#')) break;
    }
  }
  return word === undefined ? words : [...words, word];
}
