import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { pipeline } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';
import type * as ClientNode from '@kubernetes/client-node';
import type { KubeConfig } from '@kubernetes/client-node';
import type { PlainAccess } from './kube-plain.ts';

/** One request as it goes out. */
export interface Sent {
  url: URL;
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  headers: Readonly<Record<string, string>>;
  body?: string;
  signal: AbortSignal;
}

/** An answer whose body has yet to come. */
export interface Response {
  status: number;
  /** By their names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  body: AsyncIterable<Uint8Array>;
}

export type Transport = (sent: Sent) => Promise<Response>;

/** Lists are packed to about a tenth; larger pieces than zlib's usual 16 KiB are fewer rounds through its threads. */
const unpackedPiece = 256 * 1024;

/** As client-go has it: load balancers drop what was silent for a minute. */
const keepAliveMs = 30_000;
/** A connection that nobody used for so long is closed, as undici does: the server may just be about to. */
const idleMs = 4_000;

/** Sends by node's own client, whose connections are kept and used again. */
export function plainTransport({ token, tls }: PlainAccess): Transport {
  const agent = new Agent({ ...tls, keepAlive: true, keepAliveMsecs: keepAliveMs, timeout: idleMs });
  const own = {
    'accept-encoding': 'gzip',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  return async ({ url, method, headers, body, signal }) => {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    // Node says no length of a body that goes with DELETE, and the server takes it for the next request.
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = request(url, { agent, method, headers: { ...headers, ...length, ...own }, signal }, resolve);
    outgoing.on('error', reject);
    outgoing.end(body);
    const incoming = await promise;
    const single = Object.entries(incoming.headers).filter(([, value]) => typeof value === 'string');
    return {
      status: incoming.statusCode ?? 0,
      headers: Object.fromEntries(single) as Record<string, string>,
      body: unpacked(incoming),
    };
  };
}

function unpacked(incoming: IncomingMessage): AsyncIterable<Uint8Array> {
  if (incoming.headers['content-encoding'] !== 'gzip') return incoming;
  const gunzip = createGunzip({ chunkSize: unpackedPiece, flush: constants.Z_SYNC_FLUSH });
  // An error ends the stream that is read, too, and is told there.
  return pipeline(incoming, gunzip, () => undefined);
}

/** Sends by the library, which knows proxies, plugins and every other way to log in. */
export function libraryTransport(library: typeof ClientNode, config: KubeConfig): Transport {
  const dispatcherOf = createDispatcherCache();
  return async ({ url, method, headers, body, signal }) => {
    const context = new library.RequestContext(url.href, library.HttpMethod[method]);
    for (const [name, value] of Object.entries(headers)) context.setHeaderParam(name, value);
    if (body !== undefined) context.setBody(body);
    await config.applySecurityAuthentication(context);
    dispatcherOf(context);
    context.setSignal(signal);
    const answer = await new library.IsomorphicFetchHttpLibrary().send(context).toPromise();
    return { status: answer.httpStatusCode, headers: answer.headers, body: answer.body.stream() ?? nothing() };
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // An answer without a body.
}

/**
 * The library makes a new connection pool for every request. One pool per set of credentials is kept instead;
 * pools that were never used hold no socket.
 */
function createDispatcherCache(): (context: ClientNode.RequestContext) => void {
  let kept: ReturnType<ClientNode.RequestContext['getDispatcher']>;
  return (context) => {
    kept ??= context.getDispatcher();
    if (kept !== undefined) context.setDispatcher(kept);
  };
}
