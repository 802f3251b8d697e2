import { describe, expect, it } from 'vitest';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { factsOf } from '../../src/report/plan/facts.ts';
import { focusOn, MAX_BOXES, MAX_WHOLE } from '../../src/report/plan/focus.ts';
import { historyOf } from '../../src/report/plan/history.ts';
import { renderPlanHtml } from '../../src/report/plan/html.ts';
import { renderPlanMarkdown } from '../../src/report/plan/markdown.ts';
import { MAX_ROWS, rowsOf } from '../../src/report/plan/rows.ts';
import { layOutTimeline } from '../../src/report/plan/timeline-layout.ts';
import { renderTimeline } from '../../src/report/plan/timeline-svg.ts';
import { grownInventory, grownPlan } from '../fakes/grown.ts';
import { largeShop } from '../fakes/large.ts';
import { planOf } from '../fakes/plan.ts';
import { retiringYaml, shopInventory, shopPlan } from '../fakes/shop.ts';

const retiring = shopPlan(undefined, retiringYaml('{ name: dns, answers: [192.0.2.80] }'));

/** A plan whose stages are predicted to take so long, in seconds, each in a wave of its own; `undefined` for what a person does. */
function predicted(...seconds: (number | undefined)[]): MigrationPlan {
  const plan = planOf(seconds.map(() => ({ steps: 1 })));
  const stages = plan.stages.map((stage, at) => ({
    ...stage,
    wave: at + 1,
    expects: { seconds: seconds[at] ?? 0, bakeSeconds: 0, ...(seconds[at] === undefined && { byHand: true as const }) },
  }));
  return { ...plan, stages };
}
const widths = (plan: MigrationPlan): number[] =>
  layOutTimeline(factsOf(plan), rowsOf(plan).rows).columns.map(({ width }) => width);

describe('a plan that a freeze holds back', () => {
  const freeze = {
    from: '2026-12-20T00:00:00Z',
    until: '2027-01-05T00:00:00Z',
    reason: 'holidays',
    stages: ['join-web'],
  };

  it.each([
    ['page', renderPlanHtml],
    ['change request', renderPlanMarkdown],
  ])('says so on the %s', (_, render) => {
    const text = render({ ...shopPlan(), freeze: [freeze] }).replaceAll('&#8203;', '');
    expect(text).toContain('No stage begins');
    for (const word of [freeze.from, freeze.until, freeze.reason]) expect(text).toContain(word);
    expect(render(shopPlan())).not.toContain('No stage begins');
  });
});

describe('the facts of a plan', () => {
  it('count what restarts, what may be cut, what a person does and what cannot be undone', () => {
    const { restarts, cuts, byHand, commitPoints } = factsOf(retiring);
    const ids = (steps: { id: string }[]): string[] => steps.map(({ id }) => id);
    expect(ids(restarts)).toEqual(['join-catalog-twin/enrol', 'join-web/enrol']);
    expect(ids(cuts)).toContain('retire-catalog/stop');
    expect(ids(byHand)).toEqual(['retire-catalog/name']);
    expect(ids(commitPoints)).toEqual(['retire-catalog/stop']);
  });

  it('are on the page', () => {
    const page = renderPlanHtml(retiring, shopInventory());
    expect(page).toContain('<b>1</b>commit point<');
    expect(page).toContain('<b>2</b>restarts<');
    expect(page).toContain('192.0.2.80');
    expect(page).toContain('cannot be undone');
  });

  it('add up what is predicted, and say what nobody predicts', () => {
    expect(factsOf(predicted(60, 120)).time).toMatchObject({ seconds: 180, unpredicted: 0 });
    expect(renderPlanHtml(predicted(60, 120))).toContain('3 min predicted; gates watch 2 s at least');
    expect(renderPlanHtml(predicted(60, undefined))).toContain('1 min predicted, and 1 stage that nobody predicts');
    expect(renderPlanHtml(predicted(undefined))).toContain('Time: not predicted');
  });
});

describe('the timeline', () => {
  it('is to scale where all is predicted, and else not', () => {
    expect(widths(predicted(100, 300, 600))).toEqual([90, 270, 540]);
    expect(new Set(widths(predicted(100, 300, undefined))).size).toBe(1);
    expect(renderTimeline(predicted(100, 300))).toContain('as wide as their waves are predicted to take');
  });

  it('never is too narrow for its marks', () => {
    expect(widths(predicted(1, 10_000))[0]).toBeGreaterThanOrEqual(52);
  });

  it('has a unit and its twin in one row, and the services of a host', () => {
    const labels = rowsOf(grownPlan()).rows.map(({ label }) => label);
    expect(labels).toContain('catalog');
    expect(labels.filter((label) => label.includes('catalog'))).toHaveLength(1);
    expect(labels).toContain('vm-b');
  });

  it('marks ladder, commit point, restarts and cuts', () => {
    const picture = renderTimeline(retiring);
    expect(picture).toContain('1 · 5 · 25 · 50 · 100 %');
    expect(picture.match(/class="commit"/g)).toHaveLength(1);
    expect(picture).toContain('>R</text>');
    expect(picture).toContain('>C</text>');
  });

  it('folds rows that are alike, of a large plan only, and says how many are left out', () => {
    const alike = planOf(Array.from({ length: 50 }, () => ({ steps: 1 })));
    const stages = alike.stages.map((stage, at) => ({ ...stage, subjects: [`vm/h${at}/u`] }));
    const { rows, left } = rowsOf({ stages });
    expect(rows.map(({ label }) => label)).toEqual([expect.stringMatching(/^50 alike: stage-0, .* and 44 more$/)]);
    expect(left).toBe(0);
    const apart = Array.from({ length: 130 }, (_, at) => ({
      ...(alike.stages[0] as (typeof alike.stages)[number]),
      wave: at + 1,
      subjects: [`vm/h${at}/u`],
    }));
    expect(rowsOf({ stages: apart })).toMatchObject({ left: 10, rows: { length: MAX_ROWS } });
    expect(renderTimeline({ ...alike, stages: apart })).toContain('10 rows more are left out');
  });
});

describe('the pictures of the estate', () => {
  it('are left out without an inventory, and the report says so', () => {
    expect(renderPlanHtml(shopPlan())).toContain('Pictures of the estate are left out');
    expect(renderPlanHtml(shopPlan())).not.toContain('class="box');
    expect(renderPlanMarkdown(shopPlan())).toContain('is left out: a plan alone does not say who calls whom');
  });

  it('show how each call crosses the network, with a dash or a width beside the colour', () => {
    const page = renderPlanHtml(grownPlan(), grownInventory());
    for (const line of ['plaintext', 'half', 'mtls', 'enforced']) expect(page).toContain(`class="call ${line}" d="M`);
    expect(page).toMatch(/\.half \{[^}]*stroke-dasharray/);
    expect(page).toMatch(/\.enforced \{[^}]*stroke-width/);
  });

  it('name what each wave changes', () => {
    const page = renderPlanHtml(retiring, shopInventory());
    for (const words of ['joins', '0 → 100 %', '100 → 0 %', 'mTLS only', 'stops']) expect(page).toContain(words);
  });

  it('have the reasons of a wave beside them', () => {
    const plan = shopPlan();
    const [first, ...rest] = plan.order.joins;
    if (!first) throw new Error('no wave of joins');
    const joins = [{ ...first, why: ['it is small', 'nobody calls it'] }, ...rest];
    const told = { ...plan, order: { ...plan.order, joins } };
    expect(renderPlanHtml(told)).toContain('<li>it is small</li><li>nobody calls it</li>');
    expect(renderPlanMarkdown(told)).toContain('- it is small\n- nobody calls it\n');
  });
});

describe('a large estate', () => {
  const { plan, inventory } = largeShop(60);
  const history = historyOf(plan, inventory);

  it('is shown by what each wave changes and its neighbours, within the limit', () => {
    expect(history.boxes.length).toBeGreaterThan(MAX_WHOLE);
    for (const [wave, moment] of history.moments) {
      const { boxes, left } = focusOn(history, moment);
      const shown = new Set(boxes.map(({ id }) => id));
      expect(boxes.length + left, `wave ${wave}`).toBe(history.boxes.length);
      expect(boxes.length).toBeLessThanOrEqual(MAX_BOXES);
      if (moment.changed.size <= MAX_BOXES) for (const id of moment.changed) expect(shown).toContain(id);
    }
  });

  it('has its waves folded, and its change request without steps', () => {
    const page = renderPlanHtml(plan, inventory);
    expect(page).toContain('<details class="wave"><summary>');
    expect(page).not.toContain('<details class="wave" open>');
    expect(page).toContain('more are not shown');
    const request = renderPlanMarkdown(plan, inventory);
    expect(request).toContain('told without its steps');
    expect(request).not.toContain('Undone by');
    expect(request.length).toBeLessThan(page.length / 4);
  });
});
