import { describe, expect, it } from 'vitest';
import { readDocuments } from '../../../src/probes/files/documents.ts';

const read = (text: string): ReturnType<typeof readDocuments> => readDocuments({ name: 'a.yaml', text });
const messages = (text: string): string[] => read(text).findings.map(({ message }) => message);

/** Each alias stands for nine of the one before it. */
const bomb = [
  'a0: &a0 [x, x, x, x, x, x, x, x, x]',
  ...Array.from(
    { length: 9 },
    (_, index) => `a${index + 1}: &a${index + 1} [${Array.from({ length: 9 }, () => `*a${index}`).join(', ')}]`,
  ),
].join('\n');

describe('documents', () => {
  it('are told apart, comments and empty ones aside', () => {
    const { found, findings } = read('# licence\n---\na: 1\n---\n# nothing\n---\n--- # second\nb: 2\n---\n');
    expect(found.map(({ data }) => data)).toEqual([{ a: 1 }, { b: 2 }]);
    expect(findings).toEqual([]);
  });

  it('may be JSON, with a byte order of its own and tabs', () => {
    expect(read('{\n\t"a": [\n\t\t1\n\t]\n}\n').found).toEqual([{ source: 'a.yaml', data: { a: [1] } }]);
  });

  it('keep their line endings out of the way', () => {
    expect(read('a: 1\r\n---\r\nb: 2\r\n').found.map(({ data }) => data)).toEqual([{ a: 1 }, { b: 2 }]);
  });

  it('that are broken do not lose the others', () => {
    const { found, findings } = read('a: 1\n---\nb: [1\n---\nc: "x\n---\nd: 4\n');
    expect(found).toEqual([
      { source: 'a.yaml, document 1', data: { a: 1 } },
      { source: 'a.yaml, document 4', data: { d: 4 } },
    ]);
    expect(findings.map(({ code, subject }) => `${code} ${subject}`)).toEqual([
      'MW1033 a.yaml, document 2',
      'MW1033 a.yaml, document 3',
    ]);
  });

  it.each<[string, string, RegExp]>([
    ['an alias bomb', bomb, /aliases stand for too much|more than 100 aliases/],
    ['many aliases', `a: &a 1\nb: [${'*a, '.repeat(101)}]`, /more than 100 aliases/],
    ['an alias for nothing', 'a: *b', /not YAML|alias/],
    ['an alias within what it stands for', 'a: &a [*a]', /alias within/],
    ['aliases for much', `a: &a [${'x, '.repeat(100_000)}]\nb: [${'*a, '.repeat(90)}]`, /too much/],
    ['merge keys', 'a: &a { x: 1 }\nb:\n  <<: *a', /line 3: merge keys/],
    ['a key given twice', 'a: 1\nb:\n  c: 1\n  c: 2', /line 4: the key c is there already/],
    ['a key given twice in JSON', '{"a": 1,\n "a": 2}', /line 2: the key a is there already/],
    ['a custom tag', 'a: !secret x', /tag that is not supported/],
    ['a binary tag', 'a: !!binary eA==', /tag that is not supported/],
    ['a key that is a list', '? [a]\n: 1', /not YAML/],
    ['tabs', 'a:\n\tb: 1', /tabs|not YAML/],
    ['a template', 'a: {{ .Values.a }}\nb: {{- if x }}', /not YAML/],
    ['brackets without an end', '['.repeat(50_000), /nested too deeply/],
    ['deep lists', '- '.repeat(20_000), /nested too deeply/],
    ['deep keys', '? '.repeat(20_000), /nested too deeply|not YAML/],
    ['more text than an object has', `a: ${'x'.repeat(2 * 1024 * 1024)}`, /longer than 2097152 characters/],
    ['another version of YAML', '%YAML 9.9\n---\na: 1', /not YAML/],
  ])('with %s are refused', (_, text, reason) => {
    const began = performance.now();
    const found = read(text);
    expect(found.findings.map(({ code }) => code)).toContain('MW1033');
    expect(messages(text).join()).toMatch(reason);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('are not quoted where they are broken: they may be Secrets', () => {
    const text = 'kind: Secret\ndata:\n  a: "hunter2" hunter3\n  b: !hunter4 x\n';
    expect(messages(text).join()).not.toMatch(/hunter/);
  });

  it('with a hundred thousand keys do not take hours', () => {
    const text = Array.from({ length: 100_000 }, (_, index) => `k${index}: v`).join('\n');
    expect(read(text).found).toHaveLength(1);
  });

  it('are read up to a number of them', () => {
    const { found, findings } = read('a: 1\n---\n'.repeat(10_001));
    expect(found).toHaveLength(10_000);
    expect(findings.map(({ message }) => message)).toEqual([expect.stringContaining('more than 10000 documents')]);
  });

  it('do not reach what all objects share', () => {
    const [one] = read('__proto__: { polluted: 1 }\nconstructor: { prototype: { polluted: 1 } }').found;
    expect(Object.keys(one?.data as object)).toEqual(['__proto__', 'constructor']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
