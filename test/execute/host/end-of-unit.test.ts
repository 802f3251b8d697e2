import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  ESTATE_UNIT_SCRIPT,
  FORGET_SCRIPT,
  RETIRE_SCRIPT,
} from '../../../src/execute/operations/host/scripts/look-back.ts';
import { REMOVE_RULES } from '../../../src/execute/operations/host/scripts/on-host.ts';
import { LEFTOVERS_SCRIPT, REMOVE_SCRIPT } from '../../../src/execute/operations/host/scripts/remove.ts';
import { CapturedHost, unit } from './captured-host.ts';
import { namespaceMissing } from './host-namespace.ts';

describe.skipIf(namespaceMissing !== undefined)('the end of a unit on a host', () => {
  let bench: CapturedHost;
  beforeAll(() => {
    bench = new CapturedHost();
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.reset());

  it('does not come before the look-back is over, nor after a call', () => {
    bench.look();
    expect(bench.must(RETIRE_SCRIPT).last('verdict')).toBe('early');
    bench.host.call('stranger');
    expect(bench.must(RETIRE_SCRIPT, { seconds: '1' }).last('verdict')).toBe('called');
    expect([bench.isRunning(), bench.state().has('committed')]).toEqual([true, false]);
  });

  it('comes once, is on record, and cannot be forgotten', () => {
    bench.look();
    bench.host.run('sleep 1.1');
    expect(bench.must(RETIRE_SCRIPT, { seconds: '1' }).last('retired')).toBe(unit);
    expect(bench.must(ESTATE_UNIT_SCRIPT).all('enabled')).toEqual(['disabled']);
    expect([
      bench.isRunning(),
      bench.state().has('committed'),
      bench.state().has('running'),
      bench.state().has('boots'),
    ]).toEqual([false, true, false, false]);
    bench.host.call('stranger');
    expect(bench.must(RETIRE_SCRIPT).last('was')).toBe('active yes, enabled yes');
    expect(bench.refusal(FORGET_SCRIPT)).toBe('unit');
  });

  it('is half of it when the unit does not stop, and is finished later', () => {
    bench.look();
    bench.must(`touch /var/lib/units/${unit}.stuck`);
    bench.host.run('sleep 1.1');
    expect(bench.refusal(RETIRE_SCRIPT, { seconds: '1' })).toBe('unit');
    expect([bench.state().has('committed'), bench.state().has('running')]).toEqual([true, true]);
    bench.must(`rm /var/lib/units/${unit}.stuck`);
    expect(bench.must(RETIRE_SCRIPT).last('retired')).toBe(unit);
  });

  it('is refused, and nothing changed, where something would start the unit again', () => {
    bench.look();
    bench.must(
      'cd /var/lib/units; echo catalog.socket > catalog.service.by; touch catalog.socket catalog.socket.active',
    );
    bench.host.run('sleep 1.1');
    expect(bench.refusal(RETIRE_SCRIPT, { seconds: '1' })).toBe('unit');
    expect([bench.isRunning(), bench.state().has('committed')]).toEqual([true, false]);
  });

  it('is not ours when somebody else stopped the unit', () => {
    bench.must(`rm /var/lib/units/${unit}.active /var/lib/units/${unit}.enabled`);
    expect(bench.state().has('committed')).toBe(false);
  });

  it('leaves its record on the host when all else of us goes', () => {
    bench.look();
    bench.host.run('sleep 1.1');
    bench.must(RETIRE_SCRIPT, { seconds: '1' });
    bench.uncapture();
    bench.must(REMOVE_SCRIPT, { units: '', paths: '/var/lib/meshway/proxy', remove: REMOVE_RULES });
    const facts = bench.must(LEFTOVERS_SCRIPT);
    expect([facts.all('left'), facts.all('kept')]).toEqual([[], [`/var/lib/meshway/retired/${unit}`]]);
    expect(bench.must('ls -A /var/lib/meshway | sed "s/^/is /"').all('is')).toEqual(['owner', 'retired']);
    expect([bench.state().has('committed'), bench.state().last('owner')]).toEqual([true, 'run-1']);
  });

  it('leaves nothing when it never came', () => {
    bench.look();
    bench.must(FORGET_SCRIPT);
    expect(bench.state().has('marked')).toBe(false);
    expect(bench.must('ls -A /var/lib/meshway | sed "s/^/is /"').all('is')).not.toContain('lookback');
    bench.uncapture();
    bench.must(REMOVE_SCRIPT, { units: '', paths: '/var/lib/meshway/proxy', remove: REMOVE_RULES });
    expect(bench.must(LEFTOVERS_SCRIPT).all('left')).toEqual([]);
    expect(bench.host.run('test -e /var/lib/meshway').status).toBe(1);
  });
});
