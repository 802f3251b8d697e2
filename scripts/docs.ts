import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderCommandsPage } from './docs/commands-page.ts';
import { renderErrorsPage } from './docs/errors-page.ts';
import { renderSchemas } from './docs/schemas.ts';
import { loadSourceCommands } from './docs/source-commands.ts';

/** `npm run docs` writes the generated pages and JSON Schemas; with `--check` it only names the stale ones and
 * fails, with `--commands` it prints the commands as JSON. */
async function main(): Promise<number> {
  const root = join(import.meta.dirname, '..');
  const commands = await loadSourceCommands(root);
  if (process.argv.includes('--commands')) {
    console.log(JSON.stringify(commands));
    return 0;
  }
  const pages = {
    'docs/errors.md': renderErrorsPage(),
    'docs/commands.md': renderCommandsPage(commands),
    ...renderSchemas(),
  };
  const stale = Object.entries(pages).filter(([file, text]) => read(join(root, file)) !== text);
  for (const [file, text] of stale) {
    console.log(process.argv.includes('--check') ? `stale: ${file} (npm run docs)` : `written: ${file}`);
    if (!process.argv.includes('--check')) write(join(root, file), text);
  }
  return process.argv.includes('--check') && stale.length > 0 ? 1 : 0;
}

function read(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function write(file: string, text: string): void {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
}

process.exitCode = await main();
