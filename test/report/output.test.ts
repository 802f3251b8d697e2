import { describe, expect, it } from 'vitest';
import { meshError } from '../../src/errors/mesh-error.ts';
import { Output, outputModeOf, type OutputMode } from '../../src/report/output.ts';
import { style } from '../../src/report/style.ts';

function outputIn(mode: OutputMode, isColoured = false) {
  const written = { stdout: '', stderr: '' };
  const sink = (stream: 'stdout' | 'stderr') => ({ isColoured, write: (text: string) => (written[stream] += text) });
  const now = () => new Date('2026-01-02T03:04:05.678Z');
  return { written, output: new Output(mode, sink('stdout'), sink('stderr'), now) };
}

const error = meshError('MW1101', { host: 'vm-a', address: '10.0.0.7' });

describe('outputModeOf', () => {
  it.each([
    [['doctor'], 'text'],
    [['doctor', '--json'], 'json'],
    [['doctor', '--', '--json'], 'text'],
    [['doctor', '--output', 'jsonl'], 'jsonl'],
    [['doctor', '--output=jsonl'], 'jsonl'],
    [['doctor', '--output', 'text'], 'text'],
  ] as const)('reads %j as %s', (argv, mode) => {
    expect(outputModeOf(argv)).toBe(mode);
  });
});

describe('Output', () => {
  it('prints one document with --json, the result or the error', () => {
    const { written, output } = outputIn('json');
    output.print('not for programs');
    output.emit({ event: 'nor-this' });
    output.result({ done: 1 });
    expect(JSON.parse(written.stdout)).toEqual({ done: 1 });
  });

  it('prints an error of --json with code, title, cause, fix and exit', () => {
    const { written, output } = outputIn('json');
    output.failure(error);
    expect(JSON.parse(written.stdout)).toMatchObject({ error: { code: 'MW1101', exit: 9, args: { host: 'vm-a' } } });
    expect(written.stderr).toBe('');
  });

  it('prints timed events, and the result last, with --output jsonl', () => {
    const { written, output } = outputIn('jsonl');
    output.emit({ event: 'step-started', step: 's1' });
    output.result({ done: 1 });
    const lines = written.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual([
      { at: '2026-01-02T03:04:05.678Z', event: 'step-started', step: 's1' },
      { at: '2026-01-02T03:04:05.678Z', event: 'result', result: { done: 1 } },
    ]);
  });

  it('prints an error for a person on standard error', () => {
    const { written, output } = outputIn('text');
    output.failure(error);
    expect(written.stdout).toBe('');
    expect(written.stderr).toMatch(
      /^MW1101 The host key is not known\n {2}cause {2}No trusted key.*\n {2}fix {4}Compare/,
    );
  });

  it('sanitizes what it prints, and colours it only where asked', () => {
    const plain = outputIn('text');
    plain.output.print(`${style.red('bad')} \u001B[2J`);
    expect(plain.written.stdout).toBe('bad \\u{1b}[2J\n');
    const coloured = outputIn('text', true);
    coloured.output.print(style.red('bad'));
    expect(coloured.written.stdout).toBe('\u001B[31mbad\u001B[0m\n');
  });
});
