import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lintErrors } from '../../../src/errors/catalogue/lint.ts';
import { lintRules } from '../../../src/plans/lint/all.ts';
import { retiringYaml, shopYaml } from '../../fakes/shop.ts';
import { root } from '../../run-mesh.ts';
import { linted, type LintRow } from './grid-row.ts';
import { hardRows, weightRows } from './grid-rules.ts';
import { scopeRows } from './grid-scope.ts';
import { gateRows, restartRows, timeRows, undoRows, waveRows } from './grid-steps.ts';
import { registerRows, wholeRows } from './grid-whole.ts';

/** These stand beside the planner's own codes of the same matter. */
const scopeCodes = ['MW1372', 'MW1373'];

const rows = [
  ...wholeRows,
  ...registerRows,
  ...hardRows,
  ...scopeRows,
  ...weightRows,
  ...gateRows,
  ...restartRows,
  ...undoRows,
  ...timeRows,
  ...waveRows,
];

describe('rules of lint', () => {
  it.each(rows.map((row): [string, LintRow] => [`${row.code} ${row.kind}: ${row.of}`, row]))('%s', (_, row) => {
    const report = linted(row);
    const found = report.findings.filter(({ code }) => code === row.code);
    expect(found.map(({ level, subject }) => `${level} ${subject}`).toSorted()).toEqual(row.expected);
    const outcome = report.rules.find(({ code }) => code === row.code)?.outcome;
    expect(outcome).toBe(row.expected.length > 0 ? 'found' : row.kind === 'open' ? 'unchecked' : 'clear');
    if (row.kind === 'hit') expect(found.length).toBeGreaterThan(0);
    if (row.kind === 'near') expect(found.every(({ level }) => level === 'info')).toBe(true);
    for (const { cause, fix } of found) expect(`${cause} ${fix}`).not.toMatch(/undefined|\{\w+\}|\[object/);
  });
});

describe('the grid of lint', () => {
  const kindsOf = (code: string): string[] => rows.filter((row) => row.code === code).map(({ kind }) => kind);

  it('has a rule for every code of the area, and a code for every rule', () => {
    const codes = lintRules.map(({ code }) => code).toSorted();
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes).toEqual([...scopeCodes, ...Object.keys(lintErrors)].toSorted());
    expect(rows.filter(({ code }) => !codes.some((one) => one === code))).toEqual([]);
  });

  it.each(lintRules.map((rule) => [rule.code, rule] as const))('has a hit, a near miss and a reason for %s', (code, rule) => {
    expect(kindsOf(code)).toEqual(expect.arrayContaining(['hit', 'near', ...(rule.unknown ? ['open'] : [])]));
    expect(rule.why).toMatch(/^.{30,200}$/);
    expect(rule.why).not.toMatch(/\.$/);
  });

  it('knows every family that has a file', () => {
    const families = globSync('src/plans/lint/*.ts', { cwd: root }).filter((file) => !/\/(all|calls|lint|rule|view)\.ts$/.test(file));
    expect(families).toHaveLength(13);
  });
});

describe('a plan that the planner made', () => {
  const tcp = shopYaml.replace('    path: mesh-first\n', '    path: mesh-first\n    protocol: tcp\n');
  it.each([
    ['of the shop', shopYaml],
    ['of a shop that retires a unit', retiringYaml('{ name: dns, answers: [192.0.2.99] }')],
    ['of a shop of TCP', tcp],
  ])('%s breaks no rule', (_, yaml) => {
    const report = linted({ code: '', kind: 'near', of: '', yaml, expected: [] });
    expect(report.findings.filter(({ level }) => level === 'error')).toEqual([]);
    expect(report.passed).toBe(true);
  });

  it('is judged without inventory and estate as far as that goes, and the report says how far', () => {
    const { rules, passed } = linted({ code: '', kind: 'near', of: '', alone: true, expected: [] });
    expect(passed).toBe(true);
    const unchecked = rules.filter(({ outcome }) => outcome === 'unchecked');
    expect(unchecked.map(({ code }) => code)).toEqual(lintRules.filter(({ needs }) => needs).map(({ code }) => code));
    expect(unchecked.every(({ because }) => /^no (inventory|estate) was given$/.test(because ?? ''))).toBe(true);
  });
});
