import { meshError } from '../../../errors/mesh-error.ts';
import type { Finding } from '../../../inventory/schema.ts';
import { printable, printablePath } from '../printable.ts';
import { sourceFinding, type SourceText } from '../source.ts';
import { invalid, type ComposeFile } from './file.ts';
import { mergeServices } from './merge-services.ts';
import type { Selected } from './select.ts';
import type { RawService } from './shapes.ts';
import { pathFrom } from './paths.ts';

const MAX_DEPTH = 20;

/** Files by their path, and where findings go. */
export interface Library {
  files: ReadonlyMap<string, ComposeFile>;
  findings: Finding[];
}

/** The services of a project, with all that its files, what they include and what they extend say of each. */
export function resolveServices({ files }: Selected, library: Library): Map<string, RawService> {
  const services = new Map<string, RawService>();
  for (const file of withIncludes(files, library, new Set()))
    for (const [name, own] of file.services) {
      const service = withBase(own, name, file, library, 0);
      const before = services.get(name);
      services.set(name, before === undefined ? service : mergeServices(before, service));
    }
  return services;
}

/** Included files come before the one that includes them; each once. */
function withIncludes(files: readonly ComposeFile[], library: Library, seen: Set<string>): ComposeFile[] {
  return files.flatMap((file) => {
    if (seen.has(file.source.path) || seen.size > 1_000) return [];
    seen.add(file.source.path);
    const included = file.includes.flatMap((path) => {
      const found = library.files.get(path);
      if (found === undefined) library.findings.push(missing(file.source, '`include`', path));
      return found ?? [];
    });
    return [...withIncludes(included, library, seen), file];
  });
}

function withBase(own: RawService, name: string, file: ComposeFile, library: Library, depth: number): RawService {
  const { extends: wanted, ...service } = own;
  if (wanted === undefined) return service;
  const { service: baseName, file: path } = typeof wanted === 'string' ? { service: wanted } : wanted;
  const from = path === undefined ? file : library.files.get(pathFrom(file.directory, path));
  const base = from?.services.get(baseName);
  const what = `service ${name}`;
  if (from === undefined) library.findings.push(missing(file.source, what, pathFrom(file.directory, path ?? '')));
  else if (base === undefined)
    library.findings.push(invalid(file.source, `${what} extends ${printable(baseName, 80)}, which is not there`));
  else if (depth >= MAX_DEPTH)
    library.findings.push(invalid(file.source, `${what} extends itself, or more than ${MAX_DEPTH} others`));
  else return mergeServices(withBase(base, baseName, from, library, depth + 1), service);
  return service;
}

/** A file that another names and that was not given. */
export function missing(source: SourceText, what: string, path: string): Finding {
  return sourceFinding(
    'warning',
    source.name,
    meshError('MW1066', { source: source.name, what: printable(what, 100), file: printablePath(path) }),
  );
}
