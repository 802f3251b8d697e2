import { isNode, isScalar, LineCounter, parseDocument, visit, type Document, type YAMLMap } from 'yaml';
import { isMeshError, meshError, type MeshError } from '../../errors/mesh-error.ts';
import { sourceFinding, type Parsed, type SourceText } from './source.ts';
import { printable } from './printable.ts';

const MAX_DOCUMENTS = 10_000;
const MAX_ALIASES = 100;
/** With aliases written out; a file without any stays below. */
const MAX_VALUES = 1_500_000;
/** A cluster takes no larger object; a parser makes five hundred times as much of it in memory where it is hostile. */
const MAX_DOCUMENT_LENGTH = 2 * 1024 * 1024;
const coreTags = /^tag:yaml\.org,2002:(map|seq|str|int|float|bool|null)$/;

/** One document of a source as plain data. */
export interface SourceDocument {
  /** `shop/web.yaml`, or `shop/web.yaml, document 2`. */
  source: string;
  data: unknown;
}

interface Piece {
  text: string;
  /** The line of the file before the first of this document. */
  before: number;
}

/**
 * The documents of a YAML or JSON text. One that is broken is a finding and never loses the others: documents are told
 * apart before anything of them is parsed, as kubectl does.
 *
 * @param options `allowsMergeKeys`: `<<` is a key as any other, for the caller to carry out
 */
export function readDocuments(
  { name, text }: Pick<SourceText, 'name' | 'text'>,
  { allowsMergeKeys = false }: { allowsMergeKeys?: boolean } = {},
): Parsed<SourceDocument> {
  const pieces = splitDocuments(text);
  const parsed: Parsed<SourceDocument> = { found: [], findings: [] };
  for (const [index, piece] of pieces.slice(0, MAX_DOCUMENTS).entries()) {
    const source = pieces.length === 1 ? name : `${name}, document ${index + 1}`;
    const data = readDocument(piece, name, allowsMergeKeys);
    if (isMeshError(data)) parsed.findings.push(sourceFinding('error', source, data));
    else if (data !== null) parsed.found.push({ source, data });
  }
  if (pieces.length > MAX_DOCUMENTS) parsed.findings.push(tooMany(name, pieces[MAX_DOCUMENTS]?.before ?? 0));
  return parsed;
}

function tooMany(name: string, line: number): Parsed<unknown>['findings'][number] {
  const reason = `the file has more than ${MAX_DOCUMENTS} documents, and the rest is left out`;
  return sourceFinding('error', name, meshError('MW1033', { source: name, line, reason }));
}

/** Splits at lines that begin with `---`: in YAML such a line ends whatever is open. */
function splitDocuments(text: string): Piece[] {
  const pieces: Piece[] = [];
  let before = 0;
  for (const part of text.split(/^(?=---(?:\s|$))/m)) {
    const isEmpty = /^(---)?(\s|#[^\n]*(\n|$))*$/.test(part.slice(0, 4096)) && part.length <= 4096;
    if (!isEmpty) pieces.push({ text: part, before });
    before += part.split('\n').length - 1;
  }
  return pieces;
}

function readDocument(piece: Piece, name: string, allowsMergeKeys: boolean): unknown {
  if (piece.text.length > MAX_DOCUMENT_LENGTH)
    return refusal(name, piece.before + 1, `it is longer than ${MAX_DOCUMENT_LENGTH} characters`);
  try {
    return parse(piece, name, allowsMergeKeys);
  } catch (error) {
    if (isMeshError(error)) return error;
    // Nesting deeper than the stack: the parser says so by itself in most places, and throws in the rest.
    if (error instanceof RangeError) return refusal(name, piece.before + 1, 'it is nested too deeply');
    throw error;
  }
}

function parse({ text, before }: Piece, name: string, allowsMergeKeys: boolean): unknown {
  const lines = new LineCounter();
  const lineAt = (offset = 0): number => before + lines.linePos(offset).line;
  // Keys are compared by ourselves: the parser compares each with every other, which a long map makes hours of.
  const document = parseDocument(text, {
    schema: 'core',
    version: '1.2',
    merge: false,
    uniqueKeys: false,
    strict: true,
    prettyErrors: false,
    stringKeys: true,
    logLevel: 'silent',
    lineCounter: lines,
  });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) throw refusal(name, lineAt(problem.pos[0]), wordsFor(problem.code));
  const refuse = (offset: number | undefined, reason: string): never => {
    throw refusal(name, lineAt(offset), reason);
  };
  refuseTraps(document, allowsMergeKeys, refuse);
  return toData(document, name, before + 1);
}

/** The parser's own words may quote the text, and so a Secret. */
function wordsFor(code: string): string {
  const known: Readonly<Record<string, string>> = {
    TAG_RESOLVE_FAILED: 'it has a tag that is not supported',
    TAB_AS_INDENT: 'it is indented by tabs',
    BAD_ALIAS: 'it has an alias that is not supported',
    RESOURCE_EXHAUSTION: 'it is nested too deeply',
    MULTIPLE_DOCS: 'a second document begins without a line of its own',
  };
  return known[code] ?? `it is not YAML (${code.toLowerCase().replaceAll('_', ' ')})`;
}

type Refuse = (offset: number | undefined, reason: string) => never;

/** What YAML allows and a manifest never needs: each of it has been used to make a reader see something else. */
function refuseTraps(document: Document.Parsed, allowsMergeKeys: boolean, refuse: Refuse): void {
  let aliases = 0;
  visit(document, {
    Alias: (_index, { source, range }, path) => {
      if (++aliases > MAX_ALIASES) refuse(range?.[0], `it has more than ${MAX_ALIASES} aliases`);
      if (path.some((above) => isNode(above) && 'anchor' in above && above.anchor === source))
        refuse(range?.[0], 'it has an alias within what that stands for');
    },
    Node: (_index, { tag, range }) => {
      if (tag !== undefined && !coreTags.test(tag)) refuse(range?.[0], 'it has a tag that is not supported');
    },
    Map: (_index, map) => refuseKeys(map, allowsMergeKeys, refuse),
  });
}

function refuseKeys({ items }: YAMLMap, allowsMergeKeys: boolean, refuse: Refuse): void {
  const seen = new Set<unknown>();
  for (const { key } of items) {
    if (!isScalar(key)) refuse(undefined, 'it has a key that is no text');
    else if (key.value === '<<' && !allowsMergeKeys) refuse(key.range?.[0], 'merge keys (<<) are not supported');
    else if (seen.has(key.value))
      refuse(key.range?.[0], `the key ${printable(String(key.value), 80)} is there already`);
    else seen.add(key.value);
  }
}

function toData(document: Document.Parsed, name: string, line: number): unknown {
  const tooMuch = 'its aliases stand for too much, or for nothing';
  try {
    const data: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    if (isBeyond(data, MAX_VALUES)) throw refusal(name, line, tooMuch);
    return data;
  } catch (error) {
    if (isMeshError(error) || error instanceof RangeError) throw error;
    throw refusal(name, line, tooMuch);
  }
}

/** Whether data has more values than that, each counted wherever it stands. */
function isBeyond(data: unknown, limit: number): boolean {
  const pending = [data];
  let count = 0;
  while (pending.length > 0 && count <= limit) {
    const value = pending.pop();
    count += 1;
    if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) pending.push(part);
  }
  return count > limit;
}

function refusal(source: string, line: number, reason: string): MeshError {
  return meshError('MW1033', { source, line, reason });
}
