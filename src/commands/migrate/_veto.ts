import { dirname, join, resolve } from 'node:path';
import { isMeshError, meshError } from '../../errors/index.ts';
import type { Veto } from '../../execute/listen.ts';
import { isThere, readTextFile } from '../../ports/files.ts';
import type { LoadedEstate } from '../_inputs.ts';

/** Its first lines say why: more is not read. */
const MAX_BYTES = 4096;

/**
 * The veto files of a run: `VETO` in the state directory, and the estate's `policy.vetoFile`, which may lie where many
 * machines see it. One that is there, or of which that cannot be told, forbids; its text is the reason.
 */
export function vetoOf(stateDir: string, { estate, file }: Pick<LoadedEstate, 'estate' | 'file'>): Veto {
  const { vetoFile } = estate.policy;
  const files = [join(stateDir, 'VETO'), ...(vetoFile === undefined ? [] : [resolve(dirname(file), vetoFile)])];
  return async () => {
    const found = await Promise.all(files.map(reasonIn));
    return found.find((why) => why !== null) ?? null;
  };
}

async function reasonIn(file: string): Promise<string | null> {
  if (!(await isThere(file))) return null;
  try {
    const text = (await readTextFile(file, MAX_BYTES)).trim();
    return `${file}${text === '' ? '' : `: ${text}`}`;
  } catch (error) {
    if (!isMeshError(error)) throw error;
    // It was taken away between the two looks, or it cannot be read.
    if (!(await isThere(file))) return null;
    return meshError('MW1444', { file, reason: error.causeText }).causeText;
  }
}
