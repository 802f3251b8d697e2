import { isMap, isScalar, LineCounter, parseDocument, visit, type Document, type Scalar, type YAMLMap } from 'yaml';
import { meshError } from '../errors/mesh-error.ts';

const MAX_ALIASES = 100;

/** A YAML text as plain data, and where in the text a path of it stands. */
export interface YamlData {
  data: unknown;
  lineOf(path: readonly PropertyKey[]): number | undefined;
}

/** What a reader of files that others wrote allows or withholds beyond the rules for all. */
export interface YamlOptions {
  /** Tags that are allowed on scalars, and what such a scalar becomes; without its text, where that is a secret. */
  tags?: Readonly<Record<string, (text: string) => unknown>>;
  /** The text may hold secrets: an error does not quote it. */
  isSecret?: boolean;
  /** How often an anchor may be used; as in files that people write if not given. */
  maxAliases?: number;
}

/**
 * Reads one YAML document: core schema, no merge keys, no custom tags but those allowed, few aliases, each key once.
 * Anything else is a coded error with its line (MW1013, MW1014, MW1015).
 */
export function readYaml(text: string, file: string, maxBytes: number, options: YamlOptions = {}): YamlData {
  const size = Buffer.byteLength(text);
  if (size > maxBytes) throw meshError('MW1015', { file, size, limit: maxBytes });
  const lines = new LineCounter();
  const document = parseDocument(text, {
    schema: 'core',
    version: '1.2',
    merge: false,
    // Compared by ourselves: the parser compares each key with every other, which a long map makes hours of.
    uniqueKeys: false,
    strict: true,
    prettyErrors: false,
    stringKeys: true,
    lineCounter: lines,
    customTags: Object.entries(options.tags ?? {}).map(([tag, resolve]) => ({ tag, resolve })),
  });
  throwFirstProblem(document, file, lines, options);
  refuseTraps(document, file, lines, options);
  return { data: toData(document, file, options.maxAliases), lineOf: (path) => lineOf(document, path, lines) };
}

function throwFirstProblem(
  document: Document.Parsed,
  file: string,
  lines: LineCounter,
  { isSecret }: YamlOptions,
): void {
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem === undefined) return;
  const words = isSecret === true ? problem.code.toLowerCase().replaceAll('_', ' ') : problem.message.split('\n')[0];
  throw meshError('MW1014', {
    file,
    line: lines.linePos(problem.pos[0]).line,
    reason: words?.replace(/\.$/, '') ?? 'it cannot be read',
  });
}

/** Under the core schema `<<` is an ordinary key: it would be refused as unknown, but with a less helpful message. */
function refuseTraps(document: Document.Parsed, file: string, lines: LineCounter, { tags = {} }: YamlOptions): void {
  const lineAt = (offset = 0): number => lines.linePos(offset).line;
  const refuse = (offset: number | undefined, reason: string): never => {
    throw meshError('MW1014', { file, line: lineAt(offset), reason });
  };
  visit(document, {
    Map: (_index, map) => {
      const again = repeatedKey(map);
      if (again !== undefined)
        throw meshError('MW1013', { file, line: lineAt(again.range?.[0]), key: String(again.value) });
    },
    Pair: (_index, { key }) => {
      if (isScalar(key) && key.value === '<<') refuse(key.range?.[0], 'merge keys (<<) are not supported');
    },
    Node: (_index, node) => {
      if ('tag' in node && node.tag !== undefined && node.srcToken?.type !== undefined && hasOwnTag(node.tag, tags))
        refuse(node.range?.[0], `the tag ${node.tag} is not supported`);
    },
  });
}

function repeatedKey({ items }: YAMLMap): Scalar | undefined {
  const seen = new Set<unknown>();
  for (const { key } of items)
    if (isScalar(key)) {
      if (seen.has(key.value)) return key;
      seen.add(key.value);
    }
  return undefined;
}

function hasOwnTag(tag: string, allowed: object): boolean {
  return !Object.hasOwn(allowed, tag) && !tag.startsWith('tag:yaml.org,2002:');
}

function toData(document: Document.Parsed, file: string, maxAliasCount = MAX_ALIASES): unknown {
  try {
    return document.toJS({ maxAliasCount });
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
