/** Lines of context around a change. */
const context = 3;
/** Above this many cells the table of the comparison is not worth its memory: everything between the ends is shown as replaced. */
const maxCells = 4_000_000;

interface Line {
  mark: ' ' | '-' | '+';
  text: string;
}

/** A unified diff of two texts, empty when they are equal. An empty text stands for something that does not exist. */
export function unifiedDiff(before: string, after: string): string {
  const lines = compare(splitLines(before), splitLines(after));
  return hunksOf(lines)
    .map((hunk) => formatHunk(lines, hunk))
    .join('');
}

function splitLines(text: string): string[] {
  if (text === '') return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

/** Matches equal lines at both ends, and in between by a longest common subsequence. */
function compare(before: readonly string[], after: readonly string[]): Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end))
    end += 1;
  const same = (lines: readonly string[]): Line[] => lines.map((text) => ({ mark: ' ', text }));
  const middle = compareMiddle(before.slice(start, before.length - end), after.slice(start, after.length - end));
  return [...same(before.slice(0, start)), ...middle, ...same(before.slice(before.length - end))];
}

function compareMiddle(before: readonly string[], after: readonly string[]): Line[] {
  const width = after.length + 1;
  const lengths = before.length * after.length > maxCells ? null : commonLengths(before, after, width);
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    const [old, fresh] = [before[row], after[column]];
    const below = lengths?.[(row + 1) * width + column] ?? 0;
    const beside = lengths?.[row * width + column + 1] ?? 0;
    if (lengths !== null && old !== undefined && old === fresh) {
      lines.push({ mark: ' ', text: old });
      row += 1;
      column += 1;
    } else if (old !== undefined && (fresh === undefined || below >= beside)) {
      lines.push({ mark: '-', text: old });
      row += 1;
    } else {
      lines.push({ mark: '+', text: fresh ?? '' });
      column += 1;
    }
  }
  return lines;
}

/** Lengths of the longest common subsequences of all pairs of suffixes, row by row. */
function commonLengths(before: readonly string[], after: readonly string[], width: number): Uint32Array {
  const lengths = new Uint32Array((before.length + 1) * width);
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      const at = row * width + column;
      lengths[at] =
        before[row] === after[column]
          ? (lengths[at + width + 1] ?? 0) + 1
          : Math.max(lengths[at + width] ?? 0, lengths[at + 1] ?? 0);
    }
  }
  return lengths;
}

/** Ranges of lines to show: changes with their context, joined where they meet. */
function hunksOf(lines: readonly Line[]): { from: number; to: number }[] {
  const hunks: { from: number; to: number }[] = [];
  for (const [index, { mark }] of lines.entries()) {
    if (mark === ' ') continue;
    const last = hunks.at(-1);
    const to = Math.min(lines.length, index + context + 1);
    if (last !== undefined && index - context <= last.to) last.to = to;
    else hunks.push({ from: Math.max(0, index - context), to });
  }
  return hunks;
}

function formatHunk(lines: readonly Line[], { from, to }: { from: number; to: number }): string {
  const earlier = lines.slice(0, from);
  const shown = lines.slice(from, to);
  const range = (skip: '-' | '+'): string => {
    const count = shown.filter(({ mark }) => mark !== skip).length;
    const start = earlier.filter(({ mark }) => mark !== skip).length;
    return `${count === 0 ? start : start + 1},${count}`;
  };
  return `@@ -${range('+')} +${range('-')} @@\n${shown.map(({ mark, text }) => `${mark}${text}\n`).join('')}`;
}
