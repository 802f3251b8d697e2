import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue, catalogueAreas } from '../../src/errors/catalogue/index.ts';
import { type CatalogueEntry, placeholdersOf } from '../../src/errors/entry.ts';
import { ExitCode } from '../../src/errors/exit-codes.ts';
import { root } from '../run-mesh.ts';
import { notYetTested, notYetThrown } from './unused-codes.ts';

const entries = Object.entries<CatalogueEntry>(catalogue);
const codes: readonly string[] = entries.map(([code]) => code).toSorted();

/** All text of the TypeScript files under a folder, but for those that match `except`. */
function textUnder(folder: string, except: RegExp): string {
  return globSync(`${folder}/**/*.ts`, { cwd: root })
    .filter((file) => !except.test(file))
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n');
}

/** Codes that a text does not mention, and that are not excused. */
function missingFrom(text: string, excused: readonly string[]): string[] {
  return codes.filter((code) => !text.includes(code) && !excused.includes(code));
}

/** Excused codes that need no excuse any more, or do not exist. */
function usedIn(text: string, excused: readonly string[]): string[] {
  return excused.filter((code) => text.includes(code) || !codes.includes(code));
}

describe('the error catalogue', () => {
  it('has every code once, in the area of its number', () => {
    const listed = Object.entries(catalogueAreas).flatMap(([area, { entries: inArea }]) =>
      Object.keys(inArea).map((code) => ({ area, code })),
    );
    expect(listed.filter(({ area, code }) => !new RegExp(`^MW${area}\\d\\d$`).test(code))).toEqual([]);
    expect(listed.map(({ code }) => code).toSorted()).toEqual(codes);
  });

  it.each(entries)('%s says what, why and what to do, in one line each', (_, { title, cause, fix, exit }) => {
    for (const text of [title, cause, fix]) {
      expect(text.trim()).toBe(text);
      expect(text).toMatch(/^[^\n]{3,300}$/);
    }
    expect(title).not.toMatch(/\.$/);
    expect(fix).toMatch(/\.$/);
    expect(Object.values(ExitCode)).toContain(exit);
  });

  it.each(entries)('%s has placeholders that types can name', (_, { title, cause, fix }) => {
    const text = `${title} ${cause} ${fix}`;
    expect(text.match(/\{[^}]*\}/g)?.length ?? 0).toBe(placeholdersOf(text).length);
  });

  it('is thrown: every code occurs in src', () => {
    const text = textUnder('src', /^src\/errors\/catalogue\//);
    expect(missingFrom(text, notYetThrown), 'thrown nowhere').toEqual([]);
    expect(usedIn(text, notYetThrown), 'in use: take them off the list').toEqual([]);
  });

  it('is tested: every code occurs in a test', () => {
    const text = textUnder('test', /^test\/meta\/(catalogue\.test|unused-codes)\.ts$/);
    expect(missingFrom(text, notYetTested), 'in no test').toEqual([]);
    expect(usedIn(text, notYetTested), 'in use: take them off the list').toEqual([]);
  });
});
