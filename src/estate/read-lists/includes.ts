import { basename, dirname, relative, sep } from 'node:path';
import { isMeshError } from '../../errors/mesh-error.ts';
import { isThere } from '../../ports/files.ts';
import { findFiles } from '../../ports/source-files.ts';
import { absolute } from '../load.ts';
import { fitsPattern } from '../lists/ssh-config.ts';
import { type IncludedTexts, wordsOf } from '../lists/ssh-config-lines.ts';
import { readListText } from './text.ts';

const MAX_FILES = 100;

type Included = ReturnType<IncludedTexts>;

/**
 * The texts that the Include lines of an ssh_config name, and those that these include in turn. Only files in the
 * directory of the first, or below it, are read; as for ssh, one that does not exist is nothing.
 */
export async function readIncludes(text: string, directory: string): Promise<IncludedTexts> {
  const known = new Map<string, Included>();
  const pending = patternsOf(text);
  let count = 0;
  for (let pattern = pending.pop(); pattern !== undefined; pattern = pending.pop()) {
    if (known.has(pattern)) continue;
    const texts: Included =
      count > MAX_FILES ? `more than ${MAX_FILES} files are included` : await textsOf(pattern, directory);
    known.set(pattern, texts);
    if (typeof texts === 'string') continue;
    count += texts.length;
    pending.push(...texts.flatMap((one) => patternsOf(one.text)));
  }
  return (pattern) => known.get(pattern) ?? 'an Include is not followed here';
}

function patternsOf(text: string): string[] {
  if (!/^\s*"?include/im.test(text)) return [];
  return text.split(/\r?\n/).flatMap((line) => {
    const words = wordsOf(line);
    return words !== undefined && words !== 'blank' && words.keyword === 'include' ? words.words : [];
  });
}

async function textsOf(pattern: string, directory: string): Promise<Included> {
  const path = absolute(pattern, directory);
  const below = relative(directory, path);
  if (below === '' || below === '..' || below.startsWith(`..${sep}`) || below.startsWith(sep))
    return 'an Include leads out of the directory of the list, and is not followed';
  if (/[*?]/.test(dirname(below))) return 'an Include has a pattern in a directory, and is not followed';
  if (!(await isThere(dirname(path)))) return [];
  const files = /[*?]/.test(below) ? await filesLike(path) : (await isThere(path)) ? [path] : [];
  const texts = await Promise.all(
    files.slice(0, MAX_FILES).map(async (file) => ({
      file: relative(directory, file),
      text: await readListText(file, relative(directory, file), false),
    })),
  );
  const failed = texts.find((one) => isMeshError(one.text));
  if (failed !== undefined) return `an included file cannot be read`;
  return texts.flatMap(({ file, text }) => (isMeshError(text) ? [] : [{ file, text }]));
}

async function filesLike(path: string): Promise<string[]> {
  const { files } = await findFiles([dirname(path)], (name) => fitsPattern(name, basename(path)));
  return files.map((file) => file.path).filter((file) => dirname(file) === dirname(path));
}
