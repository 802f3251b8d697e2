import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Dependency, Inventory } from '../../src/inventory/schema.ts';
import { renderDot } from '../../src/report/graph/dot.ts';
import { foldGraph } from '../../src/report/graph/fold.ts';
import { renderGraphJson } from '../../src/report/graph/json.ts';
import { graphOf } from '../../src/report/graph/model.ts';
import { renderSvg } from '../../src/report/graph/svg.ts';
import { renderGraph, renderMermaid } from '../../src/report/graph-text.ts';
import { toTerminal } from '../../src/report/style.ts';
import { flow, host, inventoryOf, unitFacts } from '../inventory/observed.ts';
import { root } from '../run-mesh.ts';

const renderers = {
  txt: renderGraph,
  mmd: renderMermaid,
  dot: (inventory: Inventory) => renderDot(graphOf(inventory)),
  json: (inventory: Inventory) => renderGraphJson(graphOf(inventory)),
  svg: (inventory: Inventory) => renderSvg(foldGraph(graphOf(inventory), inventory)),
};
const [catalog, pricing] = [
  { process: 'app', unit: 'catalog.service' },
  { process: 'app', unit: 'pricing.service' },
];
/** One call of each kind: web to catalog was seen, catalog to pricing is declared, catalog's twin to pricing came from its pod. */
const shop = inventoryOf([
  host('vm-a', {
    units: [unitFacts('catalog.service', ['pricing.corp', 8081])],
    flows: [
      flow('inbound', ['10.0.0.1', 8080], ['10.244.0.5', 1], catalog),
      flow('inbound', ['10.0.0.1', 8080], ['192.0.2.9', 1], catalog),
    ],
  }),
  host('vm-b', { flows: [flow('inbound', ['10.0.0.2', 8081], ['10.244.0.7', 1], pricing)] }),
]);
/** The same, with a call whose caller was deduced. */
const inferred = inventoryOf([
  host('vm-a', { units: [unitFacts('catalog.service', ['pricing.corp', 8081])] }),
  host('vm-b', { flows: [flow('inbound', ['10.0.0.2', 8081], ['10.0.0.1', 1], pricing)] }),
]);

describe('a graph', () => {
  it.each(Object.entries(renderers))('as %s is as its golden file', async (ending, render) => {
    await expect(`${render(shop)}\n`).toMatchFileSnapshot(join(root, `test/golden/graph/shop.${ending}`));
  });

  it('draws observed, declared and inferred calls apart', () => {
    expect(renderers.svg(shop)).toMatch(/<path class="call observed"[\s\S]*<path class="call declared"/);
    expect(renderers.svg(inferred)).toMatch(/<path class="call inferred"/);
    expect(renderers.dot(inferred)).toContain('style=dotted, tooltip="inferred"');
  });

  it('as SVG needs nothing from elsewhere', () => {
    const links = renderers.svg(shop).match(/(href|src|url\((?!#)|@import|<script|<image|<foreignObject|\bon\w+=)/g);
    expect(links).toBeNull();
  });

  it('has VMs and Kubernetes side by side', () => {
    const [, vm = '', kubernetes = ''] =
      /x="(\d+)" y="72">Virtual machines[\s\S]*x="(\d+)" y="72">Kubernetes/.exec(renderers.svg(shop)) ?? [];
    expect(Number(kubernetes)).toBeGreaterThan(Number(vm) + 270);
  });

  it('of nothing is a graph', () => {
    const nothing = { ...shop, workloads: [], dependencies: [] };
    for (const render of Object.values(renderers)) expect(() => render(nothing)).not.toThrow();
  });

  it('of ten thousand calls is drawn without an overflow', () => {
    const chain = Array.from({ length: 10_000 }, (_, index): Dependency => ({
      ...shop.dependencies[0]!,
      from: `external/a${index}`,
      to: `external/a${index + 1}`,
    }));
    expect(renderers.svg({ ...shop, dependencies: chain }).length).toBeGreaterThan(1e6);
  });
});

/** An inventory whose names are these, however they came there: an inventory is a file that others can edit. */
function named(names: readonly string[]): Inventory {
  const [a = '', b = '', c = '', d = ''] = names;
  const rename = (id: string): string =>
    id
      .replace('catalog', () => a)
      .replace('pricing', () => b)
      .replace('192.0.2.9', () => c);
  return {
    ...shop,
    estate: { ...shop.estate, name: d },
    workloads: shop.workloads.map((one) => ({ ...one, id: rename(one.id), service: rename(one.service) })),
    dependencies: shop.dependencies.map((one) => ({
      ...one,
      from: rename(one.from),
      to: rename(one.to),
      evidence: one.evidence.map((item) => ({ ...item, detail: `${item.detail} ${a}` })),
    })),
  };
}

/** What is left of an output when the texts in it are taken away: it must not depend on names. */
const skeletons = {
  dot: (text: string) => text.replaceAll(/"(\\.|[^"\\])*"/g, '""'),
  svg: (text: string) => text.replaceAll(/>[^<]*</g, '><').replaceAll(/ (x|y|d|height|width|viewBox|rx)="[^"]*"/g, ''),
  mmd: (text: string) => text.replaceAll(/\["[\w./:@?-]*"\]/g, '[]'),
};
const traps = fc.constantFrom(
  ...[
    '"',
    '\\',
    '\\"',
    '"]; evil ->',
    '];',
    '{',
    '}',
    '->',
    '/*',
    '//',
    '#',
    '\n',
    '\r',
    '\t',
    '<b>',
    '\\N',
    '&#10;',
    '&quot;',
  ],
  ...[
    '<script>',
    '</title>',
    '</svg>',
    ']]>',
    '<!--',
    '-->',
    "'",
    '&',
    '&lt;',
    '\u0000',
    '\u202e',
    '\u001b[31m',
    '\uD800',
    '\uFFFE',
  ],
  ...[
    '"]',
    '`',
    '%%{init: {}}%%',
    'click n0 "x"',
    'end',
    '::',
    '##[error]',
    '::set-env::',
    '\uF8F3',
    '$(reboot)',
    '--all',
    'é',
    '日本',
  ],
);
/** Distinct, so that no two nodes become one. */
const hostileNames = fc
  .array(fc.array(fc.oneof(traps, fc.string({ unit: 'binary', maxLength: 20 })), { maxLength: 8 }), {
    minLength: 4,
    maxLength: 4,
  })
  .map((all) => all.map((parts, index) => `${'abcd'[index] ?? ''}${parts.join('')}`.replaceAll('/', '|')));
const benign = named(['a', 'b', 'c', 'd']);

describe('no name', () => {
  it.each(['dot', 'svg', 'mmd'] as const)(
    'breaks out of %s',
    (format) => {
      const skeleton = skeletons[format](renderers[format](benign));
      fc.assert(
        fc.property(hostileNames, (names) => {
          const text = renderers[format](named(names));
          expect(skeletons[format](text)).toBe(skeleton);
          // The command prints it through the terminal's own gate, which must find nothing to change.
          expect(toTerminal(text, false)).toBe(text.replaceAll(/[\uF8F0-\uF8F6]/g, ''));
          expect(text).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\p{Cs}]/u);
        }),
        { numRuns: 1_000 },
      );
    },
    60_000,
  );

  it('is markup in SVG, or anything that XML does not allow', () => {
    fc.assert(
      fc.property(hostileNames, (names) => {
        const svg = renderers.svg(named(names));
        const between = [...svg.matchAll(/>([^<]*)</g)].map(([, text = '']) => text);
        for (const text of between) expect(text.replaceAll(/&(amp|lt|gt|quot|#39);/g, '')).not.toMatch(/&|>/);
        expect(svg.match(/<[a-z]+/g)?.length).toBe(renderers.svg(benign).match(/<[a-z]+/g)?.length);
      }),
      { numRuns: 500 },
    );
  }, 60_000);

  it('breaks out of JSON, and there it stays itself', () => {
    fc.assert(
      fc.property(hostileNames, (names) => {
        const text = renderers.json(named(names));
        const { estate } = JSON.parse(text) as { estate: string };
        expect(estate).toBe(names[3]);
        expect(toTerminal(text, false)).toBe(text.replaceAll(/[\uF8F0-\uF8F6]/g, ''));
      }),
      { numRuns: 500 },
    );
  }, 60_000);
});
