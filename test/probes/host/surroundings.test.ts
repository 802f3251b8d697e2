import { describe, expect, test } from 'vitest';
import type { HostFacts } from '../../../src/inventory/schema.ts';
import { parseHost } from '../../../src/probes/host/parse.ts';
import { spanSeconds, timeOf } from '../../../src/probes/host/timers.ts';

/** What an answer of the present script says, with these lines in it. */
function facts(...lines: string[]): HostFacts {
  const answer = [
    'fact\tbegin\t1700000000.5',
    'fact\tinit\tsystemd',
    'uptime\t1000.5 1',
    ...lines,
    'fact\tend\t1700000001',
    '',
  ];
  return parseHost(answer.join('\n'), {
    name: 'vm',
    address: '10.0.0.1',
    privilege: 'root',
    sentAtMs: 1_700_000_000_000,
    receivedAtMs: 1_700_000_001_000,
    units: [],
    names: [],
  }).facts;
}
const unit = (name: string, ...properties: string[]): string[] =>
  [`Id=${name}`, 'LoadState=loaded', 'ActiveState=active', 'UnitFileState=enabled', ...properties, ''].map(
    (one) => `unit\t${one}`,
  );

test('answers of earlier scripts say nothing about what these did not ask', () => {
  const { facts: earlier } = parseHost('fact\tbegin\t1\nfact\tend\t2\n', {
    ...{ name: 'vm', address: '10.0.0.1', privilege: 'root', sentAtMs: 0, receivedAtMs: 1, units: [], names: [] },
  });
  const beside = [
    'unseen',
    'timers',
    'unowned',
    'translations',
    'resolver',
    'management',
    'firewallOwners',
    'clock',
    'hardware',
  ];
  expect(Object.keys(earlier).filter((key) => beside.includes(key))).toEqual([]);
});

describe('sockets', () => {
  const proc = (...rows: string[]): HostFacts =>
    facts(...rows.map((row) => `procnet\t${row}`), 'procfd\t7 socket:[55]');

  test('of UDP and in TIME_WAIT come from /proc/net as from ss', () => {
    const seen = proc(
      'tcp 0100007F:1F90 00000000:0000 0A 55',
      'udp 0200000A:00A1 00000000:0000 07 56',
      'udp 0200000A:A2CE 0300000A:0035 01 57',
      'tcp 0200000A:A2CE 0300000A:1F91 06 0',
      'tcp 0200000A:A2CF 0300000A:1F91 08 0',
    );
    expect(seen.listeners).toEqual([
      { protocol: 'udp', address: '10.0.0.2', port: 161 },
      { protocol: 'tcp', address: '127.0.0.1', port: 8080, pid: 7 },
    ]);
    expect(seen.flows).toEqual([
      {
        direction: 'outbound',
        localAddress: '10.0.0.2',
        localPort: 41_678,
        peerAddress: '10.0.0.3',
        peerPort: 8081,
        state: 'time-wait',
      },
    ]);
    const same = facts(
      'listening\ttcp LISTEN 0 1 127.0.0.1:8080 0.0.0.0:* users:(("x",pid=7,fd=1))',
      'listening\tudp UNCONN 0 0 10.0.0.2:161 0.0.0.0:*',
      'connected\tTIME-WAIT 0 0 10.0.0.2:41678 10.0.0.3:8081',
      'connected\tCLOSE-WAIT 0 0 10.0.0.2:41679 10.0.0.3:8081',
    );
    expect(same.flows).toEqual(seen.flows);
    expect(same.listeners.map(({ process: _, ...rest }) => rest)).toEqual(seen.listeners);
  });

  test('were opened by the side that connection tracking names', () => {
    const line = 'connected\tESTAB 0 0 10.0.0.2:5000 10.0.0.3:6000';
    expect(facts(line).flows[0]?.direction).toBe('outbound');
    const tracked = facts(line, 'track\tESTABLISHED 10.0.0.3 10.0.0.2 6000 5000 10.0.0.2 10.0.0.3 5000 6000');
    expect(tracked.flows[0]?.direction).toBe('inbound');
    expect(tracked.translations).toEqual([]);
  });

  test('whose addresses are rewritten are kept as they were meant and as they are', () => {
    const { translations } = facts('track\tESTABLISHED 10.0.0.3 10.9.9.9 6000 80 10.0.0.2 10.0.0.7 8080 61000');
    expect(translations).toEqual([
      {
        client: { address: '10.0.0.3', port: 6000 },
        server: { address: '10.9.9.9', port: 80 },
        seenServer: { address: '10.0.0.2', port: 8080 },
        seenClient: { address: '10.0.0.7', port: 61_000 },
      },
    ]);
    expect(facts('unseen\tconnection-tracking no-root').translations).toBeUndefined();
  });
});

test.for<[string, string[], string[]]>([
  ['nobody’s', ['7 comm python3', '7 0::/', '7 user ops'], ['python3 ops -']],
  ['a login’s', ['7 comm java', '7 0::/user.slice/user-1000.slice/session-3.scope'], ['java - session-3.scope']],
  ['a login itself', ['7 comm sshd', '7 0::/user.slice/user-1000.slice/session-3.scope'], []],
  ['a unit’s', ['7 comm app', '7 1:name=systemd:/system.slice/app.service', '7 0::/'], []],
  ['a container’s', ['7 comm app', '7 0::/docker/0123abcd'], []],
  ['a pod’s', ['7 comm app', '7 0::/kubepods/besteffort/podx/abcd'], []],
  ['one whose group nobody saw', ['7 comm app'], []],
])('processes without a unit: %s', ([, lines, expected]) => {
  const { unowned } = facts(...lines.map((line) => `process\t${line}`));
  expect(unowned?.map(({ process, user = '-', session = '-' }) => `${process} ${user} ${session}`)).toEqual(expected);
});

test('units say how they are run, and what a timer starts is one of them', () => {
  const { units } = facts(
    ...unit(
      'app.service',
      'MainPID=7',
      'ControlGroup=/system.slice/app.service',
      'Restart=always',
      'After=network-online.target',
      'TriggeredBy=',
    ),
    ...unit('report.service', 'MainPID=0', 'TriggeredBy=report.timer'),
    ...unit('idle.service', 'MainPID=0', 'TriggeredBy=idle.socket'),
    'declares\treport.service configuration http://catalog.corp:8080',
    'declares\treport.service rumour http://catalog.corp:8081',
  );
  expect(units.map(({ name }) => name)).toEqual(['app.service', 'report.service']);
  expect(units[0]).toMatchObject({
    cgroup: '/system.slice/app.service',
    restart: 'always',
    after: ['network-online.target'],
    triggeredBy: [],
  });
  expect(units[1]?.declares).toEqual([{ host: 'catalog.corp', port: 8080, from: 'configuration' }]);
});

describe('timers', () => {
  const timer = (...properties: string[]): HostFacts['timers'] =>
    facts(
      ...['Id=a.timer', 'Unit=a.service', 'ActiveState=active', 'UnitFileState=enabled', ...properties].map(
        (one) => `timer\t${one}`,
      ),
    ).timers;

  test('by the calendar, and since the boot', () => {
    const known = { name: 'a.timer', starts: 'a.service', activeState: 'active', enabled: 'enabled' };
    expect(
      timer('LastTriggerUSec=', 'NextElapseUSecRealtime=Tue 2026-11-24 03:00:00 UTC', 'NextElapseUSecMonotonic=0'),
    ).toEqual([{ ...known, nextAt: '2026-11-24T03:00:00.000Z' }]);
    // Booted 1,000.5 s before 1,700,000,000.5 s.
    expect(
      timer(
        'LastTriggerUSec=Mon 2026-11-23 12:16:10 UTC',
        'NextElapseUSecRealtime=',
        'NextElapseUSecMonotonic=20min 1.2s',
      ),
    ).toEqual([{ ...known, lastAt: '2026-11-23T12:16:10.000Z', nextAt: '2023-11-14T22:16:41.000Z' }]);
    expect(facts('unseen\tunits no-tool').timers).toBeUndefined();
  });

  test.for<[string, number | undefined]>([
    ['19h 3min 16.091218s', 68_596.091_218],
    ['1w 2d', 777_600],
    ['500ms', 0.5],
    ['infinity', undefined],
    ['', undefined],
    ['1h x', undefined],
  ])('a span of %s', ([text, seconds]) => {
    if (seconds === undefined) expect(spanSeconds(text)).toBeUndefined();
    else expect(spanSeconds(text)).toBeCloseTo(seconds, 6);
  });

  test.for(['n/a', '', 'Mon 2026-13-45 12:00:00 UTC', 'Mon 2026-11-23 12:16:10 CET'])('no time in %j', (text) => {
    expect(timeOf(text)).toBeUndefined();
  });
});

test('the resolver: hosts file, order, search, options and what a stub asks', () => {
  const { resolver, nameservers } = facts(
    'resolv\tnameserver 127.0.0.53',
    'resolv\tsearch shop.internal corp',
    'resolv\toptions edns0 trust-ad',
    'upstream\tnameserver 10.0.0.53',
    'nsswitch\thosts: files mdns4_minimal [NOTFOUND=return] dns # comment',
    'hosts\t127.0.0.1 localhost',
    'hosts\t::1 ip6-localhost ip6-loopback',
    'hosts\t10.0.0.9\tCatalog.shop.internal catalog # pinned',
  );
  expect(nameservers).toEqual(['127.0.0.53']);
  expect(resolver).toEqual({
    hostsFile: [{ address: '10.0.0.9', names: ['catalog.shop.internal', 'catalog'] }],
    order: ['files', 'mdns4_minimal', '[NOTFOUND=return]', 'dns'],
    search: ['shop.internal', 'corp'],
    options: ['edns0', 'trust-ad'],
    upstreams: ['10.0.0.53'],
  });
});

test.for<[string, string[], string]>([
  [
    'chrony',
    [...unit('chronyd.service', 'MainPID=7'), 'fact\tchrony\tA29FC87B,162.159.200.123,4,1.2,0,0,0,0,0,0,0,64.2,Normal'],
    'chrony yes',
  ],
  [
    'chrony without a source',
    [...unit('chrony.service', 'MainPID=7'), 'fact\tchrony\t00000000,,0,0,0,0,0,0,0,0,0,0.0,Not synchronised'],
    'chrony no',
  ],
  ['chrony that does not answer', [...unit('chrony.service', 'MainPID=7'), 'fact\tchrony\t'], 'chrony unknown'],
  [
    'systemd-timesyncd',
    [...unit('systemd-timesyncd.service', 'MainPID=7'), 'fact\ttimesync\tsynchronized'],
    'systemd-timesyncd yes',
  ],
  [
    'systemd-timesyncd that has set nothing',
    unit('systemd-timesyncd.service', 'MainPID=7'),
    'systemd-timesyncd unknown',
  ],
  ['ntpd', [...unit('ntpsec.service', 'MainPID=7'), 'fact\tntp\tleap=00, stratum=3'], 'ntpd yes'],
  ['ntpd without a source', [...unit('ntp.service', 'MainPID=7'), 'fact\tntp\tleap=11, stratum=16'], 'ntpd no'],
  ['a daemon without systemd', ['unseen\tunits no-tool', 'fact\ttimeDaemon\tchronyd'], 'chrony unknown'],
  ['none', unit('ssh.service', 'MainPID=7'), 'none unknown'],
  ['the machine of a container', ['fact\tcontainer\tlxc'], 'outside unknown'],
  ['nobody can tell', ['unseen\tunits no-tool', 'unseen\tprocesses hidden-proc'], 'unknown unknown'],
])('the clock is set by %s', ([, lines, expected]) => {
  const { clock } = facts(...lines);
  expect(`${clock?.source} ${clock?.synchronised}`).toBe(expected);
});

test.for<[string, string[], string[]]>([
  [
    'Docker',
    ['ruler\tdocker.service', 'chain\tnat DOCKER', 'chain\tfilter DOCKER-USER'],
    ['docker: docker.service, chain DOCKER of nat, chain DOCKER-USER of filter'],
  ],
  [
    'firewalld',
    ['ruler\tfirewalld.service', 'nftable\ttable inet firewalld'],
    ['firewalld: firewalld.service, table inet firewalld'],
  ],
  [
    'ufw and fail2ban',
    ['ruler\tufw.service', 'chain\tfilter ufw-before-input', 'chain\tfilter f2b-sshd'],
    ['fail2ban: chain f2b-sshd of filter', 'ufw: ufw.service, chain ufw-before-input of filter'],
  ],
  [
    'kube-proxy',
    ['chain\tnat KUBE-SERVICES', 'chain\tnat CNI-HOSTPORT-DNAT'],
    ['cni: chain CNI-HOSTPORT-DNAT of nat', 'kube-proxy: chain KUBE-SERVICES of nat'],
  ],
  [
    'nftables.service, with a table of its own',
    ['ruler\tnftables.service', 'nftable\ttable inet filter'],
    ['nftables: nftables.service, table inet filter'],
  ],
  [
    'nobody known',
    ['chain\tfilter OURS', 'nftable\ttable inet custom'],
    ['unknown: chain OURS of filter, table inet custom'],
  ],
  [
    'meshway and iptables itself',
    ['chain\tnat MESHWAY_OUTPUT', 'nftable\ttable ip nat', 'nftable\ttable ip6 filter'],
    [],
  ],
])('the firewall is written by %s', ([, lines, expected]) => {
  expect(facts(...lines).firewallOwners?.map(({ owner, signs }) => `${owner}: ${signs.join(', ')}`)).toEqual(expected);
  expect(facts(...lines, 'unseen\tfirewall-rules no-root').firewallOwners).toBeUndefined();
});

test('ports that a host is managed by', () => {
  const { management } = facts(
    'listening\ttcp LISTEN 0 1 0.0.0.0:2022 0.0.0.0:* users:(("sshd",pid=1,fd=3))',
    'listening\ttcp LISTEN 0 1 *:9100 *:* users:(("prometheus-node",pid=2,fd=3))',
    'listening\tudp UNCONN 0 0 0.0.0.0:161 0.0.0.0:*',
    'listening\ttcp LISTEN 0 1 0.0.0.0:5666 0.0.0.0:* users:(("java",pid=3,fd=3))',
    'listening\ttcp LISTEN 0 1 0.0.0.0:10050 0.0.0.0:*',
  );
  expect(management?.map(({ program, protocol, port, by }) => `${program} ${protocol} ${port} ${by}`)).toEqual([
    'snmpd udp 161 port',
    'sshd tcp 2022 process',
    'node_exporter tcp 9100 process',
    'zabbix-agent tcp 10050 port',
  ]);
});

test('room: processors, memory and load', () => {
  const memory = ['memory\tMemTotal:       2000 kB', 'memory\tMemAvailable:   1000 kB', 'load\t0.50 0.25 0.10 1/100 7'];
  expect(facts(...memory, 'online\t0-2,8').hardware).toEqual({
    processors: 4,
    memoryTotalBytes: 2_048_000,
    memoryAvailableBytes: 1_024_000,
    load: [0.5, 0.25, 0.1],
  });
  expect(facts(...memory, 'processor\tprocessor : 0', 'processor\tprocessor : 1').hardware?.processors).toBe(2);
  expect(facts(...memory).hardware).toBeUndefined();
});
