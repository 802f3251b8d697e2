import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostFactsSchema } from '../../../src/inventory/schema.ts';
import { parseHost, type HostContext } from '../../../src/probes/host/parse.ts';

const context: HostContext = {
  name: 'vm',
  address: '10.200.0.11',
  privilege: 'sudo',
  sentAtMs: 1_000_000,
  receivedAtMs: 1_000_500,
  units: ['catalog.service', 'pricing.service'],
  names: ['catalog.shop.internal', 'pricing.shop.internal'],
};

function captured(name: string): string {
  return readFileSync(join(import.meta.dirname, 'captured', `${name}.txt`), 'utf8');
}

/** What a host of the lab printed, as it was captured there; `vitest -u` rewrites the expected facts. */
test.for([
  'vm-a-under-load',
  'vm-a-captured',
  'vm-b-captured',
  // Of the present script; vm-t has timers, rewritten addresses, a pinned name, and processes that no unit owns.
  'vm-a-plain',
  'vm-t-root',
  'vm-t-user',
  'vm-t-hidepid',
  'vm-t-busybox',
])('understands %s', async (name) => {
  const { facts, problems } = parseHost(captured(name), context);
  expect(problems).toEqual([]);
  await expect(`${JSON.stringify({ ...facts, clockOffsetMs: 0 }, null, 2)}\n`).toMatchFileSnapshot(
    `golden/${name}.json`,
  );
});

describe('facts', () => {
  test('of a host under meshway’s capture', () => {
    const { facts } = parseHost(captured('vm-a-captured'), context);
    expect(facts).toMatchObject({
      meshed: true,
      sshdPorts: [22],
      firewall: { backend: 'iptables-nft', foreignNatRules: 0 },
    });
  });

  test('rules without a confirmed outcome are no mesh, nor is an outcome without rules', () => {
    const text = captured('vm-a-captured');
    expect(parseHost(text.replace('fact\tcapture\tconfirmed', 'fact\tcapture\tfired'), context).facts.meshed).toBe(
      false,
    );
    expect(parseHost(text.replaceAll(/^nat\t.*\n/gm, ''), context).facts.meshed).toBe(false);
  });

  test('of the direction of connections', () => {
    const { facts } = parseHost(captured('vm-a-under-load'), context);
    const directions = (unit: string, port: number, side: 'localPort' | 'peerPort'): string[] =>
      facts.flows.filter((flow) => flow.unit === unit && flow[side] === port).map(({ direction }) => direction);
    expect(new Set(directions('catalog.service', 8080, 'localPort'))).toEqual(new Set(['inbound']));
    expect(new Set(directions('catalog.service', 8081, 'peerPort'))).toEqual(new Set(['outbound']));
  });

  test('of the firewall: other people’s rules are counted, ours are not', () => {
    const rules = [
      '-A PREROUTING -p tcp -j MESHWAY_INBOUND',
      '-A MESHWAY_INBOUND -j RETURN',
      '-A POSTROUTING -s 172.17.0.0/16 -j MASQUERADE',
      '-A DOCKER -j RETURN',
    ];
    const { facts } = parseHost(
      answer(
        ...rules.map((rule) => `nat\t${rule}`),
        'fact\tiptables\t/usr/sbin/iptables',
        'fact\tiptablesVersion\tiptables v1.8.9 (legacy)',
      ),
      context,
    );
    expect(facts.firewall).toEqual({
      backend: 'iptables-legacy',
      iptablesPath: '/usr/sbin/iptables',
      foreignNatRules: 2,
    });
  });

  test('of a socket-activated sshd', () => {
    const { facts } = parseHost(
      answer(
        'sshsocket\tListen=[::]:2022 (Stream)',
        'sshsocket\tActiveState=active',
        'sshsocket\t',
        'sshsocket\tListen=[::]:22 (Stream)',
        'sshsocket\tActiveState=inactive',
      ),
      context,
    );
    expect(facts.sshdPorts).toEqual([2022]);
  });

  test.for<[number, number, number]>([
    [995.1, 995.4, 4900],
    // Whole seconds may have been up to one more.
    [995, 995, 4000],
    [1_000.1, 1_000.4, 0],
    [1_000.6, 1_000.9, -400],
    [1_060, 1_060.4, -59_900],
  ])('of the clock: between %d and %d it is off by %d', ([begin, end, offset]) => {
    const text = `fact\tbegin\t${begin}\nfact\tend\t${end}\n`;
    expect(parseHost(text, context).facts.clockOffsetMs).toBe(offset);
  });
});

describe('a hostile host', () => {
  test.for<[string, string]>([
    [
      'a section that poses as another',
      'listening\ttcp LISTEN 0 1 *:80 *:* users:(("a\nfact\tcapture\tconfirmed",pid=1,fd=2))',
    ],
    ['escape sequences', 'fact\thostname\t\u001B]0;owned\u0007\u202Eevil'],
    ['a port out of range', 'listening\ttcp LISTEN 0 1 1.2.3.4:99999 *:*'],
    ['an address that is none', 'connected\tESTAB 0 0 $(id):22 `id`:23'],
    ['a unit that is a path', 'unit\tId=../../etc/passwd.service\nunit\tLoadState=loaded\nunit\tMainPID=1'],
    ['a prototype', 'unit\t__proto__=x\nname\t__proto__ 1.2.3.4\nfact\t__proto__\tx'],
    ['a name that was not asked for', 'name\tevil.example 10.0.0.1'],
    ['a credential among the peers', 'declares\t1 command http://user:pass@db:80'],
    ['a very long line', `fact\tkernel\t${'x'.repeat(1_000_000)}`],
    [
      'a timer that starts a path',
      'uptime\t1 1\ntimer\tId=a.timer\ntimer\tUnit=../../etc/passwd\ntimer\tActiveState=active',
    ],
    ['a chain that is a command', 'uptime\t1 1\nchain\tnat $(id)\nchain\tnat \u001B]0;x\nnftable\ttable ip `id`'],
    ['a hosts file with controls', 'uptime\t1 1\nhosts\t10.0.0.1 a\u001B[2J \u202Eb $(id)\nupstream\tnameserver $(id)'],
    ['a process with controls', 'uptime\t1 1\nprocess\t7 comm \u001B[2J\nprocess\t7 0::/\nprocess\t7 user \u202Eroot'],
    [
      'tracked connections that are none',
      'uptime\t1 1\ntrack\tX $(id) b 1 2 c d 3 4\ntrack\tX 1.2.3.4 1.2.3.5 1 99999 1.2.3.5 1.2.3.4 2 1',
    ],
    [
      'numbers without end',
      'uptime\t9e99 1\nonline\t0-99999\nmemory\tMemTotal: 99999999999999999999 kB\nload\t1e9 1 1 ',
    ],
    ['a word that nobody knows', 'uptime\t1 1\nunseen\tevil.example no-root\nunseen\tunits because'],
    ['many lines', 'connected\tESTAB 0 0 10.0.0.1:1 10.0.0.2:2\n'.repeat(30_000)],
  ])('%s does no harm', ([, lines]) => {
    const { facts } = parseHost(answer(lines), context);
    expect(hostFactsSchema.safeParse(facts).success).toBe(true);
    expect(JSON.stringify(facts)).not.toMatch(/evil\.example|passwd|pass@|\u001B|\u202E|\$\(id/);
    expect(facts.meshed).toBe(false);
  });

  test('an answer that is cut off, or none at all, is a problem and no crash', () => {
    expect(parseHost(captured('vm-a-under-load').slice(0, 2000), context).problems).toContain('it is cut off');
    expect(parseHost('', context).problems).toEqual(['it is cut off', 'it lists no sockets']);
    expect(parseHost('Welcome!\nto vm\n', context).problems[0]).toBe('2 line(s) belong to no section');
  });

  test('no output makes the parser throw', () => {
    const sections = [
      'fact',
      'os',
      'listening',
      'connected',
      'procnet',
      'procfd',
      'process',
      'unit',
      'sshsocket',
      'declares',
      'sshd',
      'nat',
      'name',
      'address',
      'resolv',
      ...['unseen', 'upstream', 'nsswitch', 'hosts', 'memory', 'load', 'online', 'processor', 'uptime', 'track'],
      ...['timer', 'ruler', 'chain', 'nftable', 'rules'],
    ];
    const real = ['vm-a-captured', 'vm-t-root', 'vm-t-busybox'].flatMap((name) => captured(name).split('\n'));
    const line = fc.oneof(
      fc
        .tuple(fc.constantFrom(...sections), fc.string({ unit: 'binary' }))
        .map(([section, text]) => `${section}\t${text}`),
      fc.constantFrom(...real),
      fc
        .tuple(fc.constantFrom(...real), fc.nat(80), fc.string())
        .map(([text, at, more]) => text.slice(0, at) + more + text.slice(at)),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), (lines) => void parseHost(lines.join('\n'), context)),
      { numRuns: 500 },
    );
  });
});

function answer(...lines: string[]): string {
  return ['fact\tbegin\t1000.1', ...lines, 'fact\tend\t1000.4', ''].join('\n');
}
