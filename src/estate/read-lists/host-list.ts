import { dirname } from 'node:path';
import { isMeshError } from '../../errors/mesh-error.ts';
import { absolute } from '../load.ts';
import type { HostSource } from '../schema.ts';
import { checkList, type CheckedList } from '../lists/check.ts';
import { readIncludes } from './includes.ts';
import { readList } from '../lists/recognise.ts';
import { readListText } from './text.ts';
import { variableFileProblems } from './variable-files.ts';

/**
 * Reads a host list and checks what is in it. A relative path is relative to `base`, `~/` is the operator's home.
 * Whatever is wrong is among the list's problems: nothing is thrown, and nothing is ever run.
 */
export async function readHostList({ file, format, ...choice }: HostSource, base: string): Promise<CheckedList> {
  const path = absolute(file, base);
  const text = await readListText(path, file);
  if (isMeshError(text)) return { file, hosts: [], defaults: {}, problems: [{ level: 'error', error: text }] };
  const read = readList(text, file, format, await readIncludes(text, dirname(path)));
  // What `ansible-inventory` prints has them in it already.
  const isWhole = read.format !== 'ansible' || /^\s*\{/.test(text);
  const beside = isWhole ? [] : await variableFileProblems(path, file);
  return checkList({ ...read, problems: [...read.problems, ...beside] }, file, choice);
}
