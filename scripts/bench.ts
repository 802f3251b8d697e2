import { existsSync, globSync } from 'node:fs';
import { basename, join } from 'node:path';

const folder = join(import.meta.dirname, 'bench');

/** A benchmark: one file of scripts/bench/, named as it is called. */
interface Benchmark {
  /** Runs it, prints what came out, and asserts nothing about time: a slow machine is no failure. */
  run(args: readonly string[]): Promise<void> | void;
}

/** `npm run bench -- NAME [ARGUMENTS]`; without a name, how long `mesh` takes to start. */
async function main([name = 'start', ...args]: readonly string[]): Promise<number> {
  const file = join(folder, `${name}.ts`);
  if (!/^[a-z0-9-]+$/.test(name) || !existsSync(file)) {
    const known = globSync('*.ts', { cwd: folder }).map((one) => basename(one, '.ts'));
    console.error(`There is no benchmark ${JSON.stringify(name)}: ${known.toSorted().join(', ')}.`);
    return 64;
  }
  await ((await import(file)) as Benchmark).run(args);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
