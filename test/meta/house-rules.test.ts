import { describe, expect, it } from 'vitest';
import { checkHouseRules, houseRules } from '../../scripts/house-rules/index.ts';
import { parseSource, readSources } from '../../scripts/house-rules/source-file.ts';
import { root } from '../run-mesh.ts';

/** What must be refused: the rule, where the text stands, and the text. */
const refused: [rule: string, path: string, text: string][] = [
  ['purity', 'src/plans/create.ts', `import { readFileSync } from 'node:fs';`],
  ['purity', 'src/plans/create.ts', `import { execa } from 'execa';`],
  ['purity', 'src/inventory/merge.ts', `const files = await import('node:fs');`],
  ['purity', 'src/graph/waves.ts', `export const at = Date.now();`],
  ['purity', 'src/graph/waves.ts', `export const at = Date['now']();`],
  ['purity', 'src/graph/waves.ts', `export const at = new Date();`],
  ['purity', 'src/assess/parity.ts', `export const draw = Math.random();`],
  ['purity', 'src/providers/istio/render.ts', `export const home = process.env['HOME'];`],
  ['purity', 'src/providers/istio/render.ts', `export const id = crypto.randomUUID();`],
  ['purity', 'src/gates/statistics.ts', `setTimeout(() => {}, 1);`],
  ['purity', 'src/execute/advance.ts', `import { lock } from '../journal/lock.ts';`],
  ['purity', 'src/journal/fold.ts', `export { readFile } from './file.ts';`],
  ['purity', 'src/probes/files/documents.ts', `import { readFile } from 'node:fs/promises';`],
  ['purity', 'src/probes/kubernetes/parse-workloads.ts', `export const at = Date.now();`],
  ['layers', 'src/inventory/merge.ts', `import { create } from '../plans/create.ts';`],
  ['layers', 'src/plans/create.ts', `import type { Run } from '../execute/run.ts';`],
  ['layers', 'src/execute/run.ts', `import { render } from '../report/text.ts';`],
  ['layers', 'src/report/text.ts', `import Plan from '../commands/migrate/plan.ts';`],
  ['layers', 'src/stuff/thing.ts', `export {};`],
  ['package-homes', 'src/probes/host/read.ts', `import { execa } from 'execa';`],
  ['package-homes', 'src/execute/kube.ts', `import { KubeConfig } from '@kubernetes/client-node';`],
  ['package-homes', 'src/execute/apply.ts', `import { Listr } from 'listr2';`],
  ['package-homes', 'src/execute/apply.ts', `import { confirm } from '@inquirer/prompts';`],
  ['package-homes', 'src/report/text.ts', `import { ux } from '@oclif/core';`],
  ['package-homes', 'src/probes/host/read.ts', `import { readFile } from 'node:fs/promises';`],
  ['package-homes', 'src/execute/apply.ts', `import { exec } from 'node:child_process';`],
  ['package-homes', 'src/ports/files.ts', `import lodash from 'lodash';`],
  ['banned-calls', 'src/ports/process.ts', `run('ls', { shell: true });`],
  ['banned-calls', 'test/lab/up.ts', `run('ls', { 'shell': '/bin/sh' });`],
  ['banned-calls', 'scripts/build.ts', `const shell = true; run('ls', { shell });`],
  ['banned-calls', 'src/commands/doctor.ts', `process.exit(2);`],
  ['banned-calls', 'src/execute/run.ts', `process.exitCode = 2;`],
  ['banned-calls', 'src/commands/doctor.ts', `class A { run() { this.error('no'); } }`],
  ['banned-calls', 'src/execute/run.ts', `console.log('here');`],
  ['file-names', 'src/plans/utils.ts', `export {};`],
  ['file-names', 'src/ports/kube-helpers.ts', `export {};`],
  ['file-names', 'src/common/plan.ts', `export {};`],
  ['file-names', 'src/plans/createPlan.ts', `export {};`],
  ['file-length', 'src/plans/create.ts', 'export {};\n'.repeat(251)],
];

const allowed: [path: string, text: string][] = [
  ['src/plans/create.ts', `import { z } from 'zod';\nimport type { Finding } from '../assess/finding.ts';`],
  ['src/graph/waves.ts', `export const at = (iso: string) => new Date(iso).getTime();`],
  ['src/execute/advance.ts', `import type { Lock } from '../journal/lock.ts';`],
  ['src/ports/process.ts', `import { execa } from 'execa';\nexport const options = { shell: false };`],
  [
    'src/ports/process.ts',
    `interface Options { shell: boolean }\nexport const read = (process: Options) => process.shell;`,
  ],
  [
    'src/commands/migrate/plan.ts',
    `import { Flags } from '@oclif/core';\nimport { read } from '../../ports/files.ts';`,
  ],
  ['src/commands/_ask.ts', `import { confirm } from '@inquirer/prompts';`],
  ['test/lab/fixture.ts', `export const fixture = { shell: async (script) => script };`],
];

function rulesBroken(path: string, text: string): string[] {
  return checkHouseRules([parseSource(path, text)]).map((violation) => violation.rule);
}

describe('house rules', () => {
  it.each(refused)('%s refuses in %s: %s', (rule, path, text) => {
    expect(rulesBroken(path, text)).toContain(rule);
  });

  it.each(allowed)('allow in %s: %s', (path, text) => {
    expect(rulesBroken(path, text)).toEqual([]);
  });

  it('refuse files that import each other', () => {
    const circle = [
      parseSource('src/plans/a.ts', `import { b } from './b.ts';`),
      parseSource('src/plans/b.ts', `import type { C } from './c.ts';`),
      parseSource('src/plans/c.ts', `export * from './a.ts';`),
    ];
    const [violation, ...others] = houseRules['cycles']!(circle);
    expect(violation?.message).toBe(
      'files import each other: src/plans/a.ts → src/plans/b.ts → src/plans/c.ts → src/plans/a.ts',
    );
    expect(others).toEqual([]);
  });

  it('hold for this repository', () => {
    const broken = checkHouseRules(readSources(root)).map(({ path, line, message }) => `${path}:${line} ${message}`);
    expect(broken).toEqual([]);
  });
});
