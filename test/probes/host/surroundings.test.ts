import { expect, test } from 'vitest';
import { parseHost } from '../../../src/probes/host/parse.ts';
import { answered as facts, unitLines as unit } from './answered.ts';

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

test.each([
  ['1700000000.5', '2023-11-14T22:13:10.500Z'],
  ['253402300900', undefined],
  ['999999999999', undefined],
])('a clock that says %s loses no more than when connections ended', (begin, endedAt) => {
  const context = { name: 'vm', address: '10.0.0.1', privilege: 'root', sentAtMs: 0, receivedAtMs: 1 } as const;
  const socket = 'connected\tTIME-WAIT 0 0 10.0.0.1:40000 10.0.0.2:80 timer:(timewait,50sec,0)';
  const answer = [`fact\tbegin\t${begin}`, 'uptime\t1 1', socket, `fact\tend\t${begin}`, ''].join('\n');
  const [flow] = parseHost(answer, { ...context, units: [], names: [] }).facts.flows;
  expect(flow).toMatchObject({ state: 'time-wait', peerPort: 80 });
  expect(flow?.endedAt).toBe(endedAt);
});
