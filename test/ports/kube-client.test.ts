import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { KubePort } from '../../src/ports/contracts.ts';
import { dateOf } from '../../src/ports/kube-date.ts';
import { openKube } from '../../src/ports/kube.ts';

const directory = mkdtempSync(join(tmpdir(), 'meshway-kube-client-'));
const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(directory, { recursive: true });
});

async function listen(onData: string | null): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => (onData === null ? undefined : socket.end(onData)));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function portTo(server: string, timeoutMs = 5000): KubePort {
  const kubeconfig = join(directory, 'kubeconfig');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      clusters: [{ name: 'c', cluster: { server } }],
      users: [{ name: 'u', user: { token: 'secret-token' } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    }),
  );
  return openKube(
    { name: 'lab', kubeconfig },
    { baseDirectory: directory, workingTree: directory, env: {}, timeoutMs },
  );
}

describe('a cluster that cannot be reached', () => {
  it('is told by code, server and reason, and never with the token', async () => {
    const closed = await listen(null);
    servers.pop()?.close();
    const server = `https://127.0.0.1:${closed}`;
    const error: unknown = await portTo(server)
      .identity()
      .catch((failure: unknown) => failure);
    expect(error).toMatchObject({
      code: 'MW1201',
      args: { cluster: 'lab', server, reason: expect.stringContaining('ECONNREFUSED') as string },
    });
    expect(JSON.stringify((error as { toDocument: () => unknown }).toDocument())).not.toContain('secret-token');
  });

  it('may speak something other than TLS', async () => {
    const port = await listen('HTTP/1.1 400 Bad Request\r\n\r\n');
    await expect(portTo(`https://127.0.0.1:${port}`).identity()).rejects.toMatchObject({ code: 'MW1201' });
  });

  it('may be silent: every request has its time', async () => {
    const port = await listen(null);
    await expect(portTo(`https://127.0.0.1:${port}`, 300).identity()).rejects.toMatchObject({
      code: 'MW1201',
      args: { reason: 'no answer in time' },
    });
    await expect(
      portTo(`https://127.0.0.1:${port}`).exec({ namespace: 'a', name: 'b', container: 'c' }, ['true'], {
        timeoutMs: 300,
      }),
    ).rejects.toMatchObject({ code: 'MW1201', args: { reason: 'the program did not end within 0.3 s' } });
  });
});

describe('the clock of an API server', () => {
  it.each([
    [{ Date: 'Thu, 01 Jan 2026 00:00:07 GMT' }, Date.parse('2026-01-01T00:00:07Z')],
    [{ date: 'Thu, 01 Jan 2026 00:00:07 GMT' }, Date.parse('2026-01-01T00:00:07Z')],
    [{ date: 'soon' }, null],
    [{ date: '9'.repeat(100) }, null],
    [{}, null],
  ])('is read from %j', (headers, expected) => expect(dateOf(headers)).toBe(expected));
});
