import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parse } from '@typescript-eslint/parser';
import { lineOf, literalText, nodesOf, type SyntaxNode } from './syntax-tree.ts';

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
  /** Every node of the syntax tree, in no promised order. */
  readonly nodes: readonly SyntaxNode[];
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

/** Parses one file. The path decides which rules look at it, so a test may pass any text under any path. */
export function parseSource(path: string, text: string): SourceFile {
  const program = parse(text, { sourceType: 'module', loc: true, range: true }) as unknown as SyntaxNode;
  const nodes = [...nodesOf(program)];
  return { path, text, nodes, imports: nodes.flatMap(importOf) };
}

/** The import that a node is: static, dynamic, re-export, or `import('…')` in a type. */
function importOf(node: SyntaxNode): ImportedModule[] {
  const isImport = /^(Import(Declaration|Expression)|Export(All|Named)Declaration|TSImportType)$/.test(node.type);
  const source = isImport ? literalText(node['source']) : undefined;
  if (source === undefined) return [];
  return [{ specifier: source, isTypeOnly: isErased(node), line: lineOf(node) }];
}

function isErased(node: SyntaxNode): boolean {
  if (node.type === 'TSImportType' || node['importKind'] === 'type' || node['exportKind'] === 'type') return true;
  const specifiers = (node['specifiers'] ?? []) as SyntaxNode[];
  const isType = (one: SyntaxNode): boolean => one['importKind'] === 'type' || one['exportKind'] === 'type';
  return specifiers.length > 0 && specifiers.every(isType);
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
