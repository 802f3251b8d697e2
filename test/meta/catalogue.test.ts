import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue, catalogueAreas } from '../../src/errors/catalogue/index.ts';
import { type CatalogueEntry, placeholdersOf } from '../../src/errors/entry.ts';
import { ExitCode } from '../../src/errors/exit-codes.ts';
import { root } from '../run-mesh.ts';
import { notYetTested, notYetThrown } from './unused-codes.ts';

const entries = Object.entries<CatalogueEntry>(catalogue);
const codes = entries.map(([code]) => code).toSorted();

/** All text of the TypeScript files under a folder, but for those that match `except`. */
function textUnder(folder: string, except: RegExp): string {
  return globSync(`${folder}/**/*.ts`, { cwd: root })
    .filter((file) => !except.test(file))
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n');
}

/** Codes that a text does not mention. */
function missingFrom(text: string): string[] {
  return codes.filter((code) => !text.includes(code));
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
    const missing = missingFrom(textUnder('src', /^src\/errors\/catalogue\//));
    expect(missing, 'thrown nowhere').toEqual([...notYetThrown].toSorted());
  });

  it('is tested: every code occurs in a test', () => {
    const missing = missingFrom(textUnder('test', /^test\/meta\/(catalogue\.test|unused-codes)\.ts$/));
    expect(missing, 'in no test').toEqual([...notYetTested].toSorted());
  });
});
