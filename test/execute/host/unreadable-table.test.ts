import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ARM_SCRIPT } from '../../../src/execute/operations/host/scripts/arm.ts';
import { UNCAPTURE_SCRIPT } from '../../../src/execute/operations/host/scripts/capture.ts';
import { REMOVE_RULES } from '../../../src/execute/operations/host/scripts/on-host.ts';
import { PRELUDE } from '../../../src/execute/operations/host/scripts/prelude.ts';
import { STOP_UNIT_SCRIPT } from '../../../src/execute/operations/host/scripts/units.ts';
import { CapturedHost } from './captured-host.ts';
import { namespaceMissing } from './host-namespace.ts';
import { UNREADABLE } from './unreadable.ts';

/** What of ours the kernel holds, by its own word. */
const OURS = 'nft list table ip nat | grep -c MESHWAY_; exit 0';

describe.skipIf(namespaceMissing !== undefined)('a nat table that iptables cannot show', () => {
  let captured: CapturedHost;
  const unreadable = (): void => {
    captured.must(UNREADABLE);
    expect(captured.host.run('iptables-nft-save -t nat').stdout).not.toContain('COMMIT');
  };
  const ours = (): string => captured.host.run(OURS).stdout.trim();

  beforeAll(() => {
    captured = new CapturedHost();
  });
  beforeEach(() => captured.reset());
  afterAll(() => captured.close());

  it('hides no capture that is in force', () => {
    unreadable();
    const facts = captured.must(`${PRELUDE}\nin_force | while read -r line; do say force "$line"; done`);
    expect(facts.all('force').map((line) => line.split(' ').at(-1))).toEqual(['MESHWAY_INBOUND', 'MESHWAY_OUTPUT']);
    expect(captured.refusal(STOP_UNIT_SCRIPT)).toBe('captured');
  });

  it.each(['', 'all'])(
    'is no reason for a capture to go on that is ended, and rules of others stay (%s)',
    (argument) => {
      unreadable();
      captured.must(`sh -c "$remove" remove ${argument}`, { remove: REMOVE_RULES });
      // The redirections stay until nothing needs them.
      expect(ours()).toBe(argument === 'all' ? '0' : '2');
      expect(captured.host.run('nft list table ip nat').stdout).toContain('masquerade');
      expect(captured.must(`${PRELUDE}\nsay force "$(in_force)"`).last('force')).toBe('');
    },
  );

  it('lets an uncapture end', () => {
    unreadable();
    expect(captured.must(UNCAPTURE_SCRIPT, { remove: REMOVE_RULES }).last('uncaptured')).toBe('yes');
  });

  it('is captured by nobody', () => {
    captured.uncapture();
    unreadable();
    expect(captured.refusal(ARM_SCRIPT, { rules: '', excluded_ports: '22' })).toBe('rules');
    expect(ours()).toBe('0');
  });
});
