import { expect, test } from 'vitest';
import { runProcess } from '../../src/ports/process.ts';

const options = { timeoutMs: 5_000 };

test('returns status and outputs as they are', async () => {
  expect(await runProcess(['/bin/sh', '-c', 'printf "out\\n\\n"; printf err >&2; exit 3'], options)).toEqual({
    ending: 'exit',
    exitCode: 3,
    stdout: 'out\n\n',
    stderr: 'err',
  });
});

test('arguments are not read by a shell', async () => {
  expect((await runProcess(['printf', '%s', '$(id) `id` ; *'], options)).stdout).toBe('$(id) `id` ; *');
});

test('input is text or a stream, or nothing', async () => {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array([1, 2]);
    yield new Uint8Array([3]);
  }
  expect((await runProcess(['cat'], { ...options, input: 'text' })).stdout).toBe('text');
  expect((await runProcess(['wc', '-c'], { ...options, input: bytes() })).stdout.trim()).toBe('3');
  expect((await runProcess(['cat'], options)).stdout).toBe('');
});

test('a program that does not read its input is not an error', async () => {
  expect((await runProcess(['true'], { ...options, input: 'x'.repeat(5_000_000) })).ending).toBe('exit');
});

test('tells the ways to end', async () => {
  expect((await runProcess(['sleep', '10'], { timeoutMs: 200 })).ending).toBe('timeout');
  expect((await runProcess(['yes'], { ...options, maxOutputBytes: 1000 })).ending).toBe('overflow');
  expect((await runProcess(['meshway-has-no-such-program'], options)).ending).toBe('missing');
  expect((await runProcess(['/bin/sh', '-c', 'kill -9 $$'], options)).ending).toBe('signal');
});

test('does not wait for a program that inherited its outputs', async () => {
  const startedAt = performance.now();
  expect((await runProcess(['/bin/sh', '-c', 'sleep 8 & echo done'], options)).stdout).toBe('done\n');
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

test('is out of reach of Ctrl-C on the terminal: it has a process group of its own', async () => {
  const { stdout } = await runProcess(['/bin/sh', '-c', 'cut -d" " -f5 /proc/self/stat'], options);
  const own = await runProcess(['cut', '-d', ' ', '-f5', `/proc/${process.pid}/stat`], options);
  expect(stdout).not.toBe(own.stdout);
});
