import { execFileSync } from 'node:child_process';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { estateSchema, type Estate, type EstateHost } from '../../../src/estate/schema.ts';
import { systemClock } from '../../../src/ports/clock.ts';
import { OpenSsh } from '../../../src/ports/ssh.ts';
import { wrapScript, unwrapOutput } from '../../../src/ports/ssh-quote.ts';
import { parseHost } from '../../../src/probes/host/parse.ts';
import { readHost } from '../../../src/probes/host/read.ts';
import { HOST_SCRIPT } from '../../../src/probes/host/script.ts';
import { sshdMissing, startSshd, type TestSshd } from '../../ports/sshd.ts';

let server: Server;
let caller: Socket;
let port: number;

beforeAll(async () => {
  server = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  ({ port } = server.address() as AddressInfo);
  caller = connect(port, '127.0.0.1');
  await new Promise((resolve) => caller.once('connect', resolve));
});
afterAll(() => {
  caller.destroy();
  server.close();
});

/** Runs the script here, as sh would on a host, and understands it. */
function look(script: string): ReturnType<typeof parseHost> {
  const raw = execFileSync('/bin/sh', ['-s'], {
    input: wrapScript(script, { names: 'localhost', units: 'nothing.service' }),
    encoding: 'utf8',
    maxBuffer: 32_000_000,
  });
  const output = unwrapOutput(raw);
  const now = Date.now();
  return parseHost(output.state === 'ended' ? output.stdout : '', {
    name: 'here',
    address: '127.0.0.1',
    privilege: 'none',
    sentAtMs: now - 60_000,
    receivedAtMs: now + 1000,
    units: [],
    names: ['localhost'],
  });
}

test.for([
  ['ss', HOST_SCRIPT],
  ['/proc alone', HOST_SCRIPT.replace('if has ss;', 'if false;')],
  ['/proc, where an old ss says nothing', `ss() { :; }\n${HOST_SCRIPT}`],
])('sees this process’s own sockets through %s', ([, script]) => {
  const { facts, problems } = look(script ?? '');
  expect(problems).toEqual([]);
  expect(facts.hostname).toBe(hostname());
  expect(facts.names['localhost']?.length).toBeGreaterThan(0);
  expect(facts.listeners).toContainEqual(
    expect.objectContaining({ protocol: 'tcp', address: '127.0.0.1', port, pid: process.pid }),
  );
  const flows = facts.flows.filter(({ localPort, peerPort }) => localPort === port || peerPort === port);
  expect(flows.map(({ direction }) => direction).toSorted()).toEqual(['inbound', 'outbound']);
});

test('the script is plain POSIX shell', () => {
  execFileSync('/bin/sh', ['-n'], { input: wrapScript(HOST_SCRIPT, {}) });
  execFileSync('/bin/bash', ['--posix', '-n'], { input: wrapScript(HOST_SCRIPT, {}) });
});

describe.skipIf(sshdMissing !== undefined)('over a real sshd', () => {
  let sshd: TestSshd;
  const ssh = new OpenSsh();
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(async () => {
    await ssh.close();
    await sshd.stop();
  });

  test('asks a host in one round over one connection', async () => {
    const { facts } = await readHost(ssh, systemClock(), estateOf(sshd), hostOf(sshd));
    expect(facts.name).toBe('here');
    expect(facts.clockOffsetMs).toBe(0);
    expect(facts.privilege).toBe(process.getuid?.() === 0 ? 'root' : facts.privilege);
    expect(facts.names).toHaveProperty(['localhost']);
    expect(sshd.logins()).toBe(1);
  });
});

function hostOf({ target }: TestSshd): EstateHost {
  return {
    name: 'here',
    address: target.address,
    port: target.port,
    user: target.user,
    excludeInboundPorts: [],
    excludeOutboundPorts: [],
  };
}

function estateOf(sshd: TestSshd): Estate {
  const { identityFile, knownHostsFile } = sshd.target;
  return estateSchema.parse({
    apiVersion: 'meshway/v1alpha1',
    kind: 'Estate',
    name: 'test',
    provider: { name: 'istio', cluster: 'lab' },
    ssh: { identityFile, knownHostsFile },
    hosts: [hostOf(sshd)],
    services: [{ name: 'here', hostname: 'localhost', port, workload: { host: 'here', unit: 'here.service' } }],
  });
}
