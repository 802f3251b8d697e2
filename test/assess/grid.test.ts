import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { analyzers } from '../../src/assess/all.ts';
import { assessmentSchema } from '../../src/assess/schema.ts';
import { shopEstate, shopYaml } from '../fakes/shop.ts';
import { root } from '../run-mesh.ts';
import { aroundRows } from './grid-around.ts';
import { containerRows } from './grid-containers.ts';
import { bannerRows } from './grid-banners.ts';
import { clusterRows } from './grid-clusters.ts';
import { fileRows } from './grid-files.ts';
import { hostFactRows } from './grid-host-facts.ts';
import { headroomRows } from './grid-headroom.ts';
import { hostRows } from './grid-hosts.ts';
import { networkRows } from './grid-network.ts';
import { podRows } from './grid-pods.ts';
import { policyRows } from './grid-policies.ts';
import type { GridRow } from './grid-row.ts';
import { registerRows } from './grid-register.ts';
import { identityRows } from './grid-identities.ts';
import { nativeRows } from './grid-native.ts';
import { copyRows } from './grid-copies.ts';
import { registrationRows } from './grid-registrations.ts';
import { versionRows } from './grid-versions.ts';
import { windowRows } from './grid-window.ts';
import { triedRows } from './grid-tried.ts';
import { assessed, knownShop } from './known-shop.ts';

const rows = [
  ...hostRows,
  ...hostFactRows,
  ...networkRows,
  ...podRows,
  ...policyRows,
  ...versionRows,
  ...aroundRows,
  ...fileRows,
  ...windowRows,
  ...containerRows,
  ...triedRows,
  ...registrationRows,
  ...copyRows,
  ...nativeRows,
  ...identityRows,
  ...registerRows,
  ...bannerRows,
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
    expect(never).toEqual(['V3', 'V17', 'P10', 'P18']);
  });

  it.each(analyzers.map(({ id, codes }) => [id, codes] as const))(
    'has a row for each code that %s finds or adopts',
    (id, codes) => {
      expect(codes.filter((code) => !expectedOf(id).some((one) => one.startsWith(code)))).toEqual([]);
    },
  );

  it('has a hit that finds more than what is not known, for every check that can find something', () => {
    const finds = new Set(
      rows.flatMap(({ check, kind, expected }) =>
        kind === 'hit' && expected.some((one) => !one.startsWith('MW1700')) ? [check] : [],
      ),
    );
    const never = analyzers.flatMap(({ id }) => (finds.has(id) ? [] : [id]));
    // What these are about nothing reads yet: they say where it would matter, and that it is not known.
    expect(never).toEqual(['V5', 'V6']);
    // D2 hands on whatever code the planner has.
    expect(analyzers.flatMap(({ id, codes }) => (codes.length === 0 && id !== 'D2' ? [id] : []))).toEqual(never);
  });

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
