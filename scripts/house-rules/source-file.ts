import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parseSync, type Program } from 'oxc-parser';

/** One import or re-export. */
export interface ImportedModule {
  readonly specifier: string;
  /** Erased by the compiler: nothing is loaded. */
  readonly isTypeOnly: boolean;
  readonly line: number;
}

/** A TypeScript file as the rules see it. */
export interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly ImportedModule[];
  readonly program: Program;
}

/** A broken rule. */
export interface Violation {
  readonly rule: string;
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/** A house rule: it sees all files, and returns what breaks it. */
export type HouseRule = (files: readonly SourceFile[]) => Violation[];

/** The line of a character offset, counted from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** Parses one file. The path decides which rules look at it, so a test may pass any text under any path. */
export function parseSource(path: string, text: string): SourceFile {
  const { program, module } = parseSync(path, text, { sourceType: 'module' });
  const imports: ImportedModule[] = module.staticImports.map((found) => ({
    specifier: found.moduleRequest.value,
    isTypeOnly: found.entries.length > 0 && found.entries.every((entry) => entry.isType),
    line: lineAt(text, found.start),
  }));
  for (const found of module.staticExports) {
    const request = found.entries.find((entry) => entry.moduleRequest)?.moduleRequest;
    const isTypeOnly = found.entries.every((entry) => entry.isType);
    if (request) imports.push({ specifier: request.value, isTypeOnly, line: lineAt(text, found.start) });
  }
  for (const found of module.dynamicImports) {
    const specifier = text.slice(found.moduleRequest.start, found.moduleRequest.end).replaceAll(/^['"`]|['"`]$/g, '');
    imports.push({ specifier, isTypeOnly: false, line: lineAt(text, found.start) });
  }
  return { path, text, imports, program };
}

/** All TypeScript of the repository, generated and captured files aside. */
export function readSources(root: string): SourceFile[] {
  return globSync(['src/**/*.ts', 'scripts/**/*.ts', 'test/**/*.ts'], { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !/^test\/(fixtures|golden)\//.test(path))
    .toSorted()
    .map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')));
}

/** The repository path that a relative import means; undefined for a package or a Node module. */
export function resolveImport(from: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? normalize(join(dirname(from), specifier)).replaceAll('\\', '/') : undefined;
}

/** The package of a bare import: `@scope/name` or `name`; `node:fs/promises` counts as `node:fs`. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('.')) return undefined;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
