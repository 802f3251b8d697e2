import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { meshError } from '../../src/errors/index.ts';
import type { HostRenewal } from '../../src/execute/renew/renew-run.ts';
import { renderRenewal, renderRenewalSum } from '../../src/report/renewal-text.ts';
import { renderStatus } from '../../src/report/status-text.ts';
import { toTerminal } from '../../src/report/style.ts';

const plain = (text: string): string => stripVTControlCharacters(toTerminal(text, false));
const renewal = (change: Partial<HostRenewal>): HostRenewal => ({
  host: 'vm-b',
  outcome: 'good',
  level: 'ok',
  found: 'its certificate is good for 20 h, and its token expired 3 h ago',
  restart: false,
  certificate: null,
  tokenExpiresAt: null,
  observed: [],
  ...change,
});
const unreached = meshError('MW1104', { host: 'vm-b', address: '10.0.0.2', seconds: 10 }).toDocument();

describe('a renewal in words', () => {
  it('says how a host was found, and what became of it', () => {
    expect(plain(renderRenewal(renewal({})))).toBe(
      'good    vm-b: its certificate is good for 20 h, and its token expired 3 h ago',
    );
    expect(plain(renderRenewal(renewal({ outcome: 'renewed', found: 'x', observed: ['2 files', 'ready'] })))).toBe(
      'renewed vm-b: x\n        2 files\n        ready',
    );
    expect(plain(renderRenewal(renewal({ outcome: 'failed', error: unreached })))).toMatch(
      /^failed {2}vm-b: MW1104: Host vm-b .* no answer within 10 s\.\n {8}fix Check/,
    );
  });

  it('says before whether the proxy would be restarted', () => {
    expect(plain(renderRenewal(renewal({ outcome: 'due', restart: true })))).toContain('and restart the proxy');
    expect(plain(renderRenewal(renewal({ outcome: 'due' })))).toContain('which the running proxy takes by itself');
  });

  it('adds up', () => {
    const hosts = [renewal({}), renewal({ outcome: 'renewed' }), renewal({ outcome: 'failed', error: unreached })];
    expect(renderRenewalSum('r1', hosts, false)).toBe('run r1: 1 good, 1 renewed, 1 failed');
    expect(renderRenewalSum('r1', [renewal({ outcome: 'due' })], true)).toBe(
      'run r1: 0 good, 1 due; nothing was changed',
    );
    expect(renderRenewalSum('r1', [], false)).toBe('run r1 has joined no host');
  });

  it('is part of the status, with the fix only where one is due', () => {
    const status = (credentials: HostRenewal[]): string =>
      plain(
        renderStatus([
          {
            run: 'r1',
            plan: 'shop',
            standing: 'complete',
            goal: 'none',
            stages: [],
            halted: [],
            committed: [],
            credentials,
          },
        ]),
      );
    expect(status([renewal({})])).toContain('  credentials: 1 joined host(s)\n    ok       vm-b: its certificate');
    expect(status([renewal({})])).not.toContain('mesh hosts renew');
    expect(status([renewal({ level: 'error', error: unreached })])).toMatch(
      /error +vm-b: MW1104: .*\n {4}fix mesh hosts renew PLAN/,
    );
  });
});
