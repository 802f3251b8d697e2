import type { z } from 'zod';
import { meshError } from '../errors/mesh-error.ts';
import { crossCheck } from './cross-check.ts';
import { estateSchema, type Estate, type ListedHost } from './schema.ts';
import { readYaml, type YamlData } from './yaml.ts';

/** An estate of thousands of services stays far below. */
export const MAX_ESTATE_BYTES = 2 * 1024 * 1024;

/**
 * The text of an estate file as an Estate. Throws MW1013 to MW1015 for the YAML, MW1012 when the only fault is unknown
 * fields, else MW1011 with every problem, its place and line in the details. Lists of `hostsFrom` are not read here.
 */
export function parseEstate(text: string, file: string): Estate {
  return parseEstateData(readEstateYaml(text, file), file, []);
}

/** The YAML of an estate file; nothing of its fields is checked. */
export function readEstateYaml(text: string, file: string): YamlData {
  return readYaml(text, file, MAX_ESTATE_BYTES);
}

/** An estate of its file's data and of the hosts of its lists: an entry of `hosts` wins over a list, field by field. */
export function parseEstateData(yaml: YamlData, file: string, listed: readonly ListedHost[]): Estate {
  const result = estateSchema.safeParse(listed.length === 0 ? yaml.data : withHosts(yaml.data, listed));
  if (!result.success) throw schemaError(result.error.issues, yaml, file);
  const problems = crossCheck(result.data).map(({ path, message }) => placed(path, message, yaml));
  if (problems.length > 0) throw meshError('MW1011', { file, count: problems.length }, { details: problems });
  return result.data;
}

/** Entries of the file keep their places, so that problems have their lines; hosts of lists come after them. */
function withHosts(data: unknown, listed: readonly ListedHost[]): unknown {
  const file = data as { hosts?: unknown };
  const entries: unknown[] = Array.isArray(file.hosts) ? file.hosts : [];
  const byName = new Map(listed.map((host) => [host.name, host]));
  const nameOf = (entry: unknown): string => String((entry as { name?: unknown } | null)?.name);
  const named = new Set(entries.map(nameOf));
  const filled = entries.map((entry) => {
    const known = byName.get(nameOf(entry));
    return known === undefined ? entry : { ...known, ...(entry as object) };
  });
  return { ...file, hosts: [...filled, ...listed.filter(({ name }) => !named.has(name))] };
}

function schemaError(issues: readonly z.core.$ZodIssue[], yaml: YamlData, file: string): Error {
  const unknown = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [],
  );
  const details = issues.flatMap(flatten).map(({ path, message }) => placed(path, message, yaml));
  if (issues.every(({ code }) => code === 'unrecognized_keys'))
    return meshError('MW1012', { file, fields: unknown.map(pathText).join(', ') }, { details });
  return meshError('MW1011', { file, count: details.length }, { details });
}

interface Place {
  path: readonly PropertyKey[];
  message: string;
}

/** One line per problem; of a union, what is wrong with the alternative that fits best. */
function flatten(issue: z.core.$ZodIssue): Place[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'unknown field' }));
  if (issue.code !== 'invalid_union') return [{ path: issue.path, message: issue.message }];
  // Told apart by a field whose value none of them has.
  if (issue.errors.length === 0) return [{ path: issue.path, message: issue.message }];
  const best = issue.errors.toSorted((a, b) => a.length - b.length)[0] ?? [];
  return best.flatMap(flatten).map(({ path, message }) => ({ path: [...issue.path, ...path], message }));
}

function placed(path: readonly PropertyKey[], message: string, yaml: YamlData): string {
  const line = yaml.lineOf(path);
  return `${line === undefined ? '' : `line ${line}: `}${pathText(path) || 'the document'}: ${message}`;
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}
