import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../src/estate/canonical.ts';

/** Values that survive JSON: no -0, which JSON writes as 0. */
const json = fc.jsonValue().filter((value) => JSON.stringify(value).isWellFormed() && !hasNegativeZero(value));

function hasNegativeZero(value: unknown): boolean {
  if (Object.is(value, -0)) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasNegativeZero);
}

function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, field]) => [key, shuffled(field)]),
  );
}

describe('canonicalJson', () => {
  test('reads back as the same value', () => {
    fc.assert(fc.property(json, (value) => void expect(JSON.parse(canonicalJson(value))).toEqual(value)));
  });

  test('does not depend on the order of keys', () => {
    fc.assert(fc.property(json, (value) => void expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value))));
  });

  // RFC 8785, sections 3.2.2 and 3.2.3.
  test('writes the example of RFC 8785', () => {
    const value = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  test('sorts keys by UTF-16 code units', () => {
    const keys = ['\u20ac', '\r', '\ufb33', '1', '\u{1f600}', '\u0080', '\u00f6'];
    const text = canonicalJson(Object.fromEntries(keys.map((key) => [key, 0])));
    expect(Object.keys(JSON.parse(text) as object).filter((key) => key !== '1')).toEqual([
      '\r',
      '\u0080',
      '\u00f6',
      '\u20ac',
      '\u{1f600}',
      '\ufb33',
    ]);
  });

  test('leaves undefined fields out', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  test.for([Number.NaN, Number.POSITIVE_INFINITY, 1n, undefined, () => 1, Symbol('x'), new Date(0), new Map()])(
    'refuses %s',
    (value) => {
      expect(() => canonicalJson([value])).toThrow(TypeError);
    },
  );

  test.for<[string, unknown]>([
    ['hosts[1].name', { hosts: [{ name: 'a' }, { name: 'b\ud800' }] }],
    ['labels.x\ufffd', { labels: { 'x\udc00': 'y' } }],
    ['the text', '\ud800'],
  ])('says that %s is no text', ([place, value]) => {
    expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ code: 'MW1070', args: { place } }));
  });
});
