import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderEstate } from '../../src/report/plan/estate-svg.ts';
import { historyOf } from '../../src/report/plan/history.ts';
import { HINTS } from '../../src/report/plan/hints.ts';
import { renderPlanHtml } from '../../src/report/plan/html.ts';
import { renderPlanMarkdown } from '../../src/report/plan/markdown.ts';
import { renderTimeline } from '../../src/report/plan/timeline-svg.ts';
import { toTerminal } from '../../src/report/style.ts';
import { retiringYaml, shopInventory, shopPlan } from '../fakes/shop.ts';
import { root } from '../run-mesh.ts';

const plan = shopPlan(undefined, retiringYaml('{ name: dns, answers: [192.0.2.80] }'));
const inventory = shopInventory();
const history = historyOf(plan, inventory);
const shift = plan.stages.find(({ move }) => move === 'shift')?.wave ?? -1;
const moment = history.moments.get(shift);
if (!moment) throw new Error('the shop has no wave of its shift');
const outputs = {
  'shop.html': renderPlanHtml(plan, inventory),
  'shop.md': renderPlanMarkdown(plan, inventory),
  'shop-waves.svg': renderTimeline(plan),
  'shop-shift.svg': renderEstate(history, moment),
};

describe('the plan of the shop', () => {
  it.each(Object.entries(outputs))('is as %s says', async (file, text) => {
    await expect(`${text}\n`).toMatchFileSnapshot(join(root, 'test/golden/plan-report', file));
  });

  it.each(Object.entries(outputs))('as %s leaves nothing for the terminal to change', (_, text) => {
    expect(toTerminal(text, false)).toBe(text);
  });

  it.each(Object.entries(outputs).filter(([file]) => !file.endsWith('.md')))('as %s asks for nothing', (_, text) => {
    expect(text).not.toMatch(/<(script|link|img|iframe|object|embed|image|foreignObject|a)\b|url\((?!#)|@import/i);
    expect(text).not.toMatch(/\s(src|href|on\w+)=/i);
  });

  it('has a page without network, and without script', () => {
    expect(outputs['shop.html']).toContain(`content="default-src 'none';`);
  });

  it('draws every arrow head by a marker of its own picture', () => {
    const page = outputs['shop.html'];
    const ids = [...page.matchAll(/<marker id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids).toEqual([...new Set(ids)]);
    for (const [, used] of page.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(used);
  });
});

describe('the hints', () => {
  const glossary = readFileSync(join(root, 'docs/glossary.md'), 'utf8')
    .replaceAll(/\n {2}/g, ' ')
    .replaceAll('`', '');

  it.each(HINTS)('%s means what the glossary says', (word, meaning) => {
    expect(glossary).toContain(`- **${word}**: ${meaning.replaceAll('’', "'")}`);
  });
});
