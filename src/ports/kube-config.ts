import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { meshError } from '../errors/index.ts';

/** Which kubeconfig to use, and what it may do. */
export interface KubeConfigChoice {
  /** The file that the estate names; absent: KUBECONFIG, else `~/.kube/config`. */
  file?: string;
  context?: string;
  /** Where a relative `file` starts: the estate's directory. */
  baseDirectory: string;
  /** A kubeconfig in here that nobody named is refused: a checkout must not choose the cluster. */
  workingTree: string;
  /** Credential plugins that may run: a bare program name, or an absolute path. */
  allowedPlugins: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
}

/** Bytes of a kubeconfig. */
export const sizeLimit = 4 * 1024 * 1024;
/** Login helpers of client-node that only read a file or ask an identity provider; every other one runs a program. */
const harmlessProviders = new Set(['oidc', 'tokenFile']);

/**
 * Reads the kubeconfig and settles on one context. Throws MW1205 when it cannot be used and MW1206 when policy refuses it.
 * The context's cluster and user exist in what is returned.
 */
export function loadKubeConfig(choice: KubeConfigChoice, empty: () => KubeConfig): KubeConfig {
  const files = chooseFiles(choice);
  const [first = '', ...others] = files;
  const config = readOne(first, empty);
  for (const file of others) mergeInto(config, readOne(file, empty), file);
  selectContext(config, choice.context, files.join(delimiter));
  refusePlugins(config, choice.allowedPlugins, files.join(delimiter));
  return config;
}

/** Throws MW1205 for a file that is not there; before the library is loaded, which takes more memory than all else. */
export function requireFiles(choice: KubeConfigChoice): void {
  for (const file of chooseFiles(choice)) {
    try {
      statSync(file);
    } catch (error) {
      throw unusable(file, error);
    }
  }
}

/** The files to read, in order; refuses those of the working tree unless the estate names them. */
export function chooseFiles(choice: KubeConfigChoice): string[] {
  if (choice.file !== undefined) return [resolve(choice.baseDirectory, expandHome(choice.file))];
  const fromEnv = (choice.env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  const files =
    fromEnv.length > 0
      ? fromEnv.map((file) => resolve(file))
      : [join(choice.env['HOME'] ?? homedir(), '.kube', 'config')];
  for (const file of files) {
    if (isInside(file, choice.workingTree))
      throw meshError('MW1206', { file, reason: 'it lies in the working tree, and the estate does not name it' });
  }
  return files;
}

function readOne(file: string, empty: () => KubeConfig): KubeConfig {
  try {
    if (statSync(file).size > sizeLimit) throw new Error(`it is larger than ${sizeLimit} bytes`);
    const config = empty();
    config.loadFromString(readFileSync(file, 'utf8'));
    config.makePathsAbsolute(dirname(file));
    return config;
  } catch (error) {
    throw unusable(file, error);
  }
}

function unusable(file: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return meshError('MW1205', { file, reason }, { cause: error });
}

function mergeInto(config: KubeConfig, more: KubeConfig, file: string): void {
  try {
    config.mergeConfig(more, true);
  } catch (error) {
    throw unusable(file, error);
  }
}

function selectContext(config: KubeConfig, wanted: string | undefined, file: string): void {
  const name = wanted ?? config.getCurrentContext();
  if (name === undefined || name === '')
    throw meshError('MW1205', { file, reason: 'it has no current context, and the estate names none' });
  if (config.getContextObject(name) === null)
    throw meshError('MW1205', { file, reason: `it has no context "${name}"` });
  config.setCurrentContext(name);
  const cluster = config.getCurrentCluster();
  if (cluster === null)
    throw meshError('MW1205', { file, reason: `context "${name}" names a cluster that is not in it` });
  if (config.getCurrentUser() === null)
    throw meshError('MW1205', { file, reason: `context "${name}" names a user that is not in it` });
  if (!cluster.server.startsWith('https://'))
    throw meshError('MW1205', { file, reason: `the server of context "${name}" is not an https address` });
}

function refusePlugins(config: KubeConfig, allowed: readonly string[], file: string): void {
  const user = config.getCurrentUser();
  const provider = (user?.authProvider as { name?: string } | undefined | null)?.name;
  if (provider !== undefined && !harmlessProviders.has(provider)) {
    throw meshError('MW1206', { file, reason: `its user logs in by the provider "${provider}", which runs a program` });
  }
  const plugin = user?.exec as { command?: string } | undefined | null;
  if (plugin === undefined || plugin === null || allowed.includes(plugin.command ?? '')) return;
  const hint = allowed.includes(basename(plugin.command ?? '')) ? ' (allowed by name, not by path)' : '';
  throw meshError('MW1206', {
    file,
    reason: `its user logs in by running the program "${plugin.command ?? ''}"${hint}`,
  });
}

function isInside(file: string, directory: string): boolean {
  const path = relative(directory, file);
  return path !== '' && !path.startsWith('..') && !isAbsolute(path);
}

function expandHome(file: string): string {
  return file.startsWith('~/') ? join(homedir(), file.slice(2)) : file;
}
