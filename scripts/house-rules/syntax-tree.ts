/** A node of the syntax tree, as the rules need it. */
export interface SyntaxNode {
  readonly type: string;
  readonly loc: { readonly start: { readonly line: number } };
  readonly [field: string]: unknown;
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

/** Every node of a program, in no promised order. */
export function* nodesOf(program: SyntaxNode): Generator<SyntaxNode> {
  const pending: unknown[] = [program];
  while (pending.length > 0) {
    const value = pending.pop();
    if (Array.isArray(value)) pending.push(...(value as unknown[]));
    else if (isNode(value)) {
      yield value;
      pending.push(...Object.values(value));
    }
  }
}

/** The line a node begins on, counted from 1. */
export function lineOf(node: SyntaxNode): number {
  return node.loc.start.line;
}

/** `Date.now` for a member expression of plain names, `name` for an identifier, else undefined. */
export function dottedName(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'Identifier') return node['name'] as string;
  if (node.type === 'ThisExpression') return 'this';
  if (node.type !== 'MemberExpression') return undefined;
  const object = dottedName(node['object']);
  const property = node['computed'] === true ? literalText(node['property']) : dottedName(node['property']);
  return object !== undefined && property !== undefined ? `${object}.${property}` : undefined;
}

/** The text of a literal node. */
export function literalText(node: unknown): string | undefined {
  return isNode(node) && node.type === 'Literal' ? String(node['value']) : undefined;
}

/** The name of an object's key, quoted or not. */
export function keyName(node: SyntaxNode): string | undefined {
  const key = node['key'];
  return literalText(key) ?? (node['computed'] === true ? undefined : dottedName(key));
}
