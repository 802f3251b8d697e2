import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ItemLimits, ItemSplitter, NotAList } from '../../src/ports/json-items.ts';

const small: ItemLimits = { itemBytes: 100, envelopeBytes: 200, depth: 12 };

/** Splits a text that arrives in pieces of so many bytes. */
function split(
  text: string,
  bytes = 7,
  limits?: ItemLimits,
): { items: unknown[]; envelope: unknown; hasItems: boolean } {
  const items: unknown[] = [];
  const splitter = new ItemSplitter((item) => items.push(item), limits);
  const all = Buffer.from(text);
  for (let at = 0; at < all.length; at += bytes) splitter.write(all.subarray(at, at + bytes));
  return { items, ...splitter.end() };
}

describe('the items of a list', () => {
  it('are what JSON.parse finds in it, wherever the pieces are cut', () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.constantFrom('"', '\\', '{', ']', '"items":[', 'é𝕏'),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
    );
    const object = fc.dictionary(fc.string(), fc.oneof(leaf, fc.array(leaf), fc.dictionary(fc.string(), leaf)));
    const list = fc.record({
      kind: fc.string(),
      metadata: fc.record({ continue: fc.string() }),
      items: fc.array(object),
    });
    fc.assert(
      fc.property(list, fc.integer({ min: 1, max: 30 }), fc.constantFrom(undefined, 2), (value, bytes, indent) => {
        const { items, ...rest } = JSON.parse(JSON.stringify(value)) as typeof value;
        const found = split(JSON.stringify(value, null, indent), bytes);
        expect(found).toEqual({ items, envelope: { ...rest, items: [] }, hasItems: true });
      }),
    );
  });

  it('may come before what surrounds them, or be missing', () => {
    expect(split('{"items":[{"a":1}],"metadata":{"continue":"x"}}')).toMatchObject({
      items: [{ a: 1 }],
      envelope: { metadata: { continue: 'x' } },
    });
    expect(split('{"items":null}')).toEqual({ items: [], envelope: { items: null }, hasItems: false });
    expect(split('{"x":{"items":[{"a":1}]}}')).toMatchObject({ items: [], hasItems: false });
    expect(split(String.raw`{"a,\"items":[{"a":1}]}`)).toMatchObject({ items: [], hasItems: false });
  });

  it('have the last of two values of one key, and no prototype of the answer’s', () => {
    const { items } = split('{"items":[{"a":1,"a":2,"__proto__":{"b":3}}]}');
    expect(items).toEqual([JSON.parse('{"a":2,"__proto__":{"b":3}}')]);
    expect((items[0] as { b?: number }).b).toBeUndefined();
  });

  it.each([
    ['a number for an item', '{"items":[1]}'],
    ['a text for an item', '{"items":["{}"]}'],
    ['a list for an item', '{"items":[[]]}'],
    ['null for an item', '{"items":[null]}'],
    ['no comma', '{"items":[{}{}]}'],
    ['two commas', '{"items":[{},,{}]}'],
    ['two lists', '{"items":[{}],"items":[{}]}'],
    ['an end in an item', '{"items":[{"a":'],
    ['an end in the list', '{"items":[{}'],
    ['nothing', ''],
    ['brackets that do not fit', '{"items":[{}}'],
    ['too many ends', '{}}'],
    ['a deep item', `{"items":[${'{"a":'.repeat(12)}1${'}'.repeat(12)}]}`],
    ['a deep envelope', `{"a":${'['.repeat(12)}${']'.repeat(12)}}`],
    ['a large item', `{"items":[{"a":"${'x'.repeat(100)}"}]}`],
    ['an item that does not end', `{"items":[{"a":"${'x'.repeat(1000)}`],
    ['a large envelope', `{"a":"${'x'.repeat(300)}","items":[]}`],
    ['an item that is no JSON', '{"items":[{a}]}'],
    ['an envelope that is no JSON', '{"items":[{}],x}'],
    ['something after the end', '{"items":[]} {"a":1}'],
    ['what a proxy says', '<html>no such page</html>'],
  ])('are refused: %s', (_, text) => {
    const split7 = (): unknown => split(text, 7, small);
    expect(split7).toThrow();
    expect(() => {
      try {
        split7();
      } catch (error) {
        if (!(error instanceof NotAList) && !(error instanceof SyntaxError)) throw error;
      }
    }).not.toThrow();
  });

  it('are gone from memory once they are taken: an item of the largest size after another', () => {
    const item = `{"a":"${'x'.repeat(80)}"}`;
    expect(split(`{"items":[${Array.from({ length: 500 }, () => item).join(',')}]}`, 64, small).items).toHaveLength(
      500,
    );
  });
});
