import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Config, type Plugin } from '@oclif/core';
import { requireAllCommands } from './command-files.ts';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

/**
 * Compiles src over dist, in place, so that a `mesh` that is running keeps its files, and writes
 * the command manifest, which lets `mesh` start without loading every command.
 */
async function build(): Promise<void> {
  const startedAt = new Date();
  compile();
  removeOrphans();
  await writeManifest();
  markBuilt(startedAt);
}

/** The compiler has printed what is wrong; a stack of ours would hide it. */
function compile(): void {
  const tsc = join(root, 'node_modules', 'typescript-7', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

/** A deleted or renamed source must not live on as a command. */
function removeOrphans(): void {
  for (const entry of readdirSync(dist, { withFileTypes: true, recursive: true })) {
    const file = join(entry.parentPath, entry.name);
    const source = file.replace(dist, join(root, 'src')).replace(/(\.d\.ts|\.js\.map|\.js)$/, '.ts');
    if (entry.isFile() && entry.name !== '.built' && !existsSync(source)) rmSync(file);
  }
}

async function writeManifest(): Promise<void> {
  const file = join(root, 'oclif.manifest.json');
  const config = await Config.load({ root, ignoreManifest: true });
  const plugin = config.plugins.get(config.name) as Plugin | undefined;
  if (!plugin) throw new Error('oclif did not load the package as a plugin');
  requireAllCommands(root, Object.keys(plugin.manifest.commands));
  writeFileSync(`${file}.new`, `${JSON.stringify(plugin.manifest, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

/** Dated at the start of the build: a source saved meanwhile makes the build stale. */
function markBuilt(startedAt: Date): void {
  const file = join(dist, '.built');
  writeFileSync(file, '');
  utimesSync(file, startedAt, startedAt);
}

await build();
