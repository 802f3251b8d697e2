import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { analyzers } from '../../src/assess/all.ts';
import { assessmentSchema } from '../../src/assess/schema.ts';
import { shopEstate, shopYaml } from '../fakes/shop.ts';
import { root } from '../run-mesh.ts';
import { aroundRows } from './grid-around.ts';
import { clusterRows } from './grid-clusters.ts';
import { fileRows } from './grid-files.ts';
import { headroomRows } from './grid-headroom.ts';
import { hostRows } from './grid-hosts.ts';
import { networkRows } from './grid-network.ts';
import { podRows } from './grid-pods.ts';
import { policyRows } from './grid-policies.ts';
import type { GridRow } from './grid-row.ts';
import { versionRows } from './grid-versions.ts';
import { assessed, knownShop } from './known-shop.ts';

const rows = [
  ...hostRows,
  ...networkRows,
  ...podRows,
  ...policyRows,
  ...versionRows,
  ...aroundRows,
  ...fileRows,
  ...clusterRows(shopYaml),
  ...headroomRows,
];

describe('checks', () => {
  it.each(rows.map((row): [string, GridRow] => [`${row.check} ${row.kind}: ${row.of}`, row]))('%s', (_, row) => {
    const assessment = assessed(knownShop(row.change), shopEstate(row.yaml), row.ageMs);
    expect(assessmentSchema.parse(assessment)).toEqual(assessment);
    const found = assessment.findings.filter(({ check }) => check === row.check);
    expect(found.map(({ code, subject }) => `${code} ${subject}`).sort()).toEqual(row.expected);
    const outcome = assessment.checks.find(({ id }) => id === row.check)?.outcome;
    expect(outcome === 'moot').toBe(row.kind === 'moot');
    if (row.kind === 'near') expect(outcome).toBe(row.outcome);
    expect(found.every(({ evidence, cause, fix }) => [evidence, cause, fix].every((text) => text.length > 3))).toBe(
      true,
    );
  });
});

describe('the grid', () => {
  const kindsOf = (id: string): Set<string> => new Set(rows.flatMap((row) => (row.check === id ? [row.kind] : [])));
  const expectedOf = (id: string): string[] => rows.flatMap((row) => (row.check === id ? row.expected : []));

  it('has checks with ids of their own', () => {
    expect(new Set(analyzers.map(({ id }) => id)).size).toBe(analyzers.length);
    expect(rows.filter(({ check }) => !analyzers.some(({ id }) => id === check))).toEqual([]);
  });

  it('knows every analyzer that has a file', () => {
    expect(globSync('src/assess/analyzers/*.ts', { cwd: root })).toHaveLength(analyzers.length);
  });

  it.each(analyzers.map(({ id, appliesTo }) => [id, appliesTo] as const))(
    'has a hit and a near miss for %s, and a version that makes it moot where there is one',
    (id, appliesTo) => {
      expect([...kindsOf(id)]).toEqual(expect.arrayContaining(['hit', 'near', ...(appliesTo ? ['moot'] : [])]));
    },
  );

  it('has a near miss that is clear for every check that can be, and for no other', () => {
    const clear = new Set(rows.flatMap(({ check, outcome }) => (outcome === 'clear' ? [check] : [])));
    const never = analyzers.flatMap(({ id }) => (clear.has(id) ? [] : [id]));
    // Nothing that is read ever decides these where there is a host or a pod to look at.
    expect(never).toEqual(['V3', 'V4', 'V12', 'V17', 'P10', 'P18']);
  });

  it.each(analyzers.map(({ id, codes }) => [id, codes] as const))(
    'has a row for each code that %s finds by itself',
    (id, codes) => {
      const own = codes.filter((code) => code.startsWith('MW17'));
      expect(own.filter((code) => !expectedOf(id).some((one) => one.startsWith(code)))).toEqual([]);
    },
  );

  it('finds no code that its check does not declare', () => {
    const declared = new Map(analyzers.map(({ id, codes }) => [id, ['MW1700', ...codes]]));
    const strays = rows.flatMap(({ check, expected }) =>
      expected
        .filter((one) => !(declared.get(check) ?? []).includes(one.split(' ')[0] ?? ''))
        .map((one) => `${check} ${one}`),
    );
    expect(strays.filter((one) => !one.startsWith('D'))).toEqual([]);
  });
});
