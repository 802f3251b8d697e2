import { expect, test } from 'vitest';
import type { Flow } from '../../src/inventory/schema.ts';
import { edges, flow, host, inventoryOf, unitFacts } from './observed.ts';

const LAST = '2026-01-01T00:00:00.000Z';
const NEXT = '2026-01-01T00:00:20.000Z';
const timer = {
  name: 'nightly.timer',
  starts: 'nightly.service',
  activeState: 'active',
  enabled: 'enabled',
  lastAt: LAST,
};
const toPricing: [string, number] = ['pricing.corp', 8081];

/** A call from vm-a to pricing that ended at a time, where two units of vm-a are known to call pricing. */
function calls(endedAt: string | undefined, nextAt?: string): string[] {
  const ended: Flow = {
    ...flow('outbound', ['10.0.0.1', 40_000], ['10.0.0.2', 8081]),
    state: 'time-wait',
    ...(endedAt === undefined ? {} : { endedAt }),
  };
  const units = [unitFacts('catalog.service', toPricing), unitFacts('nightly.service', toPricing)];
  return edges(
    inventoryOf([
      host('vm-a', { units, flows: [ended], timers: [{ ...timer, ...(nextAt === undefined ? {} : { nextAt }) }] }),
      host('vm-b'),
    ]),
  );
}

const NIGHTLY = 'external/vm/vm-a/nightly.service → service/pricing:8081 name';

test.each([
  ['while it ran', '2026-01-01T00:00:00.400Z', true],
  ['in the second before, as times are cut', '2025-12-31T23:59:59.000Z', true],
  ['long after it began', '2026-01-01T00:00:11.000Z', false],
  ['before it began', '2025-12-31T23:59:58.000Z', false],
  ['at a time that nobody knows', undefined, false],
])('of two known callers, a call that ended %s is the timer’s: %s', (_when, endedAt, isTimers) => {
  const found = calls(endedAt).filter((edge) => edge.startsWith(NIGHTLY));
  expect(found).toEqual([isTimers ? `${NIGHTLY} declared+inferred` : `${NIGHTLY} declared`]);
});

test.each([
  ['2025-12-31T23:59:41.000Z', true],
  ['2025-12-31T23:59:20.500Z', true],
  ['2025-12-31T23:59:46.000Z', false],
  ['2025-12-31T23:58:41.000Z', false],
  ['2026-01-01T00:00:06.000Z', false],
])('of a timer that fires every 20 s, a call that ended at %s is its own: %s', (endedAt, isTimers) => {
  const found = calls(endedAt, NEXT).filter((edge) => edge.startsWith(NIGHTLY));
  expect(found).toEqual([isTimers ? `${NIGHTLY} declared+inferred` : `${NIGHTLY} declared`]);
});

test.each([
  ['agree', 0, true],
  ['differ, and the time is the same', 600_000, true],
  ['differ, and the time is another', 570_000, false],
])('a call that the other host saw end is told by its clock too: they %s', (_how, behindMs, isTimers) => {
  const units = [unitFacts('catalog.service', toPricing), unitFacts('nightly.service', toPricing)];
  const endedAt = new Date(Date.parse(LAST) - (behindMs === 0 ? 0 : 600_000)).toISOString();
  const seen: Flow = { ...flow('inbound', ['10.0.0.2', 8081], ['10.0.0.1', 40_000]), state: 'time-wait', endedAt };
  const called = host('vm-b', { flows: [seen], clockOffsetMs: behindMs });
  const found = edges(inventoryOf([host('vm-a', { units, timers: [timer] }), called]));
  expect(found.filter((edge) => edge.startsWith(NIGHTLY))).toEqual([
    isTimers ? `${NIGHTLY} declared+inferred` : `${NIGHTLY} declared`,
  ]);
});
