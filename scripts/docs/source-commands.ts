import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Config, type Command, type Interfaces } from '@oclif/core';
import { requireAllCommands } from '../command-files.ts';

/** The commands as their sources describe them, by id, without a build. */
export async function loadSourceCommands(root: string): Promise<Command.Loadable[]> {
  const pjson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Interfaces.PJSON;
  const commands = { strategy: 'pattern' as const, target: './src/commands', globPatterns: ['**/*.ts', '!**/_*.ts'] };
  const config = await Config.load({
    root,
    pjson: { ...pjson, oclif: { ...pjson.oclif, commands } },
    ignoreManifest: true,
  });
  requireAllCommands(
    root,
    config.commands.map((command) => command.id),
  );
  return config.commands.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** `migrate:plan` → `mesh migrate plan`, as it is typed. */
export function commandLine(id: string): string {
  return `mesh ${id.replaceAll(':', ' ')}`;
}
