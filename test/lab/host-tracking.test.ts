import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PROXY_UNIT } from '../../src/plans/host-paths.ts';
import { labPaths, net, rebootVm, resetShop, vmShell } from './handle.ts';
import { pause } from './host-clients.ts';
import { captureOperation, codeOf } from './host-errors.ts';
import { openHostLab, type HostLab } from './host-fixture.ts';

const VM = 'vm-b';
const SERVER_PORT = 18_099;
const CLIENT_PORT = 23_457;
const CLIENT = '/run/tracking-client';
const NO_TOOL = 'mount --bind /dev/null /usr/sbin/conntrack';
/** From a set port: says each word that it is told, after the file of that name is there, and writes the answers. */
const CLIENT_SCRIPT = `
use IO::Socket::INET;
my ($out, @words) = @ARGV;
open(my $log, '>', $out); $log->autoflush(1);
my $socket = IO::Socket::INET->new(PeerAddr => '${net.host}', PeerPort => ${SERVER_PORT}, LocalPort => ${CLIENT_PORT}, ReuseAddr => 1)
  or do { print $log "refused: $!\\n"; exit };
for my $word (@words) {
  until (-e "${CLIENT}/$word") { select(undef, undef, undef, 0.1) }
  print $socket "$word\\n";
  my $answer = <$socket>;
  print $log defined $answer ? $answer : "cut: $!\\n";
}
print $log defined(<$socket>) ? "more\\n" : "end\\n" if $words[-1] eq 'end';
close $socket; print $log "closed\\n";
`;

let lab: HostLab;
let server: Server;
const capture = (): Parameters<HostLab['apply']>[0] => captureOperation(lab, 60);
const timeouts = (): Promise<string> =>
  lab.shell('cd /proc/sys/net/netfilter; cat nf_conntrack_tcp_timeout_time_wait nf_conntrack_tcp_timeout_fin_wait');
const setTimeWait = (seconds: string): Promise<string> =>
  lab.shell(`echo ${seconds} > /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_time_wait`);
const translations = (): Promise<string> =>
  lab.shell(`grep 'sport=15001 dport=${CLIENT_PORT} ' /proc/net/nf_conntrack; exit 0`);
const heard = (name: string): Promise<string> => lab.shell(`cat ${CLIENT}/${name}.out 2>/dev/null; exit 0`);

/** Starts a client in the machine, which outlives the call. */
async function client(name: string, ...words: string[]): Promise<void> {
  await lab.shell(
    `rm -f ${CLIENT}/*; systemd-run --quiet --collect --unit=tracking-client-${name} perl ${CLIENT}.pl ${CLIENT}/${name}.out ${words.join(' ')}`,
  );
}

async function awaitHeard(name: string, line: string): Promise<void> {
  for (let wait = 0; wait < 50 && !(await heard(name)).includes(line); wait++) await pause(200);
  expect(await heard(name)).toContain(line);
}

/** A proxied connection that the other end closes first: its port is free at once, and the kernel knows it on. */
async function leaveTranslation(): Promise<void> {
  await client('old', 'end');
  await lab.shell(`touch ${CLIENT}/end`);
  await awaitHeard('old', 'closed');
  expect(await heard('old')).toBe('end\nend\nclosed\n');
  expect(await translations()).toContain('TIME_WAIT');
}

/** Whether a connection past the proxy, from the port of that one, outlives the next capture. */
async function reuseOver(join: () => Promise<unknown>): Promise<string> {
  await client('new', 'one', 'two');
  await lab.shell(`touch ${CLIENT}/one`);
  await awaitHeard('new', 'one');
  await join();
  await lab.shell(`touch ${CLIENT}/two`);
  await awaitHeard('new', 'closed');
  return await heard('new');
}

/** As somebody else's flush would: the kernel ends its tracking, nobody waits for what it knows. */
async function flushChains(): Promise<void> {
  await lab.apply({ op: 'host.uncapture', host: VM });
  await lab.shell(
    `printf '*nat\\n-F MESHWAY_IN_REDIRECT\\n-F MESHWAY_REDIRECT\\n-X MESHWAY_IN_REDIRECT\\n-X MESHWAY_REDIRECT\\nCOMMIT\\n' | iptables-nft-restore --noflush`,
  );
}

beforeAll(async () => {
  await resetShop();
  lab = await openHostLab(labPaths().estate, VM, [8081], labPaths().state);
  await lab.leave();
  await lab.makeIdentity();
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => (String(data) === 'end\n' ? socket.end(data) : socket.write(data)));
  }).listen(SERVER_PORT, net.host);
  await once(server, 'listening');
});

beforeEach(async () => {
  await lab.shell(`mkdir -p ${CLIENT}; cat > ${CLIENT}.pl <<'END'\n${CLIENT_SCRIPT}\nEND\n`);
  await lab.startProxy();
});

afterEach(async () => {
  await vmShell(VM, 'umount /usr/sbin/conntrack 2>/dev/null; systemctl stop "tracking-client-*"', { tolerant: true });
  await lab.leave();
});

afterAll(async () => {
  await lab.shell(`rm -rf ${CLIENT} ${CLIENT}.pl`);
  server.close();
  await lab.removeIdentity();
  await lab.world.ssh.close();
});

describe('connection tracking', () => {
  test('forgets sooner than a port is free while the host is captured, and as before after it left', async () => {
    const before = await timeouts();
    await lab.apply(capture());
    expect(await timeouts()).toBe('30\n50\n');
    await lab.apply({ op: 'host.uncapture', host: VM });
    await lab.apply(capture());
    expect(await timeouts()).toBe('30\n50\n');
    await rebootVm(VM);
    await lab.world.ssh.close();
    for (let wait = 0; wait < 60 && (await timeouts()) !== '30\n50\n'; wait++) await pause(500);
    expect(await timeouts()).toBe('30\n50\n');
    await lab.leave();
    expect(await timeouts()).toBe(before);
  });

  test('leaves a shorter time and a setting of others alone', async () => {
    const before = await timeouts();
    const set = (first: string, second: string): Promise<string> =>
      lab.shell(
        `cd /proc/sys/net/netfilter; echo ${first} > nf_conntrack_tcp_timeout_time_wait; echo ${second} > nf_conntrack_tcp_timeout_fin_wait`,
      );
    await set('20', '100');
    await lab.apply(capture());
    expect(await timeouts()).toBe('20\n50\n');
    await set('20', '45');
    await lab.leave();
    expect(await timeouts()).toBe('20\n45\n');
    await set(...(before.trim().split('\n') as [string, string]));
  });

  test.each(['with', 'without'])(
    'a port of an earlier capture, %s the tool: its next connection outlives a capture right after a leave',
    async (tool) => {
      if (tool === 'without') await vmShell(VM, NO_TOOL);
      await lab.apply(capture());
      await leaveTranslation();
      await lab.leave();
      expect(await translations()).toBe('');
      const seen = await reuseOver(async () => {
        await lab.startProxy();
        await lab.apply(capture());
      });
      expect(seen).toBe('one\ntwo\nclosed\n');
    },
  );

  test.each(['with', 'without'])('the same where the chains were flushed by others, %s the tool', async (tool) => {
    if (tool === 'without') await vmShell(VM, NO_TOOL);
    await lab.apply(capture());
    await leaveTranslation();
    await flushChains();
    expect(await translations()).not.toBe('');
    expect(await reuseOver(() => lab.apply(capture()))).toBe('one\ntwo\nclosed\n');
  });

  test('a translation that does not run out: refused, and nothing is captured', async () => {
    const [usual = ''] = (await timeouts()).split('\n');
    await lab.apply(capture());
    await setTimeWait('1000');
    await leaveTranslation();
    await flushChains();
    await vmShell(VM, NO_TOOL);
    expect(await codeOf(lab.apply(capture()))).toBe('MW1432');
    expect(await lab.probe(capture())).toBe('not-done');
    await lab.apply({ op: 'host.unit', host: VM, unit: PROXY_UNIT, want: 'stopped' });
    await setTimeWait(usual);
    await vmShell(VM, 'umount /usr/sbin/conntrack; conntrack -D -p tcp --reply-port-src 15001');
  });
});
