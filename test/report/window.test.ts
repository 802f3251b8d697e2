import { describe, expect, it } from 'vitest';
import { SampleUnion } from '../../src/inventory/merge-samples.ts';
import { inventorySchema, type Flow, type HostFacts } from '../../src/inventory/schema.ts';
import { renderHtml } from '../../src/report/assess-html.ts';
import { renderDot } from '../../src/report/graph/dot.ts';
import { foldGraph } from '../../src/report/graph/fold.ts';
import { renderGraphJson } from '../../src/report/graph/json.ts';
import { graphOf } from '../../src/report/graph/model.ts';
import { renderSvg } from '../../src/report/graph/svg.ts';
import { renderGraph, renderMermaid } from '../../src/report/graph-text.ts';
import { renderInventory } from '../../src/report/inventory-text.ts';
import { toTerminal } from '../../src/report/style.ts';
import { sampleLine } from '../../src/report/window-words.ts';
import { assessed } from '../assess/known-shop.ts';
import { cluster, estate, flow, host, inventoryOf, unitFacts } from '../inventory/observed.ts';

const app = { process: 'app', unit: 'catalog.service' };
const pricing = { process: 'app', unit: 'pricing.service' };
const fromPod: Flow = flow('inbound', ['10.0.0.1', 8080], ['10.244.0.6', 1], app);
const fromHost: Flow = flow('inbound', ['10.0.0.2', 8081], ['10.0.0.1', 1], pricing);
const declaring = { units: [unitFacts('catalog.service', ['pricing.corp', 8081])] };
const samples: [string, HostFacts[]][] = [
  ['2026-01-01T23:50:00.000Z', [host('vm-a', { flows: [fromPod, { ...fromPod, peerPort: 2 }] })]],
  ['2026-01-02T00:05:00.400Z', [host('vm-a', { flows: [fromPod] }), host('vm-b')]],
];

/** Two samples: web calls catalog in both, and vm-b was not read in the first. */
const window = (() => {
  const union = new SampleUnion(estate, 'sha256:x');
  for (const [capturedAt, hosts] of samples)
    union.add({ capturedAt, hosts, clusters: [cluster()], findings: [], asked: { clusters: true } });
  return inventorySchema.parse(union.inventory());
})();
/** One call of each kind. */
const kinds = inventoryOf([host('vm-a', { ...declaring, flows: [fromPod] }), host('vm-b', { flows: [fromHost] })]);
const SEEN = 'seen 3 times, 2026-01-01 23:50:00Z to 2026-01-02 00:05:00Z';

describe('an edge of a window', () => {
  it('has how often, when first and when last in each format', () => {
    expect(renderGraph(window)).toContain(`${SEEN} (ss)`);
    expect(renderMermaid(window)).toContain(`-->|"8080, ${SEEN}"|`);
    expect(renderDot(graphOf(window))).toContain(`[label="8080\\n3×", style=solid, tooltip="observed, ${SEEN}"]`);
    expect(JSON.parse(renderGraphJson(graphOf(window)))).toMatchObject({
      edges: [{ seen: { count: 3, firstAt: samples[0]?.[0], lastAt: samples[1]?.[0] } }],
    });
    const svg = renderSvg(foldGraph(graphOf(window), window));
    expect(svg).toContain(`(observed, ${SEEN})`);
    expect(svg).toContain('>8080 (3×)</text>');
  });

  it('is on the page of the assessment, with how long discovery looked', () => {
    const page = renderHtml(assessed(window, estate), window);
    expect(page).toMatch(/Calls over time[\s\S]*<td>3<\/td><td>2026-01-01 23:50:00Z to 2026-01-02 00:05:00Z<\/td>/);
    expect(page).toContain('Connections were watched for 15 min in 2 samples, 2026-01-01 23:50:00Z to');
  });

  it('stands under its window in the text of discover', () => {
    const text = toTerminal(renderInventory(window, 'inventory.json'), false);
    expect(text).toMatch(
      /^Estate shop: .*\nWindow: 2026-01-01 23:50:00Z to 2026-01-02 00:05:00Z, 15 min in 2 samples; not read: vm-b in 1\.\n/,
    );
    expect(text).toContain(SEEN);
  });

  it('says nothing of time in an inventory of one moment', () => {
    for (const text of [renderGraph(kinds), renderMermaid(kinds), renderGraphJson(graphOf(kinds))])
      expect(text).not.toMatch(/seen/);
    expect(renderInventory(kinds, 'i')).not.toContain('Window');
    expect(renderHtml(assessed(kinds, estate), kinds)).not.toContain('Calls over time');
  });
});

it('Mermaid draws observed, declared and inferred calls apart', () => {
  const inferred = renderMermaid(kinds).split('\n');
  expect(inferred.filter((line) => line.includes('linkStyle'))).toEqual(['  linkStyle 1 stroke-dasharray:2 4']);
  expect(inferred.filter((line) => /-\.?->\|/.test(line)).map((line) => line.includes('-.->'))).toEqual([false, true]);
  const declared = renderMermaid(inventoryOf([host('vm-a', declaring), host('vm-b')]));
  expect(declared).toMatch(/-\.->\|8081\|[\s\S]*linkStyle 0 stroke-dasharray:8 5$/);
});

it('a sample is told in a line', () => {
  const added = { sample: 3, edges: 12, new: 1, failed: [] as string[] };
  expect(sampleLine({ ...added, elapsedMs: 20_000 }, 900_000)).toBe('[sample 3, 20 s of 15 min] 12 edges, 1 new');
  expect(sampleLine({ ...added, edges: 1, failed: ['a', 'b'], elapsedMs: 0 }, 90_000)).toBe(
    '[sample 3, 0 s of 1 min 30 s] 1 edge, 1 new; not read: a, b',
  );
});
