import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const PYTHON = ['ortools==9.15.6755', 'networkx==3.6.1', 'igraph==1.0.0'];
const NODE = ['graphology@0.26.0', 'graphology-components@1.5.4', 'graphology-dag@0.4.1', '@dagrejs/graphlib@4.0.6'];

/** Where the programs of the user's cache are. */
function cacheOf(name: string): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'meshway', name);
}

/** Python with OR-Tools, networkx and igraph, in a virtual environment of its own; installed by pip when it is not there. */
export function pythonPeers(): { python: string; versions: Record<string, string> } {
  const directory = cacheOf('bench-waves-python');
  install(directory, PYTHON, () => {
    execFileSync('python3', ['-m', 'venv', directory], { stdio: 'inherit' });
    execFileSync(join(directory, 'bin', 'pip'), ['install', '--quiet', ...PYTHON], { stdio: 'inherit' });
  });
  return { python: join(directory, 'bin', 'python3'), versions: versionsOf(PYTHON, '==') };
}

/** A directory whose node_modules has graphology and graphlib; installed by npm when they are not there. */
export function nodePeers(): { directory: string; versions: Record<string, string> } {
  const directory = cacheOf('bench-waves-node');
  install(directory, NODE, () => {
    writeFileSync(join(directory, 'package.json'), '{ "private": true }\n');
    execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', ...NODE], {
      cwd: directory,
      stdio: 'inherit',
    });
  });
  return { directory, versions: versionsOf(NODE, /(?<=.)@/) };
}

/** Anew, unless the same was installed to the end before. */
function install(directory: string, packages: readonly string[], by: () => void): void {
  const [done, wanted] = [join(directory, 'installed.txt'), `${packages.join('\n')}\n`];
  if (existsSync(done) && readFileSync(done, 'utf8') === wanted) return;
  console.log(`Installing ${packages.join(', ')} into the user's cache.`);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  by();
  writeFileSync(done, wanted);
}

function versionsOf(packages: readonly string[], separator: string | RegExp): Record<string, string> {
  return Object.fromEntries(packages.map((one) => one.split(separator) as [string, string]));
}
