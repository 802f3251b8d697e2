import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ROOT_COMMANDS } from '../../src/ports/ssh-scripts.ts';
import { renderSudoers, sudoersCommand } from '../../src/report/sudoers.ts';

const fragment = (user = 'ops'): string =>
  renderSudoers({ host: 'vm-a', user, as: ['login', 'script', 'upload'] }, ROOT_COMMANDS) ?? '';

/** What sudo makes of arguments: its file's escapes go (toke.l, GOTARGS), and fnmatch(3) takes what is left. */
function matched(args: string): string {
  const pattern = args.replaceAll(/\\([\\:,= \t#])/g, '$1');
  expect(pattern.replaceAll(/\\./g, ''), 'a wildcard that is not escaped').not.toMatch(/[*?[\]]/);
  return pattern.replaceAll(/\\(.)/g, '$1');
}

describe('a sudoers fragment', () => {
  it('allows a login the two commands, and does not want a terminal', () => {
    expect(fragment().split('\n').slice(0, 3)).toEqual([
      '# host vm-a: /etc/sudoers.d/meshway, mode 0440',
      'Defaults:ops !requiretty',
      'ops ALL=(root) NOPASSWD: /bin/sh -s, \\',
    ]);
  });

  it('allows no upload where no file is uploaded, and is not there where nothing runs as root', () => {
    const of = (user: string, ...as: ('login' | 'script' | 'upload')[]) =>
      renderSudoers({ host: 'a', user, as }, ROOT_COMMANDS);
    expect(of('ops', 'script')).toMatch(/NOPASSWD: \/bin\/sh -s\n$/);
    expect(of('ops', 'login')).toBeUndefined();
    expect(of('root', 'script', 'upload')).toBeUndefined();
  });

  it('means the very command that is run, and no other', () => {
    const [program, ...args] = ROOT_COMMANDS.upload;
    expect(matched(sudoersCommand(ROOT_COMMANDS.upload).slice(program.length + 1))).toBe(args.join(' '));
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a \\,:=#*?[]!"\'$%;{}') }), (word) => {
        expect(matched(sudoersCommand(['/bin/sh', '-c', word]).slice('/bin/sh '.length))).toBe(`-c ${word}`);
      }),
    );
  });

  it('refuses what a line of sudoers cannot hold, or would read as a regular expression', () => {
    expect(() => sudoersCommand(['/bin/sh', '-c', 'a\nops ALL=(ALL) ALL'])).toThrow(RangeError);
    expect(() => sudoersCommand(['/bin/sh', '^.*$'])).toThrow(RangeError);
  });

  const hasVisudo = spawnSync('visudo', ['-V']).status === 0;
  it.skipIf(!hasVisudo)(`is taken by visudo${hasVisudo ? '' : ' (skipped: there is no visudo here)'}`, () => {
    const directory = mkdtempSync(join(tmpdir(), 'sudoers-'));
    const file = join(directory, 'meshway');
    try {
      writeFileSync(file, fragment(), { mode: 0o440 });
      expect(execFileSync('visudo', ['-cf', file], { encoding: 'utf8' })).toContain('parsed OK');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
