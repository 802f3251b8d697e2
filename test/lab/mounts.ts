import { readFile } from 'node:fs/promises';
import { run } from './exec.ts';
import { waitFor } from './progress.ts';

/** Mount points at or below a directory, deepest first. */
export async function mountsUnder(dir: string): Promise<string[]> {
  const points = (await readFile('/proc/self/mountinfo', 'utf8'))
    .split('\n')
    .map((line) => unescape(line.split(' ')[4] ?? ''));
  return points.filter((point) => point === dir || point.startsWith(`${dir}/`)).toReversed();
}

/** The kernel writes space, tab, newline and backslash in octal. */
function unescape(point: string): string {
  return point.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8)));
}

/** Whether something is mounted right there. */
export async function isMounted(dir: string): Promise<boolean> {
  return (await mountsUnder(dir)).includes(dir);
}

/** Unmounts all that is mounted at or below a directory. */
export async function unmountUnder(dir: string): Promise<void> {
  await waitFor(`${dir} unmounted`, 20_000, async () => {
    for (const point of await mountsUnder(dir)) await run('umount', [point], { tolerant: true });
    return (await mountsUnder(dir)).length === 0;
  });
}
