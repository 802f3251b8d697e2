import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMeshError } from '../../src/errors/index.ts';
import { parseEstate } from '../../src/estate/parse.ts';
import { type CallMatch, overlap } from '../../src/estate/twins.ts';
import { TWINS, twinsYaml } from '../fakes/twins-shop.ts';

const problemOf = (text: string): string => {
  try {
    parseEstate(text, 'estate.yaml');
  } catch (error) {
    return isMeshError(error) ? [error.code, ...error.details].join('\n') : String(error);
  }
  return 'no problem';
};

const methods = ['GET', 'POST'] as const;
const paths = ['/', '/a', '/a/', '/a/b', '/ab', '/b', '/b/a'];
const aMatch: fc.Arbitrary<CallMatch> = fc.record(
  { method: fc.constantFrom(...methods), path: fc.constantFrom(...paths) },
  { requiredKeys: [] },
);

/** As the Gateway API words it: a prefix matches by whole elements of the path. */
const takes = ({ method, path = '/' }: CallMatch, call: { method: string; path: string }): boolean => {
  const prefix = path.replace(/\/$/, '');
  return (method ?? call.method) === call.method && (call.path === prefix || `${call.path}/`.startsWith(`${prefix}/`));
};

describe('several twins in an estate', () => {
  it('are read with what each takes', () => {
    const catalog = parseEstate(twinsYaml(), 'estate.yaml').services.find(({ name }) => name === 'catalog');
    expect(catalog?.twin).toBeUndefined();
    expect(catalog?.twins?.map(({ name }) => name)).toEqual(Object.keys(TWINS));
    expect(catalog?.twins?.[0]?.match).toEqual([{ method: 'POST', path: '/orders' }]);
  });

  it('overlap just where some call could go by both', () => {
    const calls = methods.flatMap((method) => [...paths, '/a/b/c', '/abc', '/b/a/c'].map((path) => ({ method, path })));
    fc.assert(
      fc.property(aMatch, aMatch, (one, other) => {
        const both = calls.some((call) => takes(one, call) && takes(other, call));
        expect(overlap(one, other)).toBe(both);
        expect(overlap(other, one)).toBe(both);
      }),
    );
  });

  it.each<[string, string | RegExp, string, RegExp]>([
    [
      'a twin beside them',
      '    twins:\n',
      '    twin: { cluster: lab, namespace: shop, kind: Deployment, name: one }\n    twins:\n',
      /either one `twin` or several/,
    ],
    ['TCP', '    path: mesh-first\n', '    path: mesh-first\n    protocol: tcp\n', /only calls of HTTP/],
    [
      'an overlap, by name',
      'GET, path: /items',
      'GET, path: /orders/1',
      /"GET \/orders" of history overlaps "GET \/orders\/1" of items/,
    ],
    [
      'an overlap of any method',
      'method: GET, path: /items',
      'path: /orders',
      /"any method \/orders" of items overlaps "POST \/orders" of orders/,
    ],
    ['only one', / {6}- .*name: (items|history).*\n/g, '', /twins/],
    ['a twin without a match', '[{ method: GET, path: /items }]', '[]', /match/],
    ['an empty match', '{ method: GET, path: /items }', '{}', /needs a `method` or a `path`/],
    ['a path with dots', '/items', '/a/../b', /without `\.` and `\.\.`/],
    ['a path of words', '/items', 'items', /absolute path/],
    [
      'another namespace',
      'namespace: shop, kind: Deployment, name: items',
      'namespace: other, kind: Deployment, name: items',
      /one namespace/,
    ],
    [
      'two of one name',
      'kind: Deployment, name: items',
      'kind: StatefulSet, name: orders',
      /two twins have the same name/,
    ],
    ['a name too long for a Service', 'name: items', `name: ${'a'.repeat(60)}`, /cannot be the name of a Service/],
    [
      'a workload of another service',
      'kind: Deployment, name: items',
      'kind: Deployment, name: web',
      /belongs to another service/,
    ],
  ])('refuses %s', (_, from, to, problem) => {
    const text = twinsYaml().replace(from, to);
    expect(text).not.toBe(twinsYaml());
    expect(problemOf(text)).toMatch(problem);
  });

  it('refuses left-over calls of a single twin', () => {
    const text = twinsYaml().replace(
      / {4}twins:\n( {6}.*\n)+/,
      '    twin: { cluster: lab, namespace: shop, kind: Deployment, name: one }\n',
    );
    expect(problemOf(text)).toMatch(/only of several `twins`/);
  });
});
