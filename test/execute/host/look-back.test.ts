import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HostFacts } from '../../../src/execute/operations/host/host-facts.ts';
import { captureRules } from '../../../src/execute/operations/host/rules.ts';
import {
  ESTATE_UNIT_SCRIPT,
  FORGET_SCRIPT,
  LOOK_BACK_STATE_SCRIPT,
  QUIET_SCRIPT,
  RETIRE_SCRIPT,
} from '../../../src/execute/operations/host/scripts/look-back.ts';
import { REMOVE_RULES } from '../../../src/execute/operations/host/scripts/on-host.ts';
import { PRELUDE } from '../../../src/execute/operations/host/scripts/prelude.ts';
import { LEFTOVERS_SCRIPT, REMOVE_SCRIPT } from '../../../src/execute/operations/host/scripts/remove.ts';
import { HostNamespace, namespaceMissing } from './host-namespace.ts';

const unit = 'catalog.service';
const rules = captureRules(
  {
    proxyUid: 1337,
    inboundPorts: [8080],
    excludeInboundPorts: [22],
    excludeOutboundPorts: [],
    inboundProxyPort: 15006,
    outboundProxyPort: 15001,
  },
  'run-1',
);
const variables = {
  run: 'run-1',
  plan: 'sha256:x',
  token: '3',
  unit,
  ports: '8080',
  seconds: '600',
  proxy_unit: 'meshway-proxy.service',
  capture_unit: 'meshway-capture.service',
  stop_seconds: '5',
};

/** A captured host as the operations before leave it: rules by a backend, their record, a proxy that counts. */
const captured = (backend: string): string => `${PRELUDE}
set -e
rm -rf "$home" /var/lib/units
mkdir -p "$capture" "$home/proxy" /var/lib/units
printf '%s\\n' 'case $1 in requests) cat /var/lib/meshway/served ;; ports) echo 15001 15006 ;; esac' | sed '1i #!/bin/sh' > "$home/proxy/control"
chmod +x "$home/proxy/control"
echo 0 > "$home/served"
printf 'run run-1\\nplan sha256:x\\ntoken 3\\n' > "$home/owner"
cd /var/lib/units && touch ${unit} ${unit}.active ${unit}.enabled && echo a > meshway-proxy.service.invocation && echo a > meshway-capture.service.invocation
${backend}-restore --noflush < "$rules_file"
our_rules > "$capture/live"
ln -s confirmed "$capture/outcome"
`;

describe.skipIf(namespaceMissing !== undefined)('the look-back on a host', () => {
  let host: HostNamespace;
  beforeAll(() => {
    host = new HostNamespace();
  });
  afterAll(() => host.close());

  const must = (script: string, more: Record<string, string> = {}): HostFacts => {
    const { status, stdout, stderr } = host.run(script, { ...variables, ...more });
    if (status !== 0) throw new Error(`status ${status}: ${stdout}${stderr}`);
    return new HostFacts(stdout);
  };
  const look = (more: Record<string, string> = {}): string => must(QUIET_SCRIPT, more).last('verdict');
  const refusal = (script: string, more: Record<string, string> = {}): string =>
    new HostFacts(host.run(script, { ...variables, ...more }).stdout).last('refused');
  const state = (more: Record<string, string> = {}): HostFacts => must(LOOK_BACK_STATE_SCRIPT, more);
  const isRunning = (): boolean => must(ESTATE_UNIT_SCRIPT).has('active', 'active');
  const capture = (backend = 'iptables-nft'): void => {
    must(`rules_file=/var/lib/rules; printf '%s' "$rules" > "$rules_file"\n${captured(backend)}`, { rules });
  };
  const uncapture = (): void => {
    must('sh -c "$remove" remove all', { remove: REMOVE_RULES });
  };
  beforeEach(() => {
    uncapture();
    // What was tracked of the test before is no caller of this one.
    host.run('conntrack -F 2>/dev/null');
    capture();
  });

  it('begins with the first look, goes on with the next, and ends when its time is over', () => {
    const first = must(QUIET_SCRIPT);
    expect([first.last('verdict'), first.last('left')]).toEqual(['none', '600']);
    host.run('sleep 1.1');
    const second = must(QUIET_SCRIPT);
    expect([second.last('verdict'), Number(second.last('left')) < 600]).toEqual(['early', true]);
    expect(look({ seconds: '1' })).toBe('over');
    expect([state().has('marked'), state({ seconds: '1' }).last('verdict')]).toEqual([true, 'over']);
  });

  it.each(['iptables-nft', 'iptables-legacy'])(
    'sees one connection of a stranger, and who it was, by %s',
    (backend) => {
      uncapture();
      capture(backend);
      expect(look()).toBe('none');
      host.call('stranger');
      const facts = must(QUIET_SCRIPT);
      expect(facts.last('verdict')).toBe('called');
      expect([facts.last('connections'), facts.last('requests')]).toEqual(['1', '0']);
      expect(facts.all('peer')).toEqual([HostNamespace.stranger]);
      expect(look()).toBe('early');
    },
  );

  it('counts a stranger whom nobody saw, and says that it knows no name', () => {
    expect(look()).toBe('none');
    host.call('stranger');
    host.run('conntrack -F 2>/dev/null');
    const facts = must(QUIET_SCRIPT);
    expect([facts.last('verdict'), facts.last('connections'), facts.all('peer')]).toEqual(['called', '1', []]);
  });

  it('lets a connection be that was there before and asks nothing, and sees a request on it', () => {
    const held = host.connect('stranger');
    expect(look()).toBe('none');
    expect(look()).toBe('early');
    must('echo 2 > /var/lib/meshway/served');
    const facts = must(QUIET_SCRIPT);
    expect([facts.last('verdict'), facts.last('requests'), facts.all('open')]).toEqual([
      'called',
      '2',
      [HostNamespace.stranger],
    ]);
    held.end();
  });

  it('sees a connection that is older than the capture, at the first look already', () => {
    uncapture();
    const old = host.connect('stranger');
    capture();
    const facts = must(QUIET_SCRIPT);
    expect([facts.last('verdict'), facts.all('peer')]).toEqual(['called', [HostNamespace.stranger]]);
    expect(look()).toBe('called');
    old.end();
    host.waitFor('[ -z "$(ss -Htn state established "( sport = :8080 )")" ]');
    expect(look()).toBe('early');
  });

  it.each([HostNamespace.address, '127.0.0.1'])(
    'sees a neighbour on the host that calls %s, and not the proxy',
    (to) => {
      const proxy = host.connect('neighbour', HostNamespace.address, '127.0.0.6');
      expect([look(), look()]).toEqual(['none', 'early']);
      const neighbour = host.connect('neighbour', to);
      const facts = must(QUIET_SCRIPT);
      expect([facts.last('verdict'), facts.all('peer')]).toEqual(['called', [to]]);
      neighbour.end();
      proxy.end();
    },
  );

  it.each([
    ['a boot', 'echo other > /var/lib/boot; mount --bind /var/lib/boot /proc/sys/kernel/random/boot_id'],
    ['another proxy', 'echo b > /var/lib/units/meshway-proxy.service.invocation'],
    ['a new capture', 'echo b > /var/lib/units/meshway-capture.service.invocation'],
    ['another record of the rules', 'cd /var/lib/meshway/capture; cp live new; mv new live'],
    ['counters that went back', 'iptables-nft -t nat -Z'],
  ])('begins anew after %s', (_, event) => {
    must('echo 7 > /var/lib/meshway/served');
    host.call('stranger');
    expect(look()).toBe('none');
    must(event);
    expect(look({ seconds: '1' })).toBe('anew');
    host.run('umount /proc/sys/kernel/random/boot_id 2>/dev/null');
  });

  it('is not another run’s', () => {
    look();
    expect(refusal(QUIET_SCRIPT, { run: 'run-2' })).toBe('foreign');
    expect(refusal(QUIET_SCRIPT, { token: '2' })).toBe('stale');
  });

  it('cannot be had without the rules that count, nor without the proxy’s word', () => {
    expect(refusal(QUIET_SCRIPT, { ports: '8080 9090' })).toBe('rules-gone');
    must('rm /var/lib/meshway/served');
    expect(refusal(QUIET_SCRIPT)).toBe('proxy-not-ready');
    uncapture();
    expect(refusal(QUIET_SCRIPT)).toBe('rules-gone');
  });

  describe('and the end of the unit', () => {
    it('does not come before the look-back is over, nor after a call', () => {
      look();
      expect(must(RETIRE_SCRIPT).last('verdict')).toBe('early');
      host.call('stranger');
      expect(must(RETIRE_SCRIPT, { seconds: '1' }).last('verdict')).toBe('called');
      expect([isRunning(), state().has('committed')]).toEqual([true, false]);
    });

    it('comes once, is on record, and cannot be forgotten', () => {
      look();
      host.run('sleep 1.1');
      expect(must(RETIRE_SCRIPT, { seconds: '1' }).last('retired')).toBe(unit);
      expect(must(ESTATE_UNIT_SCRIPT).all('enabled')).toEqual(['disabled']);
      expect([isRunning(), state().has('committed'), state().has('running'), state().has('boots')]).toEqual([
        false,
        true,
        false,
        false,
      ]);
      host.call('stranger');
      expect(must(RETIRE_SCRIPT).last('was')).toBe('active yes, enabled yes');
      expect(refusal(FORGET_SCRIPT)).toBe('unit');
    });

    it('is half of it when the unit does not stop, and is finished later', () => {
      look();
      must(`touch /var/lib/units/${unit}.stuck`);
      host.run('sleep 1.1');
      expect(refusal(RETIRE_SCRIPT, { seconds: '1' })).toBe('unit');
      expect([state().has('committed'), state().has('running')]).toEqual([true, true]);
      must(`rm /var/lib/units/${unit}.stuck`);
      expect(must(RETIRE_SCRIPT).last('retired')).toBe(unit);
    });

    it('is refused, and nothing changed, where something would start the unit again', () => {
      look();
      must('cd /var/lib/units; echo catalog.socket > catalog.service.by; touch catalog.socket catalog.socket.active');
      host.run('sleep 1.1');
      expect(refusal(RETIRE_SCRIPT, { seconds: '1' })).toBe('unit');
      expect([isRunning(), state().has('committed')]).toEqual([true, false]);
    });

    it('is not ours when somebody else stopped the unit', () => {
      must(`rm /var/lib/units/${unit}.active /var/lib/units/${unit}.enabled`);
      expect(state().has('committed')).toBe(false);
    });

    it('leaves its record on the host when all else of us goes', () => {
      look();
      host.run('sleep 1.1');
      must(RETIRE_SCRIPT, { seconds: '1' });
      uncapture();
      must(REMOVE_SCRIPT, { units: '', paths: '/var/lib/meshway/proxy', remove: REMOVE_RULES });
      const facts = must(LEFTOVERS_SCRIPT);
      expect([facts.all('left'), facts.all('kept')]).toEqual([[], [`/var/lib/meshway/retired/${unit}`]]);
      expect(must('ls -A /var/lib/meshway | sed "s/^/is /"').all('is')).toEqual(['owner', 'retired']);
      expect([state().has('committed'), state().last('owner')]).toEqual([true, 'run-1']);
    });

    it('leaves nothing when it never came', () => {
      look();
      must(FORGET_SCRIPT);
      expect(state().has('marked')).toBe(false);
      expect(must('ls -A /var/lib/meshway | sed "s/^/is /"').all('is')).not.toContain('lookback');
      uncapture();
      must(REMOVE_SCRIPT, { units: '', paths: '/var/lib/meshway/proxy', remove: REMOVE_RULES });
      expect(must(LEFTOVERS_SCRIPT).all('left')).toEqual([]);
      expect(host.run('test -e /var/lib/meshway').status).toBe(1);
    });
  });
});
