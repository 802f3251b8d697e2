import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sanitize, sanitizeJson, sanitizeLine } from '../../src/report/sanitize.ts';

const dangerous =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]|\p{Surrogate}/u;
const ciCommand = /^\s*::|##\w*\[/m;

/** Text as a hostile host would send it: any code units, often the dangerous ones. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\u001B[2J',
        '\u001B]0;x\u0007',
        '\u009B31m',
        '\r',
        '\n',
        '\n::',
        '::set-output name=a::b',
        '##vso[task]',
      ),
      fc.constantFrom(
        '##[command]',
        '#',
        '##',
        '\u202E',
        '\u2066',
        '\u200B',
        '\uD800',
        '\u2028',
        ' ',
        '\t',
        ':',
        '[',
        '"',
        '\\',
      ),
    ),
  )
  .map((parts) => parts.join(''));

describe('sanitize', () => {
  it('leaves nothing that a terminal or a CI log would act on', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const safe = sanitize(text);
        expect(safe).not.toMatch(dangerous);
        expect(safe).not.toMatch(ciCommand);
      }),
    );
  });

  it('does nothing more the second time', () => {
    fc.assert(fc.property(hostile, (text) => sanitize(sanitize(text)) === sanitize(text)));
  });

  it('leaves plain text of any script as it is', () => {
    const plain = 'vm-a: größer, 東京, Ωmega, a::b, #1, [x]\n\tsecond line';
    expect(sanitize(plain)).toBe(plain);
  });

  it.each([
    ['\u001B[31mred', '\\u{1b}[31mred'],
    ['a\r\nb', 'a\nb'],
    ['progress\rdone', 'progress\\u{d}done'],
    ['::error::owned', ': :error::owned'],
    ['##vso[task.setvariable]x', '# #vso[task.setvariable]x'],
    ['user\u202Egpj.exe', 'user\\u{202e}gpj.exe'],
  ])('shows %j as %j', (text, expected) => {
    expect(sanitize(text)).toBe(expected);
  });
});

describe('sanitizeLine', () => {
  it('does not cut a character in half', () => {
    expect(sanitizeLine('a\u{10000}\u{10000}', 4)).toBe('a\u{10000}…');
    expect(sanitizeLine('a\u{10000}\u{10000}', 3)).toBe('a…');
  });

  it('gives one line within the limit', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const line = sanitizeLine(text, 40);
        expect(line).not.toContain('\n');
        expect(line.length).toBeLessThanOrEqual(40);
      }),
    );
  });
});

describe('sanitizeJson', () => {
  it('means the same and is safe to print', () => {
    fc.assert(
      fc.property(fc.dictionary(hostile, hostile), (value) => {
        const printed = sanitizeJson(JSON.stringify(value, null, 2));
        expect(printed).not.toMatch(dangerous);
        expect(printed).not.toMatch(ciCommand);
        expect(JSON.parse(printed)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
