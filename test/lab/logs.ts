import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { output } from './exec.ts';
import { logFile, state } from './paths.ts';

/** Prints where the logs are, or the last lines of one program's. */
export async function logs([name]: readonly string[]): Promise<void> {
  if (name !== undefined) {
    process.stdout.write(`${await output('tail', ['-n', '200', logFile(name)])}\n`);
    return;
  }
  const files = existsSync(state('logs')) ? await readdir(state('logs')) : [];
  for (const file of files.toSorted()) process.stdout.write(`${state('logs', file)}\n`);
}
