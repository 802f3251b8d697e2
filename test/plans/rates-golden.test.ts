import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Step } from '../../src/plans/plan.ts';
import { renderCost } from '../../src/report/cost-text.ts';
import { expectedInAll, expectedLine } from '../../src/report/expects-text.ts';
import { toTerminal } from '../../src/report/style.ts';
import { shopPlan, shopYaml } from '../fakes/shop.ts';
import { root } from '../run-mesh.ts';

const rungLines = ({ action, gate, notes = [] }: Step): string[] =>
  gate ? [`    ${action}, watched for ${gate.bakeMs / 1000} s`, ...notes.map((note) => `      ${note}`)] : [];

describe('what a plan makes of stated rates', () => {
  it.each([
    ['busy', 2_000],
    ['quiet', 12],
    ['idle', 0.05],
  ])('is the golden text: a %s service', async (name, rate) => {
    const plan = shopPlan(undefined, shopYaml.replace('    port: 8080\n', `    port: 8080\n    requestsPerSecond: ${rate}\n`));
    const text = [
      ...plan.stages.flatMap(({ id, expects, steps }) => [id, expectedLine(expects), ...steps.flatMap(rungLines)]),
      ...plan.findings.filter(({ code }) => /^MW137/.test(code)).map(({ code, level, message }) => `${level} ${code} ${message}`),
      ...expectedInAll(plan),
      ...renderCost(plan.cost),
    ];
    await expect(`${toTerminal(text.join('\n'), false)}\n`).toMatchFileSnapshot(join(root, 'test/golden/plans', `rates-${name}.txt`));
  });
});
