import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quote, unwrapOutput, wrapScript } from '../../src/ports/ssh-quote.ts';

const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0'));

describe('quote', () => {
  test('a real shell reads every value back as it was', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), (values) => {
        const printed = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${values.map(quote).join(' ')}`], {
          encoding: 'utf8',
        });
        expect(printed).toBe(values.map((value) => `${value}\0`).join(''));
      }),
      { numRuns: 50 },
    );
  });

  test('refuses NUL', () => {
    expect(() => quote('a\0b')).toThrow(RangeError);
  });
});

describe('wrapScript', () => {
  const run = (input: string): string => {
    try {
      return execFileSync('/bin/sh', ['-s'], { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] });
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  };

  test('gives back output and status, whatever the output is', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 255 }), (value, status) => {
        const raw = run(wrapScript('printf %s "$value"; exit "$status"', { value, status: String(status) }));
        expect(unwrapOutput(raw)).toEqual({ state: 'ended', exitCode: status, stdout: value });
      }),
      { numRuns: 50 },
    );
  });

  test('a script of which only a part arrives runs not at all', () => {
    const whole = wrapScript('echo one\necho two', {});
    for (let length = 0; length < whole.indexOf('(meshway_main)'); length += 7)
      expect(run(whole.slice(0, length))).not.toContain('one');
  });

  test('set -e in the script ends it', () => {
    expect(unwrapOutput(run(wrapScript('set -e\nfalse\necho on', {})))).toEqual({
      state: 'ended',
      exitCode: 1,
      stdout: '',
    });
  });

  test.for(['PATH', 'IFS', 'LD_PRELOAD', 'a b', '1x', 'x=1;y', ''])('refuses the variable %j', (name) => {
    expect(() => wrapScript('true', { [name]: '' })).toThrow(RangeError);
  });
});

describe('unwrapOutput', () => {
  test('tells a lost command from one that never began', () => {
    expect(unwrapOutput('motd\n')).toEqual({ state: 'not-begun' });
    expect(unwrapOutput('')).toEqual({ state: 'not-begun' });
    expect(unwrapOutput('motd\nmeshway:begin\nhalf')).toEqual({ state: 'lost', stdout: 'half' });
  });

  test('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (raw) => void unwrapOutput(raw)));
  });
});
