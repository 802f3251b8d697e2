// Makes a fresh clone runnable: installs when node_modules does not match the lock file and,
// with --build, compiles when dist is older than the sources. Plain JavaScript without
// dependencies, because it runs before anything is installed and on the machine's own Node.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(root, 'node_modules', '.meshway-installed');
const builtFile = join(root, 'dist', '.built');

/** Runs a program in the repository with the project's own Node first on PATH. */
function run(program, args) {
  const path = `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`;
  const result = spawnSync(program, args, { cwd: root, stdio: ['ignore', 2, 2], env: { ...process.env, PATH: path } });
  if (result.error) throw result.error;
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function lockDigest() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/** `npm install` by hand leaves no stamp of ours; its own hidden lock file is newer then. */
function isInstalled() {
  const hidden = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockDigest()) return true;
  return statSync(hidden).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

function newestMtimeMs(folder) {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    newest = Math.max(newest, statSync(join(entry.parentPath, entry.name)).mtimeMs);
  }
  return newest;
}

function isBuilt() {
  if (!existsSync(builtFile)) return false;
  const built = statSync(builtFile).mtimeMs;
  const inputs = ['package.json', 'tsconfig.json', 'tsconfig.build.json'].map(
    (file) => statSync(join(root, file)).mtimeMs,
  );
  return Math.max(newestMtimeMs(join(root, 'src')), ...inputs) <= built;
}

if (!isInstalled()) {
  console.error('meshway: installing dependencies (npm ci)');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(stamp, lockDigest());
}
if (process.argv.includes('--build') && !isBuilt()) {
  console.error('meshway: building');
  run('node', [join('scripts', 'build.ts')]);
}
