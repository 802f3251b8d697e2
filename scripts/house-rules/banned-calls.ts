import { type HouseRule, type SourceFile, type Violation } from './source-file.ts';
import { dottedName, keyName, lineOf, type SyntaxNode } from './syntax-tree.ts';

/** Ends of the process and of a command: `command.ts` alone sets the exit status and renders errors. */
const endings = /^process\.(exit|abort)$/;
/** oclif's own ways to print and to end, which know nothing of sanitizing and of our exit codes. */
const oclifCalls = /^this\.(exit|error|log|logJson|logToStderr|warn)$/;
const mayEnd = /^(src\/command\.ts|src\/interruption\.ts|scripts\/|test\/)/;

/** `shell: true` or `shell: '/bin/sh'` hands a string to a shell; only `shell: false` is fine. */
function isShellOption(node: SyntaxNode): boolean {
  if (node.type !== 'Property' || keyName(node) !== 'shell') return false;
  const value = node['value'] as SyntaxNode;
  const isOther = /^(TS|ArrowFunction|FunctionExpression)/.test(value.type);
  return !isOther && !(value.type === 'Literal' && value['value'] === false);
}

function faultOf(path: string, node: SyntaxNode): string | undefined {
  if (isShellOption(node)) return 'no shell: programs get argument arrays';
  const name = node.type === 'MemberExpression' ? dottedName(node) : undefined;
  const callee = dottedName(node['callee']);
  if (callee !== undefined && oclifCalls.test(callee) && path.startsWith('src/commands/')) {
    return `${callee}: use print, note, emit, or throw a coded error`;
  }
  const assigned = node.type === 'AssignmentExpression' ? dottedName(node['left']) : undefined;
  if (assigned === 'process.exitCode' && !mayEnd.test(path)) return `${assigned}: use endWith`;
  if (name === undefined) return undefined;
  if (endings.test(name) && !mayEnd.test(path)) return `${name}: throw a coded error; command.ts ends the process`;
  if (/^(console\.|process\.std(out|err)\.write$)/.test(name) && path.startsWith('src/')) {
    return `${name}: print through the command, which sanitizes`;
  }
  return undefined;
}

function bannedIn(file: SourceFile): Violation[] {
  return file.nodes.flatMap((node) => {
    const message = faultOf(file.path, node);
    const line = lineOf(node);
    return message === undefined ? [] : [{ rule: 'banned-calls', path: file.path, line, message }];
  });
}

/** Calls that go round a promise of the design. */
export const bannedCallsRule: HouseRule = (files) => files.flatMap(bannedIn);
