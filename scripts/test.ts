import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readTotals, totalsLine } from './totals.ts';
import { totalsFile } from './totals-reporter.ts';

const root = join(import.meta.dirname, '..');

/** Tests run the built program here; `npm run test:unit` by itself runs the sources. */
const env = { ...process.env, MESH_TEST_BIN: 'bin/mesh.js' };

/** npm scripts that must pass beside the tests. */
const checks = ['typecheck', 'lint', 'build'];

function npmRun(script: string, args: string[] = []): boolean {
  console.log(`\n> ${script}`);
  const result = spawnSync('npm', ['run', '--silent', script, '--', ...args], { cwd: root, stdio: 'inherit', env });
  return result.status === 0;
}

/** `npm test`: types, lint and build count as one failure each, then the tests themselves. */
function main(): number {
  rmSync(totalsFile('unit'), { force: true });
  const failedChecks = checks.filter((script) => !npmRun(script));
  const isGreen = npmRun('test:unit', process.argv.slice(2));
  const totals = readTotals('unit');
  for (const script of failedChecks) console.log(`failed: npm run ${script}`);
  console.log(`\n${totalsLine({ ...totals, failed: totals.failed + failedChecks.length })}`);
  return isGreen && failedChecks.length === 0 && totals.failed === 0 ? 0 : 1;
}

process.exitCode = main();
