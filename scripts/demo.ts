import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');
/** Captured from the lab's estate `shop`; see examples/shop/README.md. */
const shop = join(root, 'examples', 'shop');

const ending = `
That was a captured inventory of the lab's sample estate, not a live system; nothing was changed.

Your own estate (npx mesh in this directory, mesh once installed):
  npx mesh doctor                              what this machine needs
  npx mesh discover -f estate.yaml             read hosts and clusters, change nothing
  npx mesh migrate plan -f estate.yaml         write plans/NAME.plan.yaml for review
  npx mesh migrate show plans/NAME.plan.yaml
  npx mesh migrate apply plans/NAME.plan.yaml --dry-run

The lab, a real cluster with real virtual machines on this machine (Linux, root):
  npm run lab -- up && npm run test:lab
`;

/** Runs the built mesh; a failure ends the demo with the same status. */
function mesh(args: readonly string[]): void {
  const typed = args.map((arg) => (arg.startsWith(root) ? relative(root, arg) : arg)).join(' ');
  console.log(`\n$ mesh ${typed}`);
  const { status } = spawnSync(process.execPath, [join(root, 'bin', 'mesh.js'), ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

function main(): void {
  const startedAt = Date.now();
  const [estate, inventory] = [join(shop, 'estate.yaml'), join(shop, 'inventory.json')];
  for (const file of [estate, inventory]) {
    if (!existsSync(file))
      throw new Error(`${relative(process.cwd(), file)} is missing: the demo shows a captured estate`);
  }
  const directory = mkdtempSync(join(tmpdir(), 'mesh-demo-'));
  const plan = join(directory, 'shop.plan.yaml');
  try {
    mesh(['migrate', 'plan', '--estate', estate, '--inventory', inventory, '--out', plan]);
    mesh(['migrate', 'show', plan]);
    console.log(`${ending}\n${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

main();
