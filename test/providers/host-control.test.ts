import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOST_HOME } from '../../src/plans/host-paths.ts';
import { controlScript } from '../../src/providers/istio/host-control.ts';

const capture = {
  proxyUid: 1337,
  inboundPorts: [22, 8080, 8081],
  excludeInboundPorts: [22],
  excludeOutboundPorts: [],
  inboundProxyPort: 15006,
  outboundProxyPort: 15001,
};
const knows = (...ports: number[]): string => ports.map((port) => `inbound|${port}||::default::x\n`).join('');
const leads = (...ports: number[]): string => ports.map((port) => `     "cluster": "inbound|${port}||",\n`).join('');
const lacksOne = `${knows(8080)}outbound|8081||pricing.shop.internal::x\n`;

describe('what a host asks its proxy', () => {
  let home = '';
  const write = (name: string, text: string): void => writeFileSync(join(home, name), text, { mode: 0o755 });
  /** An agent that answers from files, and a clock that does not wait. */
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'mesh-control-'));
    mkdirSync(join(home, 'proxy'));
    write('sleep', '#!/bin/sh\n');
    write(
      'agent',
      `#!/bin/sh\nfor last; do :; done\ncase $last in healthz/ready) [ -e ${home}/healthy ] ;; clusters) cat ${home}/clusters ;; config_dump*) cat ${home}/listeners ;; stats*) cat ${home}/stats ;; esac\n`,
    );
    write('healthy', '');
    write('clusters', knows(8080, 8081));
    write('listeners', leads(8080, 8081));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const captured = (outcome = 'confirmed'): void => {
    mkdirSync(join(home, 'capture'));
    symlinkSync(outcome, join(home, 'capture', 'outcome'));
  };
  const ask = (...args: string[]): { status: number | null; said: string; stdout: string } => {
    const script = controlScript(join(home, 'agent'), capture).replaceAll(HOST_HOME, home);
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-s', ...args], {
      input: script,
      encoding: 'utf8',
      env: { PATH: `${home}:/usr/bin:/bin` },
    });
    return { status, said: stdout + stderr, stdout };
  };

  it('is ready when it is healthy and knows the ports that are sent to it', () => {
    captured();
    expect(ask('ready').status).toBe(0);
    rmSync(join(home, 'healthy'));
    expect(ask('ready').status).not.toBe(0);
  });

  it('is not ready on a captured host when one port leads to no cluster', () => {
    write('clusters', lacksOne);
    expect(ask('ready').status).toBe(0);
    expect(ask('serves')).toMatchObject({ status: 1, said: 'it has no cluster for port 8081\n' });
    captured();
    expect(ask('ready')).toMatchObject({
      status: 1,
      said: 'its listener leads port 8081 to a cluster that is not there\n',
    });
    expect(ask('healthy').status).toBe(0);
  });

  it('is ready when the name of a port is gone: what comes passes through, and no start would change that', () => {
    captured();
    write('clusters', lacksOne);
    write('listeners', leads(8080));
    expect([ask('ready').status, ask('settle').status, ask('serves').status]).toEqual([0, 0, 1]);
  });

  it('is not ready when it does not say what it knows', () => {
    captured();
    rmSync(join(home, 'clusters'));
    expect(ask('ready').status).toBe(1);
  });

  it('is not held to its ports by a capture that nobody confirmed', () => {
    write('clusters', lacksOne);
    captured('fired');
    expect([ask('ready').status, ask('settle').status]).toEqual([0, 0]);
  });

  it('starts again when it lacks a port, twice and no more', () => {
    captured();
    write('clusters', lacksOne);
    const ends = [1, 2, 3, 4].map(() => ask('settle').status);
    expect(ends).toEqual([1, 1, 0, 1]);
    write('clusters', knows(8080, 8081));
    expect([ask('settle').status, ask('settle').status]).toEqual([0, 0]);
    write('clusters', lacksOne);
    expect(ask('settle')).toMatchObject({ status: 1 });
  });

  it('does not start again while it is not healthy: that is another trouble', () => {
    captured();
    write('clusters', lacksOne);
    rmSync(join(home, 'healthy'));
    expect(ask('settle').status).toBe(0);
    write('healthy', '');
    expect([ask('settle').status, ask('settle').status]).toEqual([1, 1]);
    rmSync(join(home, 'healthy'));
    expect(ask('settle').status).toBe(0);
    write('healthy', '');
    expect(ask('settle').status).toBe(1);
  });

  it('tells how many requests a port was handed, or that it does not know', () => {
    write('stats', 'cluster.inbound|8080||;.upstream_rq_total: 17\ncluster.inbound|80||;.upstream_rq_total: 3\n');
    expect(ask('requests', '8080')).toMatchObject({ status: 0, stdout: '17\n' });
    expect(ask('requests', '8082')).toMatchObject({ status: 1, stdout: '' });
  });

  it('was handed nothing where its cluster is known and has never counted', () => {
    write('stats', 'cluster.inbound|8080||;.upstream_rq_total: 17\n');
    expect(ask('requests', '8081')).toMatchObject({ status: 0, stdout: '0\n' });
    write('clusters', knows(8080));
    expect(ask('requests', '8081')).toMatchObject({ status: 1, stdout: '' });
  });

  it('knows no other question', () => {
    expect(ask('reboot').status).toBe(64);
  });
});
