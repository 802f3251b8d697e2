import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import * as arm from '../../../src/execute/operations/host/scripts/arm.ts';
import * as credentials from '../../../src/execute/operations/host/scripts/credentials.ts';
import * as capture from '../../../src/execute/operations/host/scripts/capture.ts';
import * as files from '../../../src/execute/operations/host/scripts/files.ts';
import * as keeper from '../../../src/execute/operations/host/scripts/keeper.ts';
import * as lookBack from '../../../src/execute/operations/host/scripts/look-back.ts';
import * as onHost from '../../../src/execute/operations/host/scripts/on-host.ts';
import * as recycle from '../../../src/execute/operations/host/scripts/recycle.ts';
import * as remove from '../../../src/execute/operations/host/scripts/remove.ts';
import { TRACKING } from '../../../src/execute/operations/host/scripts/tracking.ts';
import * as units from '../../../src/execute/operations/host/scripts/units.ts';

const scripts = Object.entries({
  ...arm,
  ...capture,
  ...credentials,
  ...files,
  ...keeper,
  ...lookBack,
  ...onHost,
  ...recycle,
  ...remove,
  ...units,
});

describe('scripts for hosts', () => {
  it.each(scripts)('%s is one that a POSIX shell accepts', (_, script) => {
    expect(spawnSync('/bin/sh', ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });

  it.each(scripts)(
    '%s never restores a whole firewall, and never looks at a legacy table that is not there',
    (_, script) => {
      const restores = script.split('\n').filter((line) => /-restore" -w/.test(line));
      expect(restores.filter((line) => !line.includes('--noflush'))).toEqual([]);
      expect(script).not.toMatch(/iptables-legacy -t|iptables-legacy-save -t/);
    },
  );
});

describe('translations that no socket of the proxy holds', () => {
  const entry = (ends: string, reply: string, state = 'TIME_WAIT'): string =>
    `ipv4     2 tcp      6 29 ${state} ${ends} ${reply} [ASSURED] mark=0 zone=0 use=2`;
  const out = (port: number, state?: string): string =>
    entry(
      `src=10.0.0.12 dst=10.0.0.11 sport=${port} dport=8081`,
      `src=127.0.0.1 dst=10.0.0.12 sport=15001 dport=${port}`,
      state,
    );
  const inward = entry(
    'src=10.0.0.5 dst=10.0.0.12 sport=4003 dport=8081',
    'src=10.0.0.12 dst=10.0.0.5 sport=15006 dport=4003',
  );
  const plain = entry(
    'src=10.0.0.12 dst=10.0.0.11 sport=4001 dport=8081',
    'src=10.0.0.11 dst=10.0.0.12 sport=8081 dport=4001',
  );
  const direct = entry(
    'src=10.0.0.5 dst=10.0.0.12 sport=4009 dport=15001',
    'src=10.0.0.12 dst=10.0.0.5 sport=15001 dport=4009',
  );
  const run = (held: string[], tracked: string[], rest: string): string => {
    const print = (name: string, lines: string[]): string => `${name}() { cat <<'END'\n${lines.join('\n')}\nEND\n}\n`;
    const input = `${TRACKING}${print('proxied_connections', held)}${print('tracked', tracked)}${rest}`;
    return spawnSync('/bin/sh', ['-s'], { input, encoding: 'utf8' }).stdout;
  };
  const stale = (held: string[], ...tracked: string[]): string[] =>
    [...run(held, tracked, 'stale_translations "15001 15006"').matchAll(/^entry \S+ \S+ (40\d+) /gm)].map(
      ([, port = '']) => port,
    );

  it('are told from others', () => {
    expect(stale([], out(4002), inward, plain, direct, out(4004, 'ESTABLISHED').replace(/^ipv4 +2 /, ''))).toEqual([
      '4002',
      '4003',
      '4004',
    ]);
  });

  it('are not those of connections that live', () => {
    const held = [
      'ESTAB 0 0 127.0.0.1:15001 10.0.0.12:4002',
      'FIN-WAIT-1 0 0 [::ffff:10.0.0.12]:15006 [::ffff:10.0.0.5]:4003',
      'ESTAB 0 0 127.0.0.1:15006 10.0.0.12:4004',
    ];
    expect(stale(held, out(4002), inward, out(4004))).toEqual(['4004']);
  });

  it('are waited for as long as asked, no longer', () => {
    const rest =
      'sleep() { :; }\ncommand() { return 1; }\nforget_translations 15001 3 && echo none || echo "left $waited"';
    expect(run([], [out(4002)], rest)).toBe('left 3\n');
    expect(run([], [plain], rest)).toBe('none\n');
  });

  it('belong to the ports that the rules redirect to', () => {
    const rules = '-A X -p tcp -j REDIRECT --to-ports 15006\n-A Y -j RETURN\n-A Z -j REDIRECT --to-ports 15001\n';
    expect(run([], [], `printf -- '${rules}' | redirect_ports`)).toBe('15001 15006\n');
  });
});
