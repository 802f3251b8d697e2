import { packageOf, resolveImport, type HouseRule, type SourceFile, type Violation } from './source-file.ts';

const rule = 'layers';

/**
 * What each folder of src may import besides itself: the path of data of design section 3, in its one direction.
 * A folder that is missing here may not exist.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  estate: ['errors', 'ports'],
  ports: ['errors', 'estate', 'plans'],
  probes: ['errors', 'estate', 'ports', 'inventory'],
  inventory: ['errors', 'estate'],
  graph: ['errors', 'estate', 'inventory'],
  assess: ['errors', 'estate', 'inventory', 'graph'],
  plans: ['errors', 'estate', 'inventory', 'graph', 'assess', 'providers'],
  providers: ['errors', 'estate', 'inventory', 'graph', 'plans'],
  gates: ['errors', 'estate', 'plans', 'ports'],
  journal: ['errors', 'plans', 'ports'],
  execute: ['errors', 'estate', 'inventory', 'graph', 'plans', 'providers', 'gates', 'journal', 'ports', 'probes'],
  report: [
    'errors',
    'doctor',
    'estate',
    'inventory',
    'graph',
    'assess',
    'plans',
    'providers',
    'gates',
    'journal',
    'execute',
  ],
  doctor: ['errors', 'estate', 'ports'],
  'interruption.ts': ['errors'],
  'command.ts': ['errors', 'report', 'interruption.ts'],
};

/** `src/plans/create.ts` → `plans`, `src/command.ts` → `command.ts`. */
export function layerOf(path: string): string | undefined {
  return /^src\/([^/]+)/.exec(path)?.[1];
}

function violationsOf(file: SourceFile): Violation[] {
  const layer = layerOf(file.path);
  if (layer === undefined || layer === 'commands') return [];
  const reachable = allowed[layer];
  if (!reachable) return [{ rule, path: file.path, line: 1, message: `src/${layer} has no place in the layers` }];
  return file.imports.flatMap(({ specifier, line }) => {
    const target = layerOf(resolveImport(file.path, specifier) ?? '');
    if (target === undefined || target === layer || reachable.includes(target)) return [];
    return [{ rule, path: file.path, line, message: `src/${layer} may not import src/${target}` }];
  });
}

/** Imports go one way along the path of data; only commands may import everything. */
export const layersRule: HouseRule = (files) => files.flatMap(violationsOf);

/** Where each package may be imported within src. Every other package has no home, and so no use. */
const homes: Readonly<Record<string, RegExp>> = {
  '@oclif/core': /^src\/(command\.ts|commands\/)/,
  '@inquirer/prompts': /^src\/commands\//,
  execa: /^src\/ports\/process/,
  '@kubernetes/client-node': /^src\/ports\/kube/,
  listr2: /^src\/report\/progress/,
  '@hpcc-js/wasm-graphviz': /^src\/report\//,
  zod: /^src\//,
  yaml: /^src\//,
  'node:child_process': /^src\/ports\/process/,
  'node:fs': /^src\/(ports|journal)\//,
  'node:net': /^src\/ports\//,
  'node:tls': /^src\/ports\//,
  'node:http': /^src\/ports\//,
  'node:https': /^src\/ports\//,
  'node:dns': /^src\/ports\//,
};

function strayPackages(file: SourceFile): Violation[] {
  if (!file.path.startsWith('src/')) return [];
  return file.imports.flatMap(({ specifier, line }) => {
    const name = packageOf(specifier);
    const home = name === undefined ? undefined : homes[name];
    if (name === undefined || home?.test(file.path) || (!home && name.startsWith('node:'))) return [];
    const message = home ? `${name} is imported in ${home.source} only` : `${name} has no home in src`;
    return [{ rule: 'package-homes', path: file.path, line, message }];
  });
}

/** One home per package: a change of library touches one file. */
export const packageHomesRule: HouseRule = (files) => files.flatMap(strayPackages);
