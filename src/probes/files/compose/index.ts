import { meshError } from '../../../errors/mesh-error.ts';
import { composeHost, type ComposeProject } from '../../../inventory/compose.ts';
import type { Finding } from '../../../inventory/schema.ts';
import { printable } from '../printable.ts';
import { sourceFinding, type SourceText } from '../source.ts';
import { readDotenv } from './dotenv.ts';
import { readComposeFile, type ComposeFile } from './file.ts';
import { missing, resolveServices, type Library } from './resolve.ts';
import { selectFiles, type Selected } from './select.ts';
import { explainServices, type EnvironmentOf } from './services.ts';
import { normalPath, pathFrom } from './paths.ts';

const MAX_SERVICES = 1_000;

/** What the Compose files among the sources say. */
export interface ComposeFacts {
  projects: ComposeProject[];
  /** Files that belong to a project though their names do not say so, by path: they are no manifests, and no unit's environment. */
  used: Set<string>;
  findings: Finding[];
}

/** Explains all Compose files among some sources. Pure. */
export function readCompose(sources: readonly SourceText[]): ComposeFacts {
  const facts: ComposeFacts = { projects: [], used: new Set(), findings: [] };
  const files = readFiles(sources, facts);
  const taken = new Set([...files.values()].flatMap(takenFrom));
  const { selected, findings } = selectFiles([...files.values()], (path) => taken.has(normalPath(path)));
  facts.findings.push(...findings);
  const library: Library = { files, findings: facts.findings };
  for (const one of selected) facts.projects.push(readProject(one, sources, library, facts));
  facts.projects = withNamesOfTheirOwn(facts.projects.filter(({ services }) => services.length > 0));
  return facts;
}

/** All Compose files, with those that only others name, whatever they are called. */
function readFiles(sources: readonly SourceText[], facts: ComposeFacts): Map<string, ComposeFile> {
  const files = new Map<string, ComposeFile>();
  const others = new Map(
    sources.flatMap((one) => (one.kind === 'manifests' ? [[normalPath(one.path), one] as const] : [])),
  );
  const queue = sources.filter(({ kind }) => kind === 'compose');
  for (let source = queue.shift(); source !== undefined; source = queue.shift()) {
    const { file, findings } = readComposeFile(source);
    files.set(normalPath(source.path), file);
    facts.findings.push(...findings);
    for (const path of takenFrom(file)) {
      const wanted = others.get(path);
      if (wanted === undefined || files.has(path) || queue.includes(wanted)) continue;
      facts.used.add(path);
      queue.push(wanted);
    }
  }
  return files;
}

/** Paths of the files that a file includes or extends. */
function takenFrom({ source, directory, services, includes }: ComposeFile): string[] {
  const extended = [...services.values()].flatMap(({ extends: wanted }) =>
    typeof wanted === 'object' && wanted.file !== undefined ? [pathFrom(directory, wanted.file)] : [],
  );
  return [...includes, ...extended].filter((path) => path !== normalPath(source.path));
}

function readProject(
  selected: Selected,
  sources: readonly SourceText[],
  library: Library,
  facts: ComposeFacts,
): ComposeProject {
  const [first] = selected.files;
  const source = first?.source.name ?? selected.directory;
  const byPath = new Map(
    sources.flatMap((one) => (one.kind === 'environment' ? [[normalPath(one.path), one] as const] : [])),
  );
  const variablesOf = (path: string, known: ReadonlyMap<string, string>): Map<string, string> | undefined => {
    const file = byPath.get(path);
    if (file === undefined) return undefined;
    const { found, findings } = readDotenv(file, known);
    if (!facts.used.has(path)) library.findings.push(...findings);
    facts.used.add(path);
    return found;
  };
  const variables = variablesOf(pathFrom(selected.directory, '.env'), new Map()) ?? new Map<string, string>();
  const environmentOf: EnvironmentOf = (path, isRequired) => {
    const found = variablesOf(path, variables);
    if (found === undefined && isRequired && first) library.findings.push(missing(first.source, '`env_file`', path));
    return found ?? new Map();
  };
  const raw = [...resolveServices(selected, library)];
  if (raw.length > MAX_SERVICES)
    library.findings.push(
      sourceFinding('error', source, meshError('MW1031', { source, limit: `${MAX_SERVICES} services` })),
    );
  const { services, unset } = explainServices(new Map(raw.slice(0, MAX_SERVICES)), variables, environmentOf);
  library.findings.push(...[...unset].map(([variable, isRequired]) => unsetFinding(source, variable, isRequired)));
  return { name: projectName(selected), files: selected.files.map((one) => one.source.name), services };
}

function unsetFinding(source: string, variable: string, isRequired: boolean): Finding {
  const consequence = isRequired ? 'Compose would refuse the file' : 'an empty text stands in its place';
  return sourceFinding(
    'warning',
    source,
    meshError('MW1065', { source, variable: printable(variable, 80), consequence }),
  );
}

/** The last \`name\` that a file says, else the directory's: lower case, as Compose makes it. */
function projectName({ directory, files }: Selected): string {
  const said =
    files.findLast(({ name }) => name !== undefined)?.name ?? directory.slice(directory.lastIndexOf('/') + 1);
  const plain = said
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '')
    .slice(0, 60);
  return plain === '' ? 'project' : plain;
}

/** Two directories may have one name: the second project of a name gets a number. */
function withNamesOfTheirOwn(projects: readonly ComposeProject[]): ComposeProject[] {
  const seen = new Set<string>();
  return projects.map((project) => {
    let name = project.name;
    for (let count = 2; seen.has(composeHost(name)); count++) name = `${project.name}-${count}`;
    seen.add(composeHost(name));
    return { ...project, name };
  });
}
