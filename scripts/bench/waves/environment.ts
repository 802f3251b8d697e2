import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, release, totalmem } from 'node:os';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');

/** Raw results, for whoever compares them with others, with what they were measured on. */
export function keepResult(name: string, result: Record<string, unknown>): void {
  const at = new Date().toISOString();
  const folder = join(root, 'bench', 'results');
  const file = join(folder, `${name}-${at.slice(0, 19).replaceAll(':', '')}.json`);
  const about = {
    at,
    cpu: cpus()[0]?.model ?? 'unknown',
    cpus: cpus().length,
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    kernel: `${release()} ${arch()}`,
    load: loadavg(),
    node: process.version,
    commit: spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).stdout.trim(),
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...about, ...result }, null, 2)}\n`);
  console.log(`raw results: ${relative(root, file)}`);
}
