import { meshError } from '../../../errors/mesh-error.ts';
import type { Finding } from '../../../inventory/schema.ts';
import { sourceFinding } from '../source.ts';
import type { ComposeFile } from './file.ts';

/** What Compose looks for in a directory, in its order; each may have an override beside it. */
const defaults = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

/** The files of one project, the later over the earlier. */
export interface Selected {
  directory: string;
  files: ComposeFile[];
}

/**
 * Which files make a project, as Compose chooses them: those of one directory that were named themselves, in the order
 * given; of a directory that was searched the default file and its override. What is passed over is a finding, unless another file takes
 * something from it.
 *
 * @param isUsed whether a file is included or extended by another
 */
export function selectFiles(
  files: readonly ComposeFile[],
  isUsed: (path: string) => boolean,
): { selected: Selected[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const selected = [...Map.groupBy(files, ({ directory }) => directory)].map(([directory, all]) => {
    const named = all.filter(({ source }) => source.isFound !== true);
    const own = named.every(({ source }) => isUsed(source.path)) ? [] : named;
    const chosen = named.length > 0 ? own : chosenIn(all.filter(({ source }) => !isUsed(source.path)));
    const [first] = chosen;
    for (const { source } of all)
      if (first !== undefined && !chosen.some((one) => one.source === source) && !isUsed(source.path))
        findings.push(
          sourceFinding('info', source.name, meshError('MW1068', { source: source.name, first: first.source.name })),
        );
    return { directory, files: chosen };
  });
  return { selected: selected.filter((one) => one.files.length > 0), findings };
}

function chosenIn(files: readonly ComposeFile[]): ComposeFile[] {
  const named = (name: string): ComposeFile | undefined =>
    files.find(({ source }) => source.path.slice(source.path.lastIndexOf('/') + 1) === name);
  const base = defaults.find((name) => named(name) !== undefined);
  if (base === undefined) return files.slice(0, 1);
  const overrides = [base.replace(/\.(ya?ml)$/, '.override.yml'), base.replace(/\.(ya?ml)$/, '.override.yaml')];
  return [named(base), overrides.map(named).find((one) => one !== undefined)].filter((one) => one !== undefined);
}
