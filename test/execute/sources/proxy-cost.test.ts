import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { World } from '../../../src/execute/handler.ts';
import { cpuScript, millicoresIn, proxyCost } from '../../../src/execute/sources/proxy-cost.ts';

const run = promisify(execFile);

/** One process that is busy, in a directory where no other process comes and goes, once its first tick is counted. */
const BUSY = `
while :; do :; done & busy=$!
root=$(mktemp -d)
trap 'kill $busy; rm -r "$root"' EXIT
ln -s /proc/$busy "$root/$busy"
while [ "$(cut -d' ' -f14 /proc/$busy/stat)" = 0 ]; do sleep 0.1; done
`;

describe('the CPU of a proxy', () => {
  it('is the ticks of its processes between two moments', () => {
    expect(millicoresIn('100\n1000 500000\n1150 500500\n')).toBe(300);
  });

  it.each(['', '100\n', '100\n1000 500000\n900 500500\n', '100\n1000 500000\n1100 500000\n', '100\nx y\n1 2\n'])(
    'is not known from %j',
    (text) => expect(millicoresIn(text)).toBeUndefined(),
  );

  it.skipIf(process.platform !== 'linux')('is read for real, of what runs here', async () => {
    const { stdout } = await run('sh', ['-c', `${BUSY}${cpuScript('', 1, '$root')}`]);
    expect(millicoresIn(stdout)).toBeGreaterThan(20);
  });

  it.skipIf(process.platform !== 'linux')('is not read where no process is of the unit', async () => {
    await expect(run('sh', ['-c', cpuScript('/no-such[.]service', 1)])).rejects.toMatchObject({ code: 1 });
  });
});

describe('what a proxy costs', () => {
  const world = (added: number | null, passing: number | null): World =>
    ({
      metrics: { scalar: (query: string) => Promise.resolve(query === 'added' ? added : passing) },
      estate: { hosts: [{ name: 'vm-a', address: '192.0.2.11', user: 'ops' }], ssh: {} },
      ssh: { script: () => Promise.resolve({ exitCode: 1, stdout: '', stderr: '' }) },
    }) as unknown as World;
  const pod = { subject: 'shop/web', addedMs: 'added', perSecond: 'passing' };

  it('is what a request spends in it, and never less than nothing', async () => {
    expect(await proxyCost(pod, world(0.5, 80))).toEqual({ addedMs: 0.5, perSecond: 80, millicores: null });
    expect(await proxyCost(pod, world(-0.1, 80))).toMatchObject({ addedMs: 0 });
  });

  it('is not measured without requests', async () => {
    const lack = 'no request was counted';
    for (const idle of [world(null, null), world(null, 0), world(Number.NaN, 0)])
      expect(await proxyCost(pod, idle)).toMatchObject({ addedMs: null, lack });
  });

  it('is measured without its CPU where the host does not tell it', async () => {
    const lack = 'the CPU of meshway-proxy.service cannot be read';
    expect(await proxyCost({ ...pod, host: 'vm-a' }, world(0.5, 80))).toEqual({
      addedMs: 0.5,
      perSecond: 80,
      millicores: null,
      lack,
    });
  });
});
