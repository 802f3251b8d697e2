import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../run-mesh.ts';

/** Manifests of public projects, beside the repository and not in it. */
const inputs = join(root, '..', 'shared', 'inputs');

/** Why a test of real inputs cannot run here; undefined where it can. */
export function missingInputs(project: string): string | undefined {
  return existsSync(join(inputs, project)) ? undefined : `${project} is not in ../shared/inputs beside the repository`;
}

/** The files of a project, by name; none where the project is not there. */
export function readInputs(project: string): Record<string, string> {
  if (missingInputs(project) !== undefined) return {};
  const names = readdirSync(join(inputs, project)).toSorted();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(inputs, project, name), 'utf8')]));
}
