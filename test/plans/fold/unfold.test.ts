import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readPlan } from '../../../src/plans/read.ts';
import { sha256Digest } from '../../../src/ports/hash.ts';
import { shopPlan } from '../../fakes/shop.ts';

type Fields = Record<string, unknown>;

/** The sample plan's file with something else in some of its fields. */
const file = (change: Fields): string => stringify({ ...shopPlan(), ...change }, { lineWidth: 0, aliasDuplicateObjects: false });
const reading = (text: string) => () => readPlan(text, 'plan', sha256Digest);
const stages = (template: unknown, values: Fields): Fields => ({
  templates: { stages: { join: template } },
  stages: [{ like: 'join', with: values }],
});

describe('a folded file that does not unfold', () => {
  it.each<[string, Fields, string]>([
    ['an unknown template', { templates: {}, stages: [{ like: 'join', with: {} }] }, 'there is no template join'],
    ['one of Object’s own names', { templates: {}, stages: [{ like: 'constructor', with: {} }] }, 'no template constructor'],
    ['a value that is missing', stages({ id: '{{host}}' }, {}), 'needs a value for host'],
    ['a value that nothing uses', stages({ id: 'a' }, { host: 'vm-a' }), 'has no use for host'],
    ['a list in a text', stages({ id: 'join-{{host}}' }, { host: [] }), 'neither text nor number'],
    ['templates of something else', { templates: { gates: {} } }, '`templates.gates` is not known'],
    ['templates that are no map', { templates: [] }, '`templates` is no map'],
    ['no stages', { templates: {}, stages: 'none' }, 'no list of stages'],
  ])('%s', (_, change, reason) => {
    expect(reading(file(change))).toThrow(
      expect.objectContaining({ code: 'MW1303', causeText: expect.stringContaining(reason) }),
    );
  });

  it('that would grow without bounds is refused before it does', () => {
    const bomb = {
      templates: { steps: { big: { action: 'x'.repeat(1_000_000) } }, stages: { all: { steps: Array.from({ length: 100 }, () => ({ like: 'big', with: {} })) } } },
      stages: Array.from({ length: 100 }, () => ({ like: 'all', with: {} })),
    };
    expect(reading(file(bomb))).toThrow(
      expect.objectContaining({ code: 'MW1303', causeText: expect.stringContaining('larger than any plan') }),
    );
  });

  it('and a template in a template stays text: it is filled once', () => {
    const text = file(stages({ id: '{{host}}', title: '{{open}}host}}' }, { host: '{{host}}' }));
    expect(reading(text)).toThrow(expect.objectContaining({ code: 'MW1303', causeText: expect.stringContaining('stages.0') }));
  });
});

describe('the YAML of a plan', () => {
  it.each([
    ['an alias', 'a: &x [1]\nb: *x\n', 'lias'],
    ['a merge key', 'a:\n  <<: {}\n', 'merge keys'],
    ['a tag', 'a: !x 1\n', 'tag'],
    ['a key that is there twice', 'a: 1\na: 2\n', 'twice'],
    ['no YAML', 'a: [\n', 'line'],
  ])('%s is refused', (_, text, reason) => {
    expect(reading(text)).toThrow(
      expect.objectContaining({ code: 'MW1303', causeText: expect.stringContaining(reason) }),
    );
  });

  it.each<[string, Fields]>([
    ['a later format', { formatVersion: 2, newField: true }],
    ['a later version of the API', { apiVersion: 'meshway/v1beta1', newField: true }],
  ])('%s is no mistake of the file: it says who can read it', (_, change) => {
    expect(reading(file(change))).toThrow(expect.objectContaining({ code: 'MW1376', exit: 64 }));
  });
});
