import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/errors/catalogue/index.ts';
import { root } from '../run-mesh.ts';

const pages = ['README.md', ...globSync('docs/**/*.md', { cwd: root }), 'test/lab/README.md'];
const read = (page: string): string => readFileSync(join(root, page), 'utf8');

/** A heading as the anchor that Git hosts make of it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

function anchorsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading ?? ''));
}

/** Links of a page that lead nowhere, within the repository. */
function brokenLinks(page: string): string[] {
  const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link ?? '');
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : relative(root, join(root, dirname(page), path));
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
}

describe('the pages', () => {
  it.each(pages)('%s has no link that leads nowhere', (page) => {
    expect(brokenLinks(page)).toEqual([]);
  });

  it.each(pages)('%s names only codes that exist', (page) => {
    const codes = [...read(page).matchAll(/\bMW\d{4}\b/g)].map(([code]) => code);
    expect(codes.filter((code) => !Object.hasOwn(catalogue, code))).toEqual([]);
  });

  it.each(pages)('%s names only files of ours that exist', (page) => {
    const named = [...read(page).matchAll(/`((?:src|test|docs|scripts|plans)\/[a-z0-9./-]+\.[a-z]+)`/g)].map(
      ([, path]) => path ?? '',
    );
    expect(named.filter((path) => !/NAME/.test(path) && !existsSync(join(root, path)))).toEqual([]);
  });
});

describe('the decision records', () => {
  const records = globSync('docs/decisions/*.md', { cwd: root }).toSorted();

  it('have a number each', () => {
    const numbers = records.map((path) => /\/(\d{4})-/.exec(path)?.[1]);
    expect(numbers).toEqual([...new Set(numbers)]);
  });

  it.each(records)('%s has context, decision, consequences and alternatives in 40 lines', (path) => {
    const text = read(path);
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(['Context', 'Decision', 'Consequences', 'Alternatives']);
    expect(text).toMatch(new RegExp(`^# ${/(\d{4})-/.exec(path)?.[1]}\\. `));
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
  });
});
