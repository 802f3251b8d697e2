import { spawn, spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startScript } from '../../src/providers/istio/host-start.ts';

/** Runs the start of a proxy on a host with these addresses; says what the agent would register, and what was said. */
async function start(addresses: string[], route: string): Promise<{ registered: string; said: string }> {
  const bin = await mkdtemp(join(tmpdir(), 'mesh-start-'));
  const program = async (name: string, text: string): Promise<void> => {
    await writeFile(join(bin, name), `#!/bin/sh\n${text}\n`);
    await chmod(join(bin, name), 0o755);
  };
  const lines = addresses.map((address) => `echo '2: eth0 inet ${address}/24 scope global eth0'`).join('\n');
  await program(
    'ip',
    `case "$*" in *route*) ${route === '' ? 'exit 2' : `echo '${route}'`} ;; *) ${lines || ':'} ;; esac`,
  );
  await program('sleep', ':');
  const script = startScript({
    address: '192.0.2.12',
    discovery: '198.51.100.1',
    uid: 1337,
    agent: 'agent',
    domain: 'shop.svc.cluster.local',
  }).replace(/^exec .*$/m, 'echo "registered $INSTANCE_IP"');
  const { stdout } = spawnSync('/bin/sh', ['-s'], {
    input: script,
    encoding: 'utf8',
    env: { PATH: `${bin}:/usr/bin:/bin` },
  });
  return { registered: /registered (\S*)$/m.exec(stdout)?.[1] ?? '', said: stdout };
}

it('has nothing but addresses in its script', () => {
  const facts = { uid: 1337, agent: 'agent', domain: 'd' };
  for (const bad of ['$(reboot)', '192.0.2.1; reboot', 'host.example', ''])
    expect(() => startScript({ ...facts, address: bad, discovery: '192.0.2.1' })).toThrow(
      expect.objectContaining({ code: 'MW1999' }),
    );
});

const via = (src: string): string => `198.51.100.1 via 192.0.2.1 dev eth0 src ${src} uid 0 \\    cache`;

it('gives the agent an output that can be opened by its path, and carries it to the journal', async () => {
  const home = await mkdtemp(join(tmpdir(), 'mesh-output-'));
  const bin = join(home, 'bin');
  await mkdir(join(home, 'etc/istio/proxy'), { recursive: true });
  await mkdir(bin);
  const agent = join(bin, 'agent');
  await writeFile(agent, '#!/bin/sh\necho "$1 $2"; echo opened > /dev/stdout; echo problem >&2\n', { mode: 0o755 });
  const script = startScript({ address: '192.0.2.12', discovery: '198.51.100.1', uid: 1, agent, domain: 'd' })
    .replaceAll(/^(has_planned\(\)).*$/gm, '$1 { :; }')
    .replace(/setpriv .*--inh-caps=-all/, 'env');
  const server = createServer().listen(join(home, 'journal'));
  const said = new Promise<string>((resolve) => {
    server.once('connection', (socket) => {
      let text = '';
      socket.on('data', (data) => (text += String(data))).on('end', () => resolve(text));
    });
  });
  // As under systemd: both outputs are a socket, which has no path.
  const run = `import socket, subprocess, sys
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
subprocess.run(['/bin/sh', '-s'], input=sys.stdin.read().encode(), stdout=s, stderr=s, cwd=sys.argv[2])`;
  const child = spawn('python3', ['-c', run, join(home, 'journal'), home], { stdio: ['pipe', 'inherit', 'inherit'] });
  child.stdin.end(script);
  expect((await said).split('\n').sort()).toEqual(['', 'opened', 'problem', 'proxy sidecar']);
  server.close();
});

describe('the address that a proxy registers', () => {
  it('is the planned one while the host has it, wherever the route goes', async () => {
    const { registered, said } = await start(['203.0.113.5', '192.0.2.12'], via('203.0.113.5'));
    expect(registered).toBe('192.0.2.12');
    expect(said).not.toContain('planned address');
  });

  it('is the one that reaches the control plane, when the planned one is gone', async () => {
    const { registered, said } = await start(['203.0.113.5', '192.0.2.120'], via('192.0.2.120'));
    expect(registered).toBe('192.0.2.120');
    expect(said).toContain('the planned address 192.0.2.12 is not on this host: registering 192.0.2.120');
  });

  it('stays the planned one when nothing says better', async () => {
    expect((await start([], '')).registered).toBe('192.0.2.12');
  });
});
