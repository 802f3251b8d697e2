import { readdirSync } from 'node:fs';
import { join } from 'node:path';

interface Benchmark {
  main(args: readonly string[]): void | Promise<void>;
}

const names = readdirSync(join(import.meta.dirname, 'bench'), { withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map(({ name }) => name.replace(/\.ts$/, ''))
  .toSorted();

/** `npm run bench -- NAME`: each file in scripts/bench is one benchmark; without a name it is `start`. */
async function main([name = 'start', ...args]: readonly string[]): Promise<void> {
  if (!names.includes(name)) throw new Error(`no benchmark ${name}; there are ${names.join(', ')}`);
  const benchmark = (await import(`./bench/${name}.ts`)) as Benchmark;
  await benchmark.main(args);
}

await main(process.argv.slice(2));
