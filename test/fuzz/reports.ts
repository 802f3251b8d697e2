import { expect } from 'vitest';
import type { Estate } from '../../src/estate/schema.ts';
import type { Inventory } from '../../src/inventory/schema.ts';
import { renderHtml } from '../../src/report/assess-html.ts';
import { renderAssessment } from '../../src/report/assess-text.ts';
import { renderDot } from '../../src/report/graph/dot.ts';
import { foldGraph } from '../../src/report/graph/fold.ts';
import { renderGraphJson } from '../../src/report/graph/json.ts';
import { graphOf } from '../../src/report/graph/model.ts';
import { renderSvg } from '../../src/report/graph/svg.ts';
import { renderGraph, renderMermaid } from '../../src/report/graph-text.ts';
import { renderInventory } from '../../src/report/inventory-text.ts';
import { renderJunit } from '../../src/report/junit.ts';
import { renderSarif } from '../../src/report/sarif.ts';
import { sanitize, sanitizeJson } from '../../src/report/sanitize.ts';
import { toTerminal } from '../../src/report/style.ts';
import { assessed } from '../assess/known-shop.ts';
import { attributeValues, structureOf } from '../report/markup-structure.ts';

const control = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]|\p{Surrogate}/u;

/** Every report of an inventory is what its format says, and holds nothing that acts on who reads it. */
export function expectHarmless(inventory: Inventory, estate: Estate): void {
  const assessment = assessed(inventory, estate);
  const texts = [
    renderInventory(inventory, 'inventory.json'),
    renderGraph(inventory),
    renderAssessment(assessment),
    renderMermaid(inventory),
    renderDot(graphOf(inventory)),
  ];
  for (const text of texts) expectPlain(toTerminal(text, false));
  expectPlain(sanitizeJson(JSON.stringify(inventory)));
  expectPlain(renderGraphJson(graphOf(inventory)));
  const log = renderSarif(assessment, { version: '1', file: 'estate.yaml' });
  JSON.parse(log);
  expectPlain(log);
  const svg = renderSvg(foldGraph(graphOf(inventory), inventory));
  for (const markup of [svg, renderHtml(assessment, inventory), renderJunit(assessment)]) expectMarkup(markup);
}

/** Nothing a terminal or a CI system would obey. */
function expectPlain(text: string): void {
  expect(text).not.toMatch(control);
  expect(sanitize(text)).toBe(text);
  expect(text).not.toMatch(/^\s*(::|##\w*\[)/m);
}

/** No tag that is not ours, no stray markup, no address or code in an attribute. */
function expectMarkup(document: string): void {
  const { tags, strays } = structureOf(document);
  expect(strays).toEqual([]);
  expect(tags.filter((tag) => /^(script|img|iframe|object|embed|link|base|form|a href)\b/.test(tag))).toEqual([]);
  expect(document).not.toMatch(control);
  const suspicious = attributeValues(document).filter((value) => /[<>]|javascript:|^https?:/i.test(value));
  expect(suspicious.filter((value) => value !== 'http://www.w3.org/2000/svg')).toEqual([]);
}
