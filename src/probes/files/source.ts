import type { MeshError } from '../../errors/mesh-error.ts';
import { findingOf } from '../../inventory/finding.ts';
import type { Finding } from '../../inventory/schema.ts';
import { isHostList } from './is-host-list.ts';
import { printable, printablePath } from './printable.ts';

/** A file that was read: its name as findings print it, and its text. */
export interface SourceText {
  name: string;
  /** What its name says it belongs to: `catalog` for `conf/catalog.env`. */
  stem: string;
  kind: 'manifests' | 'environment' | 'compose' | 'hosts';
  text: string;
  /** As it was given, or found below what was given. */
  path: string;
  /** It was found in a directory, and nobody named it. */
  isFound?: boolean;
}

/** The texts under some paths, and what could not be read of them. */
export interface ReadSources {
  sources: SourceText[];
  findings: Finding[];
}

/** What was made of a source, and what of it could not be. */
export interface Parsed<Result> {
  found: Result[];
  findings: Finding[];
}

/** Whether a file name is one that a directory is read for. */
export function isSourceName(name: string): boolean {
  return /\.(ya?ml|json|env|tfstate)$/i.test(name);
}

/**
 * What a file holds: a host list by its content; else by its name, where a file that is named itself and is no YAML or JSON
 * is an environment file.
 */
function kindOf(path: string, text: string): SourceText['kind'] {
  const isData = /\.(ya?ml|json)$/i.test(path);
  if (isData && isCompose(path, text)) return 'compose';
  if (/\.tfstate$/i.test(path) || (!/\.env$/i.test(path) && isHostList(text, isData))) return 'hosts';
  return isData ? 'manifests' : 'environment';
}

/** A Compose file has its name, or at the top `services` that are made of images, where an object has `apiVersion`. */
function isCompose(path: string, text: string): boolean {
  if (/^apiVersion:/m.test(text)) return false;
  if (/(^|\/)(docker-)?compose([.-][^/]*)?\.ya?ml$/i.test(path)) return true;
  return /^services:(\s|$)/m.test(text) && /(^|[\s{,])(image|build|extends)\s*:/m.test(text);
}

/** A file by its path, as it can be read. */
export function sourceOf(path: string, text: string): SourceText {
  const stem = path.slice(path.lastIndexOf('/') + 1).replace(/\.(env|conf|service)$/i, '');
  return { name: printablePath(path), stem, kind: kindOf(path, text), text, path };
}

/** What is wrong with a source: the source is the subject. No finding carries what cannot be printed. */
export function sourceFinding(level: Finding['level'], source: string, error: MeshError): Finding {
  const finding = findingOf(level, printablePath(source), error);
  // The subject says the whole path; the message begins with the file's own name.
  const directory = source.slice(0, source.lastIndexOf('/') + 1);
  const message = finding.message.startsWith(directory) ? finding.message.slice(directory.length) : finding.message;
  return { ...finding, message: printable(message, 2_000) };
}
