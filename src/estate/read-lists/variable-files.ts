import { dirname, join, relative } from 'node:path';
import { isMeshError, meshError } from '../../errors/mesh-error.ts';
import { isThere } from '../../ports/files.ts';
import { findFiles } from '../../ports/source-files.ts';
import { leftOut, type ListProblem } from '../lists/listed-host.ts';
import { readListText } from './text.ts';

/** A key of a mapping, in a block or in braces, and not in a comment. */
const about =
  /^(?:[^#\n]*[{,])?[ \t]*["']?(ansible_(?:ssh_)?(?:host|port|user)|ansible_connection|ansible_ssh_(?:common_args|extra_args|args)|ansible_group_priority)["']?[ \t]*:/m;

/**
 * Ansible reads `group_vars` and `host_vars` beside an inventory as well; they are not read here. One that says how hosts
 * are reached is a problem (MW1054): the inventory alone would tell something else than Ansible does.
 */
export async function variableFileProblems(path: string, file: string): Promise<ListProblem[]> {
  const directory = dirname(path);
  const folders = ['group_vars', 'host_vars'].map((name) => join(directory, name));
  const there = (await Promise.all(folders.map(isThere))).flatMap((is, index) => (is ? [folders[index] ?? ''] : []));
  if (there.length === 0) return [];
  const { files } = await findFiles(there, (name) => /(^[^.]*|\.(ya?ml|json))$/i.test(name));
  for (const one of files) {
    const text = await readListText(one.path, one.path, false);
    const where = relative(directory, one.path);
    if (isMeshError(text) || text.startsWith('$ANSIBLE_VAULT;')) continue;
    const [, variable] = about.exec(text) ?? [];
    if (variable !== undefined) return [outside(file, where, variable)];
  }
  return [
    leftOut(
      file,
      'group_vars and host_vars beside it are not read; what was seen of them does not say how hosts are reached',
    ),
  ];
}

function outside(file: string, where: string, variable: string): ListProblem {
  const reason = `${/^[\w./-]{1,200}$/.test(where) ? where : 'a file beside it'} has ${variable}, and such files are not read`;
  const advice = 'Run `ansible-inventory -i FILE --list > inventory.json`, which puts all together, and name that file';
  return { level: 'error', error: meshError('MW1054', { file, reason, advice }) };
}
