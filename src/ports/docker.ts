import { request } from 'node:http';
import { meshError } from '../errors/mesh-error.ts';

const TIMEOUT_MS = 5_000;

/** A container engine on this machine, read only. */
export interface DockerPort {
  /** The JSON that the engine answers to `GET path`; undefined where it has no such thing. Throws MW1063. */
  get(path: string, maxBytes: number): Promise<unknown>;
}

/** The engine behind a unix socket, `/path` or `unix:///path`. Another kind of address is refused (MW1063). */
export function openDocker(address: string): DockerPort {
  const socket = address.replace(/^unix:\/\//, '');
  const fail = (reason: string): never => {
    throw meshError('MW1063', { socket: address, reason });
  };
  if (!socket.startsWith('/')) return fail('it is no unix socket');
  return {
    async get(path, maxBytes) {
      const { status, body } = await ask(socket, path, maxBytes).catch((error: unknown) => fail(reasonOf(error)));
      if (status === 404) return undefined;
      if (status !== 200) return fail(`it answers with status ${status}`);
      try {
        return JSON.parse(body) as unknown;
      } catch {
        return fail('its answer is no JSON');
      }
    },
  };
}

async function ask(socketPath: string, path: string, maxBytes: number): Promise<{ status: number; body: string }> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  return await new Promise((done, failed) => {
    const call = request({ socketPath, path, method: 'GET', headers: { Host: 'localhost' }, signal }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBytes) call.destroy(new Error(`its answer has more than ${maxBytes} bytes`));
        else chunks.push(chunk);
      });
      response.on('end', () => done({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
      response.on('error', failed);
    });
    call.on('error', failed);
    call.end();
  });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such socket',
  EACCES: 'permission is denied',
  ECONNREFUSED: 'nothing listens there',
  ABORT_ERR: `it did not answer within ${TIMEOUT_MS / 1000} seconds`,
};

function reasonOf(error: unknown): string {
  const { code = '', name = '', message = '' } = error as { code?: string; name?: string; message?: string };
  if (name === 'AbortError' || name === 'TimeoutError') return reasons['ABORT_ERR'] ?? '';
  return reasons[code] ?? (/^its answer/.test(message) ? message : 'its answer is not understood');
}
