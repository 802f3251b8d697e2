import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../run-mesh.ts';

const text = readFileSync(join(root, 'docs', 'glossary.md'), 'utf8');
/** Each entry with its lines joined. */
const entries = text
  .split(/^- (?=\*\*)/m)
  .slice(1)
  .map((entry) => entry.replaceAll(/\s+/g, ' ').trim());
const terms = entries.map((entry) => /^\*\*([^*]+)\*\*: /.exec(entry)?.[1] ?? entry);
const sorting = new Intl.Collator('en', { sensitivity: 'base', ignorePunctuation: false });

/** The words that the design gives a meaning of their own. */
const words = `estate workload service twin position move join replatform enforce retire path mesh-first platform-first
  direct stay stage wave step gate ladder bake run journal`;

describe('the glossary', () => {
  it('is in alphabetical order', () => {
    expect(terms).toEqual(terms.toSorted(sorting.compare));
  });

  it('defines each term once', () => {
    const bold = [...text.matchAll(/\*\*([^*]+)\*\*/g)].map(([, term]) => term);
    expect(bold).toEqual([...new Set(bold)]);
    expect(bold).toEqual(terms);
  });

  it.each(entries)('says it in one or two lines: %s', (entry) => {
    expect(entry).toMatch(/^\*\*[^*]+\*\*: .{20,200}[.)]$/);
  });

  it.each(words.split(/\s+/))('has %s', (word) => {
    expect(terms).toContain(word);
  });
});
