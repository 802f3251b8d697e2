import { expect, test } from 'vitest';
import { renderGraph, renderMermaid } from '../../src/report/graph-text.ts';
import { renderInventory } from '../../src/report/inventory-text.ts';
import { renderTable } from '../../src/report/table.ts';
import { flow, host, inventoryOf, unitFacts } from '../inventory/observed.ts';

const app = { process: 'app', unit: 'catalog.service' };
const inventory = inventoryOf([
  host('vm-a', {
    clockOffsetMs: 9000,
    units: [unitFacts('catalog.service', ['pricing.corp', 8081])],
    flows: [
      flow('inbound', ['10.0.0.1', 8080], ['10.244.0.5', 1], app),
      flow('inbound', ['10.0.0.1', 8080], ['10.244.0.5', 2], app),
    ],
  }),
]);

test('shows workloads, edges with their evidence, and findings', () => {
  const text = renderInventory(inventory, 'inventory.json');
  expect(text).toContain('Estate shop: 1 host, 1 cluster, 4 workloads, 2 dependencies.');
  expect(text).toMatch(/vm\/vm-a\/catalog\.service +catalog +primary +off +8080\n/);
  expect(text).toMatch(/Deployment\/web +service\/catalog +8080 +unknown +2 connections \(ss\)\n/);
  expect(text).toMatch(/catalog\.service +service\/pricing +8081 +name +declared \(proc\)\n/);
  expect(text).toContain('MW1117 vm-a: The clock of host vm-a is 9.0 s behind the clock of this machine.');
});

test('shows strangers last, and only so many', () => {
  const flows = Array.from({ length: 30 }, (_, index) =>
    flow('inbound', ['10.0.0.1', 8080], [`192.0.2.${index + 1}`, 1], app),
  );
  const text = renderInventory(inventoryOf([host('vm-a', { flows })]), 'x');
  expect(text).toContain('… and 10 more from or to addresses outside the estate');
});

test('the graph as text and as Mermaid', () => {
  expect(renderGraph(inventory).split('\n')).toHaveLength(3);
  const mermaid = renderMermaid(inventory);
  expect(mermaid).toContain('["service/catalog"]');
  expect(mermaid).toMatch(/n\d+ -->\|8080\| n\d+/);
  expect(mermaid).toMatch(/n\d+ -\.->\|8081\| n\d+/);
});

test('a table is as wide as its cells, and safe to print', () => {
  expect(
    renderTable(
      ['A', 'BB'],
      [
        ['long', 'x'],
        ['\u001B[31m', ''],
      ],
    ),
  ).toEqual(['A           BB', 'long        x', String.raw`\u{1b}[31m`]);
});

test('says what was tried, and nothing where nobody tried', () => {
  const inventory = inventoryOf([]);
  expect(renderInventory(inventory, 'i.json')).not.toContain('Tried');
  const end = { from: 'vm-a', address: '192.0.2.1', port: 80, for: ['external/x'] };
  const outcomes = ['open', 'open', 'timeout', 'unknown'] as const;
  const connections = outcomes.map((outcome) => ({ ...end, outcome }));
  const clocks = [{ cluster: 'lab', leastMs: 0, mostMs: 1000 }];
  const tried = { at: '2026-01-01T00:00:00.000Z', connections, lookups: [], clocks };
  expect(renderInventory({ ...inventory, tried }, 'i.json')).toContain(
    'Tried: 4 connections (2 open, 1 closed, 1 not known), 0 lookups, 1 clock.',
  );
});
