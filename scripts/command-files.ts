import { globSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The ids of the commands that lie in src/commands: `migrate/plan.ts` is `migrate:plan`, `_….ts` is none. */
export function commandIdsOf(root: string): string[] {
  return globSync('**/*.ts', { cwd: join(root, 'src', 'commands') })
    .filter((file) => !basename(file).startsWith('_'))
    .map((file) => file.replaceAll('\\', '/').replace(/\.ts$/, '').replaceAll('/', ':'))
    .toSorted();
}

/** oclif only warns of a command that it cannot load; here that is an error. */
export function requireAllCommands(root: string, loaded: readonly string[]): void {
  const missing = commandIdsOf(root).filter((id) => !loaded.includes(id));
  if (missing.length > 0) throw new Error(`commands that do not load: ${missing.join(', ')}`);
}
