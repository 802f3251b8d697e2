import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { captureRules } from '../../../src/execute/operations/host/rules.ts';
import { REMOVE_RULES } from '../../../src/execute/operations/host/scripts/on-host.ts';
import { PRELUDE } from '../../../src/execute/operations/host/scripts/prelude.ts';
import { TRACKING } from '../../../src/execute/operations/host/scripts/tracking.ts';
import { namespaceMissing } from './host-namespace.ts';

const CAPTURE = {
  proxyUid: 1337,
  inboundPorts: [],
  excludeInboundPorts: [],
  excludeOutboundPorts: [],
  inboundProxyPort: 15006,
  outboundProxyPort: 15001,
};

/** Servers that say who they are, and a client at a port of its own that holds its connection until it is told to end. */
const PROGRAM = `
import os, socket, sys, time
def listen(at, answer):
    s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(at); s.listen(5)
    if os.fork() == 0:
        while True:
            c, _ = s.accept(); c.sendall(answer)
            if os.fork() == 0: c.recv(9); os._exit(0)
            c.close()
def call(uid):
    if uid: os.setuid(uid)
    s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(('10.98.0.1', 40000)); s.settimeout(5)
    s.connect(('10.98.0.2', 8081)); return s, s.recv(20).decode()
if sys.argv[1] == 'peer': listen(('10.98.0.2', 8081), b'the peer'); print('ready', flush=True); time.sleep(60)
if sys.argv[1] == 'proxy': listen(('0.0.0.0', 15001), b'the proxy'); print('ready', flush=True); time.sleep(60)
if sys.argv[1] == 'hold':
    s, who = call(1337); print(who, flush=True)
    while not os.path.exists(sys.argv[2]): time.sleep(0.05)
    if sys.argv[3] == 'reset': import struct; s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    s.close(); time.sleep(1.1)
if sys.argv[1] == 'call': print(call(0)[1], flush=True)
`;

/** Who answers an application from the port of a connection that was tracked, and ended while nothing was. */
function answers(end: 'close' | 'reset', before: string): string {
  const script = `
ip link add va type veth peer name vb; ip addr add 10.98.0.1/24 dev va; ip link set va up; ip link set lo up
at=$(mktemp -d); chmod 755 "$at"
unshare --net --kill-child sh -c 'sleep 1; ip addr add 10.98.0.2/24 dev vb; ip link set vb up; exec python3 -c "$PROGRAM" peer' > "$at/peer" & other=$!
sleep 0.3; ip link set vb netns "$other"
python3 -c "$PROGRAM" proxy > "$at/proxy" & proxy=$!
until grep -q ready "$at/peer" && grep -q ready "$at/proxy"; do sleep 0.1; done
echo 0 > /proc/sys/net/netfilter/nf_conntrack_tcp_loose
# The application may have the port again a second after its connection was closed, not a minute.
echo 1 > /proc/sys/net/ipv4/tcp_tw_reuse
load() { printf '%s' "$RULES" | iptables-nft-restore --noflush; }
load
python3 -c "$PROGRAM" hold "$at/end" ${end} > "$at/held" & held=$!
until grep -q 'the peer' "$at/held"; do sleep 0.1; done
sh -c "$REMOVE" remove all
touch "$at/end"; wait "$held"
${before}
load
python3 -c "$PROGRAM" call
kill "$other" "$proxy"; rm -rf "$at"
`;
  const { stdout, stderr } = spawnSync(
    'unshare',
    ['--net', '--mount', '--pid', '--fork', '--mount-proc', 'sh', '-c', script],
    {
      encoding: 'utf8',
      timeout: 30_000,
      env: { ...process.env, PROGRAM, REMOVE: REMOVE_RULES, RULES: captureRules(CAPTURE, 'r1') },
    },
  );
  return stdout.trim() || stderr;
}

describe.skipIf(namespaceMissing !== undefined).each(['close', 'reset'] as const)(
  'a connection that ended by a %s while nothing was tracked',
  (end) => {
    it('is believed in by the kernel, and the next from its port goes past the proxy', () => {
      expect(answers(end, '')).toBe('the peer');
    });

    it('is forgotten before a capture', () => {
      expect(answers(end, `${PRELUDE}${TRACKING}\nforget_gone`)).toBe('the proxy');
    });
  },
);
