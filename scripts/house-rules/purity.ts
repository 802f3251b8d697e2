import {
  packageOf,
  resolveImport,
  type HouseRule,
  type ImportedModule,
  type SourceFile,
  type Violation,
} from './source-file.ts';
import { dottedName, lineOf, type SyntaxNode } from './syntax-tree.ts';

const rule = 'purity';

/** Files whose results depend on their arguments alone; they also run in a workflow engine's sandbox. */
const pure = [
  /^src\/(errors|inventory|graph|assess|plans|providers)\//,
  /^src\/estate\/(?!(read|load)\b)/,
  /^src\/probes\/(kubernetes|files\/(?!read\b))/,
  /^src\/gates\//,
  /^src\/journal\/(entry|fold|request|run-state)\./,
  /^src\/execute\/(advance|aside|baseline|commit-point|decision|holds|measure|through-gate)\b/,
];
const purePackages = new Set(['zod', 'yaml']);

/** Clock, randomness, and everything else that a pure file would have to be given. */
const impureNames =
  /^((globalThis\.)?(process|console|fetch|setTimeout|setInterval|setImmediate|queueMicrotask|performance|crypto|navigator|require)|Date\.now|Math\.random|Temporal\.Now)(\.|$)/;

/** Whether design section 3, rule 1, holds for the file. */
export function isPurePath(path: string): boolean {
  return pure.some((pattern) => pattern.test(path));
}

function impureImport(file: SourceFile, { specifier, isTypeOnly, line }: ImportedModule): Violation[] {
  const target = resolveImport(file.path, specifier);
  const name = packageOf(specifier);
  const isFine = target === undefined ? purePackages.has(name ?? '') : isTypeOnly || isPurePath(target);
  return isFine ? [] : [{ rule, path: file.path, line, message: `a pure file may not import ${specifier}` }];
}

/** What a node does that depends on more than arguments; undefined if nothing. */
function impurityOf(node: SyntaxNode): string | undefined {
  const callee = dottedName(node['callee']);
  const isBare = Array.isArray(node['arguments']) && node['arguments'].length === 0;
  if (node.type === 'NewExpression' && callee === 'Date' && isBare) return 'new Date()';
  if (node.type === 'CallExpression' && callee === 'Date') return 'Date()';
  const name =
    node.type === 'MemberExpression' || node.type === 'CallExpression' ? (callee ?? dottedName(node)) : undefined;
  return name !== undefined && impureNames.test(name) ? name : undefined;
}

function impurities(file: SourceFile): Violation[] {
  if (!isPurePath(file.path)) return [];
  const used = file.nodes.flatMap((node) => {
    const name = impurityOf(node);
    const line = lineOf(node);
    return name === undefined ? [] : [{ rule, path: file.path, line, message: `a pure file may not use ${name}` }];
  });
  return [...file.imports.flatMap((found) => impureImport(file, found)), ...used];
}

/** Pure files import pure files, and use no clock, randomness, process or network. */
export const purityRule: HouseRule = (files) => files.flatMap(impurities);
