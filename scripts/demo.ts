import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');
const shop = join('plans', 'examples', 'shop');
/** The built mesh; the tests may name the sources instead. */
const program = join(root, process.env['MESH_TEST_BIN'] ?? join('bin', 'mesh.js'));
const estate = join(shop, 'estate.yaml');
const inventory = join(shop, 'inventory.json');

const intro = `The sample estate "shop": web (Kubernetes) calls catalog (a unit on vm-a), which calls pricing (a unit on vm-b).
Inventory: ${inventory}, captured by mesh discover from the lab that npm run lab starts.
Nothing is contacted and nothing is changed: a plan is made from files.`;

const ending = `That was a captured inventory, not a live system.

Your own estate (npx mesh here, mesh once it is installed):
  npx mesh doctor -f estate.yaml                       what this machine and the estate file lack
  npx mesh discover -f estate.yaml -o inventory.json   read hosts and clusters, change nothing
  npx mesh migrate plan -f estate.yaml                 write plans/NAME.plan.yaml for review
  npx mesh migrate show plans/NAME.plan.yaml
  npx mesh migrate apply plans/NAME.plan.yaml --dry-run
  README.md has a minimal estate.yaml.

The lab: a real cluster, real virtual machines, real traffic (Linux, root):
  npm run lab -- up
  npm run test:lab`;

/** Runs the built mesh and shows the command as it would be typed; a failure ends the demo with the same status. */
function mesh(args: readonly string[], shown: readonly string[] = args, stdio: 'inherit' | 'ignore' = 'inherit'): void {
  console.log(`\n$ mesh ${shown.join(' ')}`);
  const { status } = spawnSync(process.execPath, [program, ...args], {
    cwd: root,
    stdio: ['ignore', stdio, 'inherit'],
  });
  if (status !== 0) throw new DemoStopped(`mesh ended with status ${status ?? 'unknown'}.`, status ?? 1);
}

/** Ends the demo with a line for its reader instead of a stack. */
class DemoStopped extends Error {
  readonly status: number;
  constructor(message: string, status = 1) {
    super(message);
    this.status = status;
  }
}

function refuseMissing(): void {
  const missing = [estate, inventory].filter((file) => !existsSync(join(root, file)));
  if (missing.length === 0) return;
  throw new DemoStopped(
    `Missing: ${missing.join(', ')}. The demo shows an inventory captured from the lab, and makes none up.\n` +
      'Restore the files from git.',
  );
}

/** Plans into a file of the demo's own, and returns its digest. */
function plan(file: string, stdio: 'inherit' | 'ignore'): string {
  const args = ['migrate', 'plan', '-f', estate, '-i', inventory, '-o'];
  mesh([...args, file], [...args, relative(tmpdir(), file)], stdio);
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function showIn(directory: string): void {
  const [first, second] = ['shop.plan.yaml', 'shop.again.yaml'].map((name) => join(directory, name)) as [
    string,
    string,
  ];
  const digests = [plan(first, 'inherit'), plan(second, 'ignore')];
  if (digests[0] !== digests[1]) throw new DemoStopped(`The two plans differ: ${digests.join(', ')}.`);
  console.log(`\nPlanned twice, the same bytes both times:\n  sha256 ${digests.join('\n  sha256 ')}`);
  mesh(['migrate', 'show', first], ['migrate', 'show', relative(tmpdir(), first)]);
}

function main(): number {
  const startedAt = performance.now();
  const directory = mkdtempSync(join(tmpdir(), 'mesh-demo-'));
  try {
    refuseMissing();
    console.log(intro);
    showIn(directory);
    console.log(`\n${ending}\n\nThe demo took ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
    return 0;
  } catch (error) {
    if (!(error instanceof DemoStopped)) throw error;
    console.error(error.message);
    return error.status;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

process.exitCode = main();
