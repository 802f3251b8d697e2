import { dirname, resolve } from 'node:path';
import type { Estate } from './schema.ts';

/**
 * The estate with its SSH files as absolute paths: relative ones are relative to the estate file, `~/` is the
 * operator's home. Kubeconfigs and artifacts are left to those who open them, and to the plan that names them.
 */
export function withAbsolutePaths(estate: Estate, file: string): Estate {
  const { identityFile, knownHostsFile } = estate.ssh;
  const at = (path: string): string => absolute(path, dirname(file));
  return {
    ...estate,
    ssh: {
      ...(identityFile === undefined ? {} : { identityFile: at(identityFile) }),
      ...(knownHostsFile === undefined ? {} : { knownHostsFile: at(knownHostsFile) }),
    },
  };
}

/** A path that is relative to a directory, or with `~/` to the operator's home. */
export function absolute(path: string, base: string): string {
  const home = process.env['HOME'];
  return path.startsWith('~/') && home !== undefined ? resolve(home, path.slice(2)) : resolve(base, path);
}
