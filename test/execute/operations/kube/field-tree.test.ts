import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fieldsOf,
  isHollow,
  isSame,
  isSubset,
  leavesOf,
  lookUp,
  overlay,
  withoutPath,
  withValue,
} from '../../../../src/execute/operations/kube/field-tree.ts';

const scalars = fc.oneof(fc.string(), fc.integer({ min: 1 }), fc.constant(true));
const trees = fc.letrec<{ tree: Record<string, unknown> }>((tie) => ({
  tree: fc.dictionary(fc.string({ minLength: 1, maxLength: 4 }), fc.oneof({ maxDepth: 3 }, scalars, tie('tree')), {
    minKeys: 1,
    maxKeys: 3,
  }),
})).tree;

describe('trees of fields', () => {
  it('are what their leaves say', () => {
    fc.assert(fc.property(trees, (tree) => isSame(fieldsOf(leavesOf(tree)), tree)));
  });

  it('hold after an overlay what was laid over them', () => {
    fc.assert(
      fc.property(trees, trees, (base, top) =>
        leavesOf(top)
          .filter(({ value }) => !isHollow(value))
          .every(({ path, value }) => isSame(lookUp(overlay(base, top), path), { value })),
      ),
    );
  });

  it('lose a path and nothing else', () => {
    const tree = { a: { b: 1, c: 2 }, d: 3 };
    expect(withoutPath(tree, ['a', 'b'])).toEqual({ a: { c: 2 }, d: 3 });
    expect(withoutPath(tree, ['x', 'y'])).toBe(tree);
    expect(withValue(tree, ['a', 'e', 'f'], 4)).toEqual({ a: { b: 1, c: 2, e: { f: 4 } }, d: 3 });
    expect(lookUp(tree, ['a', 'x', 'y'])).toEqual({ missingFrom: 1 });
  });

  it('are not reached through what objects inherit', () => {
    expect(lookUp({}, ['constructor', 'name'])).toEqual({ missingFrom: 0 });
    expect(Object.getPrototypeOf(withValue({}, ['__proto__x', 'y'], 1))).toBe(Object.prototype);
  });

  it.each([
    [{ a: 1 }, { a: 1, b: 2 }, true],
    [{ a: { b: [{ c: 1 }] } }, { a: { b: [{ c: 1, d: 2 }] } }, true],
    [{ a: [1] }, { a: [1, 2] }, false],
    [{ a: '' }, {}, true],
    [{ a: 0 }, { a: 1 }, false],
    [{ a: 'x' }, {}, false],
    [{ a: {} }, { a: 1 }, false],
  ])('%j in %j: %s', (wanted, live, expected) => {
    expect(isSubset(wanted, live)).toBe(expected);
  });
});
