import { isMap, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import { meshError } from '../errors/mesh-error.ts';

const MAX_ALIASES = 100;

/** A YAML text as plain data, and where in the text a path of it stands. */
export interface YamlData {
  data: unknown;
  lineOf(path: readonly PropertyKey[]): number | undefined;
}

/**
 * Reads one YAML document: core schema, no merge keys, no custom tags, few aliases, each key once. Anything else is a
 * coded error with its line (MW1013, MW1014, MW1015).
 */
export function readYaml(text: string, file: string, maxBytes: number): YamlData {
  const size = Buffer.byteLength(text);
  if (size > maxBytes) throw meshError('MW1015', { file, size, limit: maxBytes });
  const lines = new LineCounter();
  const document = parseDocument(text, {
    schema: 'core',
    version: '1.2',
    merge: false,
    uniqueKeys: true,
    strict: true,
    prettyErrors: false,
    stringKeys: true,
    lineCounter: lines,
  });
  throwFirstProblem(document, file, lines);
  refuseTagsAndMergeKeys(document, file, lines);
  return { data: toData(document, file), lineOf: (path) => lineOf(document, path, lines) };
}

function throwFirstProblem(document: Document.Parsed, file: string, lines: LineCounter): void {
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem === undefined) return;
  const { line } = lines.linePos(problem.pos[0]);
  const key = /^Map keys must be unique/.test(problem.message) ? keyAt(document, problem.pos[0]) : undefined;
  if (key !== undefined) throw meshError('MW1013', { file, line, key });
  throw meshError('MW1014', {
    file,
    line,
    reason: problem.message.split('\n')[0]?.replace(/\.$/, '') ?? 'it cannot be read',
  });
}

function keyAt(document: Document.Parsed, offset: number): string {
  let found = '';
  visit(document, {
    Pair: (_index, pair) => {
      if (isScalar(pair.key) && pair.key.range?.[0] === offset) found = String(pair.key.value);
    },
  });
  return found;
}

/** Under the core schema `<<` is an ordinary key: it would be refused as unknown, but with a less helpful message. */
function refuseTagsAndMergeKeys(document: Document.Parsed, file: string, lines: LineCounter): void {
  const refuse = (offset: number | undefined, reason: string): never => {
    throw meshError('MW1014', { file, line: lines.linePos(offset ?? 0).line, reason });
  };
  visit(document, {
    Pair: (_index, { key }) => {
      if (isScalar(key) && key.value === '<<') refuse(key.range?.[0], 'merge keys (<<) are not supported');
    },
    Node: (_index, node) => {
      if ('tag' in node && node.tag !== undefined && node.srcToken?.type !== undefined && hasOwnTag(node.tag))
        refuse(node.range?.[0], `the tag ${node.tag} is not supported`);
    },
  });
}

function hasOwnTag(tag: string): boolean {
  return !tag.startsWith('tag:yaml.org,2002:');
}

function toData(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    throw meshError(
      'MW1014',
      { file, line: 1, reason: error instanceof Error ? error.message : 'it cannot be read' },
      { cause: error },
    );
  }
}

/** The line of the deepest part of a path that exists: a missing field has the line of what lacks it. */
function lineOf(document: Document.Parsed, path: readonly PropertyKey[], lines: LineCounter): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const part = path.slice(0, length);
    const node: unknown = length === 0 ? document.contents : (keyNode(document, part) ?? document.getIn(part, true));
    const offset = (node as { range?: [number, number, number] | null } | null | undefined)?.range?.[0];
    if (offset !== undefined) return lines.linePos(offset).line;
  }
  return undefined;
}

/** The key itself, not its value: a map's value begins a line below. */
function keyNode(document: Document.Parsed, path: readonly PropertyKey[]): unknown {
  const parent: unknown = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  if (!isMap(parent)) return undefined;
  return parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1))?.key;
}
