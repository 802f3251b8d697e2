import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { World } from '../../../src/execute/handler.ts';
import { readHostStats } from '../../../src/execute/sources/host-stats.ts';
import { parseStats } from '../../../src/execute/sources/scrape.ts';
import { codeOf } from '../../fakes/code-of.ts';
import { shopEstate } from '../../fakes/shop.ts';

const answer = 'envoy_server_uptime{} 12\nenvoy_cluster_upstream_rq_completed{cluster_name="inbound|8080||"} 7\n';

/** The script that a host is sent, run by a real shell, in which the one program that asks is ours. */
describe('what a host’s proxy counts', () => {
  let directory: string;
  beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'stats-'))));
  afterEach(() => rm(directory, { recursive: true }));

  async function put(program: string, text: string): Promise<void> {
    await writeFile(join(directory, program), `#!/bin/sh\n${text}`);
    await chmod(join(directory, program), 0o755);
  }

  const world = (): World =>
    ({
      estate: shopEstate(),
      ssh: {
        script: (_: unknown, script: string) =>
          new Promise((resolve) =>
            execFile(
              '/bin/sh',
              ['-c', script],
              { env: { PATH: `${directory}:/usr/bin:/bin` } },
              (error, stdout, stderr) => resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr }),
            ),
          ),
      },
    }) as unknown as World;

  it('is asked of its admin endpoint, where no agent answers', async () => {
    await put('curl', `for url; do :; done\nprintf '%s\\n' "$url" > ${directory}/url\nprintf '%s' '${answer}'\n`);
    expect(parseStats(await readHostStats(world(), 'vm-a'))).toEqual([
      { metric: 'envoy_server_uptime', labels: {}, value: 12 },
      { metric: 'envoy_cluster_upstream_rq_completed', labels: { cluster_name: 'inbound|8080||' }, value: 7 },
    ]);
  });

  it('is an error where that does not answer either', async () => {
    await put('curl', `echo 'curl: (7) refused' >&2\nexit 7\n`);
    expect(await codeOf(readHostStats(world(), 'vm-a'))).toBe('MW1831');
  });
});

describe('an answer of a proxy', () => {
  it.each([
    ['without an uptime', 'envoy_cluster_upstream_cx_total{cluster_name="a"} 1\n'],
    ['with a number that is none', `${answer}envoy_cluster_upstream_cx_total{cluster_name="a"} NaN\n`],
    ['with labels that do not end', `${answer}envoy_cluster_upstream_cx_total{cluster_name="a} 1\n`],
    ['of nothing', ''],
  ])('%s is refused', (_, text) => {
    expect(() => parseStats(text)).toThrow(/./);
  });

  it('keeps what gates count, with quotes and backslashes in labels', () => {
    const text = `# HELP x\n${answer}envoy_listener_x{a="b"} 1\nenvoy_cluster_upstream_cx_total{cluster_name="a\\"b\\\\c"} 3\n`;
    expect(parseStats(text).at(-1)).toEqual({
      metric: 'envoy_cluster_upstream_cx_total',
      labels: { cluster_name: 'a"b\\c' },
      value: 3,
    });
    expect(parseStats(text)).toHaveLength(3);
  });
});
