import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { captureRules } from '../../../src/execute/operations/host/rules.ts';
import { INSTALL_RULES } from '../../../src/execute/operations/host/scripts/on-host.ts';
import { namespaceMissing } from './host-namespace.ts';

const CAPTURE = {
  proxyUid: 1337,
  inboundPorts: [],
  excludeInboundPorts: [],
  excludeOutboundPorts: [],
  inboundProxyPort: 15006,
  outboundProxyPort: 15001,
};

/** The proxy calls a peer that resets the connection; then an application calls the same peer from the same port. */
const CALLS = `
import os, socket, struct, sys
peer, proxy = ('10.99.0.2', 8081), ('0.0.0.0', 15001)
def listen(at, answer):
    s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(at); s.listen(5)
    if os.fork() == 0:
        while True:
            c, _ = s.accept(); answer(c)
def reset_first(c, seen=[]):
    seen.append(c)
    if len(seen) == 1: c.recv(9); c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    else: c.sendall(b'the peer')
    c.close()
if sys.argv[1] == 'peer': listen(peer, reset_first); print('ready', flush=True); os.wait()
def call():
    s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(('10.99.0.1', 40000)); s.settimeout(5); s.connect(peer)
    return s
listen(proxy, lambda c: (c.sendall(b'the proxy'), c.close()))
if os.fork() == 0:
    os.setuid(1337); s = call(); s.sendall(b'hello')
    try: s.recv(9)
    except ConnectionResetError: pass
    os._exit(0)
while True:
    if os.wait(): break
print(call().recv(20).decode(), flush=True)
os.killpg(0, 9)
`;

/** Who answers the application, on a host whose tracking has these settings. */
function answers(settings: string): string {
  const script = `
set -e
ip link add va type veth peer name vb; ip addr add 10.99.0.1/24 dev va; ip link set va up; ip link set lo up
coproc_out=$(mktemp)
unshare --net --kill-child sh -c 'sleep 1; ip addr add 10.99.0.2/24 dev vb; ip link set vb up; exec python3 -c "$CALLS" peer' > "$coproc_out" & other=$!
sleep 0.3; ip link set vb netns "$other"
${settings}
printf '%s' "$RULES" | iptables-nft-restore --noflush
until grep -q ready "$coproc_out"; do sleep 0.1; done
setsid python3 -c "$CALLS" calls || true
kill "$other"; rm -f "$coproc_out"
`;
  const { stdout, stderr } = spawnSync(
    'unshare',
    ['--net', '--mount', '--pid', '--fork', '--mount-proc', 'sh', '-c', script],
    {
      encoding: 'utf8',
      timeout: 30_000,
      env: { ...process.env, CALLS, RULES: captureRules(CAPTURE, 'r1') },
    },
  );
  return stdout.trim() || stderr;
}

/** The settings as the script on the host lowers them. */
const lowered = `${/lower\(\) \{[\s\S]*?\n\}\nlower_all\(\).*\n/.exec(INSTALL_RULES)?.[0] ?? ''}kept=/dev/null; lower_all`;

describe.skipIf(namespaceMissing !== undefined)('a port whose connection the peer has reset', () => {
  it('goes past the proxy as long as the kernel remembers that', () => {
    expect(answers(lowered.replace(' lower tcp_timeout_close 0;', ''))).toBe('the peer');
  });

  it('is a new connection’s at once, with the settings of a captured host', () => {
    expect(answers(lowered)).toBe('the proxy');
  });
});
