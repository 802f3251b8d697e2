import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const shop = join(root, 'plans', 'examples', 'shop');
const runs = 9;

/** The median wall time of the built mesh with these arguments, in milliseconds. */
function medianMs(args: readonly string[], cwd: string): number {
  const times = Array.from({ length: runs }, () => {
    const from = performance.now();
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'bin', 'mesh.js'), ...args], {
      cwd,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`mesh ${args.join(' ')} ended with ${status}: ${stderr}`);
    return performance.now() - from;
  });
  return times.toSorted((a, b) => a - b)[Math.floor(runs / 2)] ?? 0;
}

/** `npm run bench -- start`: what a user waits for before anything happens. */
export function run(): void {
  const directory = mkdtempSync(join(tmpdir(), 'mesh-bench-'));
  const plan = [
    'migrate',
    'plan',
    '-f',
    join(shop, 'estate.yaml'),
    '-i',
    join(shop, 'inventory.json'),
    '-o',
    'shop.plan.yaml',
  ];
  const cases = { 'start (--version)': ['--version'], 'help of migrate': ['migrate', '--help'] };
  const all = existsSync(join(shop, 'inventory.json')) ? { ...cases, 'plan of the example estate': plan } : cases;
  try {
    for (const [name, args] of Object.entries(all)) {
      console.log(`${name.padEnd(28)} ${medianMs(args, directory).toFixed(0).padStart(6)} ms, median of ${runs}`);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}
