import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseEstate } from '../../src/estate/parse.ts';
import { inventorySchema } from '../../src/inventory/schema.ts';
import { renderHtml } from '../../src/report/assess-html.ts';
import { renderAssessment } from '../../src/report/assess-text.ts';
import { renderJunit } from '../../src/report/junit.ts';
import { renderSarif } from '../../src/report/sarif.ts';
import { toTerminal } from '../../src/report/style.ts';
import { assessed } from '../assess/known-shop.ts';
import { root } from '../run-mesh.ts';
import { sarifSchema } from './sarif-schema.ts';

const example = (file: string): string => readFileSync(join(root, 'plans/examples/shop', file), 'utf8');
const inventory = inventorySchema.parse(JSON.parse(example('inventory.json')));
const assessment = assessed(inventory, parseEstate(example('estate.yaml'), 'estate.yaml'));
const golden = (file: string): string => join(root, 'test/golden/assess', file);

describe('the assessment of the example', () => {
  it.each([
    ['shop.txt', toTerminal(renderAssessment(assessment), false)],
    ['shop.json', JSON.stringify(assessment, null, 2)],
    ['shop.sarif', renderSarif(assessment, { version: '0.0.0', file: 'estate.yaml' })],
    ['shop.xml', renderJunit(assessment)],
    ['shop.html', renderHtml(assessment, inventory)],
  ])('is as %s says', async (file, text) => {
    await expect(`${text}\n`).toMatchFileSnapshot(golden(file));
  });

  it('is a SARIF log', () => {
    const log = renderSarif(assessment, { version: '0.0.0', file: '/srv/estates/my shop.yaml' });
    const { runs } = sarifSchema.parse(JSON.parse(log));
    expect(runs[0]?.results[0]?.locations[0]?.physicalLocation.artifactLocation.uri).toBe(
      'file:///srv/estates/my%20shop.yaml',
    );
    expect(runs[0]?.results.some(({ kind }) => kind === 'open')).toBe(true);
  });

  it('gives findings fingerprints of their own', () => {
    const said = { subject: 'web', code: 'MW1310', level: 'error', evidence: 'said by the planner' } as const;
    const found = ['a reason', 'another'].map((cause) => ({ ...said, check: 'D2', cause, fix: 'f' }));
    const seen = ['port 80', 'port 81'].map((evidence) => ({ ...said, check: 'P3', cause: 'c', evidence, fix: 'f' }));
    const { runs } = sarifSchema.parse(
      JSON.parse(
        renderSarif({ ...assessment, findings: [...found, ...seen] }, { version: '0.0.0', file: 'estate.yaml' }),
      ),
    );
    const marks = runs[0]?.results.flatMap(({ partialFingerprints }) => partialFingerprints?.['meshway/v1'] ?? []);
    expect(new Set(marks).size).toBe(found.length + seen.length);
  });

  it('asks for nothing from elsewhere', () => {
    const page = renderHtml(assessment, inventory);
    expect(page).not.toMatch(/<(script|link|img|iframe|object|embed|a)\b|url\((?!#)|@import|\ssrc=|\shref=/i);
    expect(page).toContain("default-src 'none'");
  });
});
