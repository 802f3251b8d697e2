import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../src/execute/unified-diff.ts';

/** Applies a diff to the lines it was made from. */
function patch(before: string[], diff: string): string[] {
  const after: string[] = [];
  let at = 0;
  for (const line of diff.split('\n').slice(0, -1)) {
    const [, start, count] = /^@@ -(\d+),(\d+) /.exec(line) ?? [];
    if (start !== undefined) {
      const from = count === '0' ? Number(start) : Number(start) - 1;
      after.push(...before.slice(at, from));
      at = from;
    } else if (line.startsWith('+')) after.push(line.slice(1));
    else {
      expect(before[at]).toBe(line.slice(1));
      if (line.startsWith(' ')) after.push(line.slice(1));
      at += 1;
    }
  }
  return [...after, ...before.slice(at)];
}

const texts = fc.array(fc.constantFrom('a', 'b', 'c', 'd: 1', ''), { maxLength: 30 });

describe('a unified diff', () => {
  it('turns the one text into the other, whatever they are', () => {
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const asText = (lines: string[]): string => lines.map((line) => `${line}\n`).join('');
        expect(patch(before, unifiedDiff(asText(before), asText(after)))).toEqual(after);
      }),
    );
  });

  it('is empty for equal texts, and shows three lines around a change', () => {
    expect(unifiedDiff('a\nb\n', 'a\nb\n')).toBe('');
    expect(unifiedDiff('1\n2\n3\n4\n5\n6\n7\n8\n9\n', '1\n2\n3\n4\nfive\n6\n7\n8\n9\n')).toBe(
      '@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n',
    );
    expect(unifiedDiff('', 'a\n')).toBe('@@ -0,0 +1,1 @@\n+a\n');
    expect(unifiedDiff('a\n', '')).toBe('@@ -1,1 +0,0 @@\n-a\n');
  });

  it('still shows texts that are too large to compare line by line', () => {
    const before = Array.from({ length: 2100 }, (_, index) => `old ${index}\n`).join('');
    const after = Array.from({ length: 2100 }, (_, index) => `new ${index}\n`).join('');
    expect(unifiedDiff(before, after).split('\n')).toHaveLength(4202);
  });
});
