import { meshError } from '../../../errors/mesh-error.ts';
import type { Finding } from '../../../inventory/schema.ts';
import { readDocuments } from '../documents.ts';
import { printable } from '../printable.ts';
import { sourceFinding, type SourceText } from '../source.ts';
import { withMergeKeys } from './merge-keys.ts';
import { composeInclude, composeName, composeService, fieldsOf, type Fields, type RawService } from './shapes.ts';
import { directoryOf, pathFrom } from './paths.ts';

/** One Compose file as it is written. */
export interface ComposeFile {
  source: SourceText;
  directory: string;
  /** The project's, where the file says it. */
  name?: string;
  services: Map<string, RawService>;
  /** Paths of the files that it includes. */
  includes: string[];
}

/** Reads one Compose file. A service that is not valid is a finding and loses no other. */
export function readComposeFile(source: SourceText): { file: ComposeFile; findings: Finding[] } {
  const directory = directoryOf(source.path);
  const file: ComposeFile = { source, directory, services: new Map(), includes: [] };
  const { found, findings } = readDocuments(source, { allowsMergeKeys: true });
  for (const { data } of found) {
    const fields = fieldsOf(withMergeKeys(data));
    if (fields === undefined) findings.push(invalid(source, 'it is no map'));
    else readFields(fields, file, findings);
  }
  return { file, findings };
}

function readFields(fields: Fields, file: ComposeFile, findings: Finding[]): void {
  const { source, directory } = file;
  if (typeof fields['name'] === 'string') file.name = fields['name'];
  const include = composeInclude.safeParse(fields['include'] ?? []);
  if (!include.success) findings.push(invalid(source, '`include` is no list of paths'));
  for (const one of include.data ?? [])
    for (const path of [typeof one === 'string' ? one : one.path].flat()) file.includes.push(pathFrom(directory, path));
  for (const [name, value] of Object.entries(servicesIn(fields))) {
    const service = readService(name, value, directory);
    if (typeof service === 'string') findings.push(invalid(source, `service ${printable(name, 80)}: ${service}`));
    else file.services.set(name, service);
  }
}

/** Files of the first version have no \`services\`: everything in them is one. */
function servicesIn(fields: Fields): Fields {
  const { services, version } = fields;
  if (services !== undefined || version !== undefined || fields['include'] !== undefined)
    return fieldsOf(services) ?? {};
  const known = Object.entries(fields).filter(([, value]) => isFirstVersionService(value));
  return Object.fromEntries(known);
}

/** Whether a value is what files of the first version have at the top. */
export function isFirstVersionService(value: unknown): boolean {
  const fields = fieldsOf(value);
  return fields !== undefined && ['image', 'build', 'extends'].some((key) => fields[key] !== undefined);
}

/** A service, or what is wrong with it. Paths are made those of the file that it stands in. */
function readService(name: string, value: unknown, directory: string): RawService | string {
  const fields = fieldsOf(value);
  if (!composeName.safeParse(name).success) return 'a name has letters, digits, dots, dashes and underscores only';
  if (fields === undefined) return 'it is no map';
  const present = Object.fromEntries(Object.entries(fields).filter(([, field]) => field !== null));
  const checked = composeService.safeParse(present);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    return printable(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const { env_file: files, ...service } = checked.data;
  if (files === undefined) return service;
  const placed = [files].flat().map((one) => {
    const { path, required = true } = typeof one === 'string' ? { path: one } : one;
    return { path: pathFrom(directory, path), required };
  });
  return { ...service, env_file: placed };
}

/** A Compose file that is not as it should be. */
export function invalid(source: SourceText, reason: string): Finding {
  return sourceFinding('error', source.name, meshError('MW1064', { source: source.name, reason }));
}
