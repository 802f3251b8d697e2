import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { output, run } from '../exec.ts';
import { writeWhole } from '../files.ts';
import { say } from '../progress.ts';

const goEnv = { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false -mod=mod -trimpath' };

/** Commands to build from one Go module that nothing but this part requires. */
export interface GoBuild {
  readonly goMod: string;
  readonly packages: readonly string[];
  /** Values for `-X`. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
}

/** What `go mod download` says of a module. */
export interface GoModule {
  readonly Dir: string;
  readonly GoMod: string;
}

/** Fetches a module into Go's own cache. */
export async function downloadModule(path: string, version: string): Promise<GoModule> {
  return JSON.parse(await output('go', ['mod', 'download', '-json', `${path}@${version}`])) as GoModule;
}

/** Builds each command into `dir`, leaving out those that are there already. */
export async function buildGo(dir: string, build: GoBuild): Promise<void> {
  const source = join(dir, 'go-source');
  await mkdir(source, { recursive: true });
  if (!existsSync(join(source, 'go.mod'))) await writeWhole(join(source, 'go.mod'), build.goMod);
  const variables = Object.entries(build.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  const flags = ['-ldflags', ['-s', '-w', ...variables].join(' '), ...tagFlag(build.tags)];
  for (const name of build.packages) await buildOne(source, dir, name, flags);
}

function tagFlag(tags: readonly string[] | undefined): string[] {
  return tags === undefined ? [] : [`-tags=${tags.join(',')}`];
}

async function buildOne(source: string, dir: string, name: string, flags: readonly string[]): Promise<void> {
  const target = join(dir, basename(name));
  if (existsSync(target)) return;
  const from = Date.now();
  await run('go', ['build', ...flags, '-o', `${target}.new`, name], { cwd: source, env: goEnv });
  await rename(`${target}.new`, target);
  say(`  built ${basename(name)} in ${Math.round((Date.now() - from) / 1000)} s`);
}
