import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { QUIET_SCRIPT } from '../../../src/execute/operations/host/scripts/look-back.ts';
import { CapturedHost } from './captured-host.ts';
import { HostNamespace, namespaceMissing } from './host-namespace.ts';

if (namespaceMissing !== undefined) console.warn(`skipping the tests with real firewall rules: ${namespaceMissing}`);

describe.skipIf(namespaceMissing !== undefined)('the look-back on a host', () => {
  let bench: CapturedHost;
  beforeAll(() => {
    bench = new CapturedHost();
  });
  afterAll(() => bench.close());

  beforeEach(() => bench.reset());

  it('begins with the first look, goes on with the next, and ends when its time is over', () => {
    const first = bench.must(QUIET_SCRIPT);
    expect([first.last('verdict'), first.last('left')]).toEqual(['none', '600']);
    bench.host.run('sleep 1.1');
    const second = bench.must(QUIET_SCRIPT);
    expect([second.last('verdict'), Number(second.last('left')) < 600]).toEqual(['early', true]);
    expect(bench.look({ seconds: '1' })).toBe('over');
    expect([bench.state().has('marked'), bench.state({ seconds: '1' }).last('verdict')]).toEqual([true, 'over']);
  });

  it.each(['iptables-nft', 'iptables-legacy'])(
    'sees one connection of a stranger, and who it was, by %s',
    (backend) => {
      bench.uncapture();
      bench.capture(backend);
      expect(bench.look()).toBe('none');
      bench.host.call('stranger');
      const facts = bench.must(QUIET_SCRIPT);
      expect(facts.last('verdict')).toBe('called');
      expect([facts.last('connections'), facts.last('requests')]).toEqual(['1', '0']);
      expect(facts.all('peer')).toEqual([HostNamespace.stranger]);
      expect(bench.look()).toBe('early');
    },
  );

  it('names a stranger whose connection the kernel has forgotten, each time that he calls', () => {
    expect(bench.look()).toBe('none');
    for (const expected of [
      ['1', HostNamespace.stranger],
      ['2', HostNamespace.stranger],
    ]) {
      for (let calls = 0; calls < Number(expected[0]); calls++) bench.host.call('stranger');
      bench.host.run('conntrack -F 2>/dev/null');
      const facts = bench.must(QUIET_SCRIPT);
      expect([facts.last('verdict'), facts.last('connections'), facts.last('peer')]).toEqual(['called', ...expected]);
      expect(facts.all('open')).toEqual([]);
    }
    expect(bench.look()).toBe('early');
  });

  it('counts a stranger whom nobody saw, on a kernel that cannot note callers, and knows no name', () => {
    const [refusing, refused] = ['/usr/local/sbin/iptables-nft-restore', '/var/lib/refused'];
    bench.must(`cat > ${refusing} <<'END'
#!/bin/sh
cat > /var/lib/asked
grep -q -e '-m recent' /var/lib/asked && { echo "Extension recent is not supported" > ${refused}; exit 1; }
exec /usr/sbin/iptables-nft-restore "$@" < /var/lib/asked
END
chmod +x ${refusing}`);
    bench.uncapture();
    bench.capture();
    bench.must(`rm ${refusing}; cat ${refused}`);
    expect(bench.look()).toBe('none');
    bench.host.call('stranger');
    bench.host.run('conntrack -F 2>/dev/null');
    const facts = bench.must(QUIET_SCRIPT);
    expect([facts.last('verdict'), facts.last('connections'), facts.all('peer')]).toEqual(['called', '1', []]);
  });

  it('lets a connection be that was there before and asks nothing, and sees a request on it', () => {
    const held = bench.host.connect('stranger');
    expect(bench.look()).toBe('none');
    expect(bench.look()).toBe('early');
    bench.must('echo 2 > /var/lib/meshway/served');
    const facts = bench.must(QUIET_SCRIPT);
    expect([facts.last('verdict'), facts.last('requests'), facts.all('open')]).toEqual([
      'called',
      '2',
      [HostNamespace.stranger],
    ]);
    held.end();
  });

  it('sees a connection that is older than the capture, at the first look already', () => {
    bench.uncapture();
    const old = bench.host.connect('stranger');
    bench.capture();
    const facts = bench.must(QUIET_SCRIPT);
    expect([facts.last('verdict'), facts.all('peer')]).toEqual(['called', [HostNamespace.stranger]]);
    expect(bench.look()).toBe('called');
    old.end();
    bench.host.waitFor('[ -z "$(ss -Htn state established "( sport = :8080 )")" ]');
    expect(bench.look()).toBe('early');
  });

  it.each([HostNamespace.address, '127.0.0.1'])(
    'sees a neighbour on the host that calls %s, and not the proxy',
    (to) => {
      const proxy = bench.host.connect('neighbour', HostNamespace.address, '127.0.0.6');
      expect([bench.look(), bench.look()]).toEqual(['none', 'early']);
      const neighbour = bench.host.connect('neighbour', to);
      const facts = bench.must(QUIET_SCRIPT);
      expect([facts.last('verdict'), facts.all('peer')]).toEqual(['called', [to]]);
      neighbour.end();
      proxy.end();
    },
  );

  it('sees a short call within the host, which no rule counts, as long as the kernel remembers it', () => {
    expect(bench.look()).toBe('none');
    bench.host.call('neighbour', '127.0.0.1');
    const facts = bench.must(QUIET_SCRIPT);
    expect([facts.last('verdict'), facts.last('connections'), facts.all('peer')]).toEqual([
      'called',
      '0',
      ['127.0.0.1'],
    ]);
  });

  it.each([
    ['a boot', 'echo other > /var/lib/boot; mount --bind /var/lib/boot /proc/sys/kernel/random/boot_id'],
    ['another proxy', 'echo b > /var/lib/units/meshway-proxy.service.invocation'],
    ['a new capture', 'echo b > /var/lib/units/meshway-capture.service.invocation'],
    ['another record of the rules', 'cd /var/lib/meshway/capture; cp live new; mv new live'],
    ['counters that went back', 'iptables-nft -t nat -Z'],
  ])('begins anew after %s', (_, event) => {
    bench.must('echo 7 > /var/lib/meshway/served');
    bench.host.call('stranger');
    expect(bench.look()).toBe('none');
    bench.must(event);
    expect(bench.look({ seconds: '1' })).toBe('anew');
    bench.host.run('umount /proc/sys/kernel/random/boot_id 2>/dev/null');
  });

  it('is not another run’s', () => {
    bench.look();
    expect(bench.refusal(QUIET_SCRIPT, { run: 'run-2' })).toBe('foreign');
    expect(bench.refusal(QUIET_SCRIPT, { token: '2' })).toBe('stale');
  });

  it('cannot be had without the rules that count, nor without the proxy’s word', () => {
    expect(bench.refusal(QUIET_SCRIPT, { ports: '8080 9090' })).toBe('rules-gone');
    bench.must('rm /var/lib/meshway/served');
    expect(bench.refusal(QUIET_SCRIPT)).toBe('proxy-not-ready');
    bench.uncapture();
    expect(bench.refusal(QUIET_SCRIPT)).toBe('rules-gone');
  });
});
