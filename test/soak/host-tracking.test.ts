import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PROXY_UNIT } from '../../src/plans/host-paths.ts';
import { labPaths, net, rebootVm, resetShop, vmShell } from '../lab/handle.ts';
import { pause } from '../lab/host-clients.ts';
import { captureOperation, codeOf } from '../lab/host-errors.ts';
import { openHostLab, type HostLab } from '../lab/host-fixture.ts';

const VM = 'vm-b';
const SERVER_PORT = 18_099;
const CLIENT_PORT = 23_457;
const CLIENT = '/run/tracking-client';
const LOWERED = '30\n50\n50\n0\n0\n';
const NO_TOOL = 'mount --bind /dev/null /usr/sbin/conntrack';
/** From a set port: says each word that it is told, after the file of that name is there, and writes the answers. `idle` is not said. */
const CLIENT_SCRIPT = `
use IO::Socket::INET;
my ($out, @words) = @ARGV;
open(my $log, '>', $out); $log->autoflush(1);
my $socket = IO::Socket::INET->new(PeerAddr => '${net.host}', PeerPort => ${SERVER_PORT}, LocalPort => ${CLIENT_PORT}, ReuseAddr => 1)
  or do { print $log "refused: $!\\n"; exit };
for my $word (@words) {
  until (-e "${CLIENT}/$word") { select(undef, undef, undef, 0.1) }
  print $socket "$word\\n" unless $word eq 'idle';
  my $answer = <$socket>;
  print $log defined $answer ? $answer : $word eq 'idle' ? "end\\n" : "cut: $!\\n";
}
print $log defined(<$socket>) ? "more\\n" : "end\\n" if $words[-1] eq 'end';
close $socket; print $log "closed\\n";
`;

let lab: HostLab;
let server: Server;
/** What the server's callers came by, in the order in which they came. */
const callers: { socket: Socket; port: number | undefined }[] = [];
const capture = (): Parameters<HostLab['apply']>[0] => captureOperation(lab, 60);
const settings = (): Promise<string> =>
  lab.shell(
    'cd /proc/sys/net/netfilter; cat nf_conntrack_tcp_timeout_time_wait nf_conntrack_tcp_timeout_fin_wait nf_conntrack_tcp_timeout_close_wait nf_conntrack_tcp_loose nf_conntrack_tcp_timeout_close',
  );
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
    callers.push({ socket, port: socket.remotePort });
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

const tools = process.env['MESH_SOAK'] === undefined ? ['with'] : ['with', 'without'];

describe('connection tracking', () => {
  test('forgets sooner than a port is free and picks up nothing while the host is captured, and is as before after it left', async () => {
    const before = await settings();
    await lab.apply(capture());
    expect(await settings()).toBe(LOWERED);
    await lab.apply({ op: 'host.uncapture', host: VM });
    await lab.apply(capture());
    expect(await settings()).toBe(LOWERED);
    await rebootVm(VM);
    await lab.world.ssh.close();
    for (let wait = 0; wait < 60 && (await settings()) !== LOWERED; wait++) await pause(500);
    expect(await settings()).toBe(LOWERED);
    await lab.leave();
    expect(await settings()).toBe(before);
  });

  test('leaves a shorter time and a setting of others alone', async () => {
    const [first = '', second = '', ...rest] = (await settings()).split('\n');
    const set = (timeWait: string, finWait: string): Promise<string> =>
      lab.shell(
        `cd /proc/sys/net/netfilter; echo ${timeWait} > nf_conntrack_tcp_timeout_time_wait; echo ${finWait} > nf_conntrack_tcp_timeout_fin_wait`,
      );
    await set('20', '100');
    await lab.apply(capture());
    expect(await settings()).toBe('20\n50\n50\n0\n0\n');
    await set('20', '45');
    await lab.leave();
    expect(await settings()).toBe(`20\n45\n${rest.join('\n')}`);
    await set(first, second);
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

  // The kernel would meet its last packet first, take that for the middle of a connection, and expect more of it.
  test('knows nothing of a connection from before a capture: the next from its port goes through the proxy', async () => {
    await client('old', 'before', 'idle');
    await lab.shell(`touch ${CLIENT}/before ${CLIENT}/idle`);
    await awaitHeard('old', 'before');
    await lab.apply(capture());
    callers.at(-1)?.socket.end();
    await awaitHeard('old', 'closed');
    expect(await heard('old')).toBe('before\nend\nclosed\n');
    expect(callers.at(-1)?.port).toBe(CLIENT_PORT);
    await client('new', 'one');
    await lab.shell(`touch ${CLIENT}/one`);
    await awaitHeard('new', 'one');
    expect(callers.at(-1)?.port).not.toBe(CLIENT_PORT);
  });

  // Without the tool it waits for the kernel to forget, as the test above does: that is for the soak.
  test.each(tools)('the same where the chains were flushed by others, %s the tool', async (tool) => {
    if (tool === 'without') await vmShell(VM, NO_TOOL);
    await lab.apply(capture());
    await leaveTranslation();
    await flushChains();
    expect(await translations()).not.toBe('');
    expect(await reuseOver(() => lab.apply(capture()))).toBe('one\ntwo\nclosed\n');
  });

  test('a translation that does not run out: refused, and nothing is captured', async () => {
    const [usual = ''] = (await settings()).split('\n');
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
