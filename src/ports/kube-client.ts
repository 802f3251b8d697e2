import type * as ClientNode from '@kubernetes/client-node';
import type { KubeConfig, ResponseContext } from '@kubernetes/client-node';
import { isMeshError, meshError } from '../errors/index.ts';
import { loadKubeConfig, requireFiles, type KubeConfigChoice } from './kube-config.ts';
import {
  fromFailure,
  fromStatus,
  isBrokenConnection,
  isRetryable,
  retryAfterSeconds,
  type KubeQuestion,
} from './kube-errors.ts';

/** One request, in the words of RBAC where errors need them. */
export interface KubeRequest extends Pick<KubeQuestion, 'verb' | 'resource' | 'scope' | 'object'> {
  path: string;
  query?: Record<string, string>;
  body?: unknown;
  contentType?: string;
}

/** The way to one API server: answers as plain JSON, failures as coded errors. */
export interface KubeClient {
  send(request: KubeRequest): Promise<unknown>;
  /** The `Date` of an answer (RFC 9110, section 6.6.1), in milliseconds since the epoch and whole seconds; null without one. */
  date(request: KubeRequest): Promise<number | null>;
  /** The kubeconfig with its context settled, and how errors name the server. */
  config(): Promise<{ config: KubeConfig; server: string; context: string }>;
}

export interface KubeClientOptions {
  cluster: string;
  choice: KubeConfigChoice;
  timeoutMs: number;
  maxResponseBytes: number;
}

type Library = typeof ClientNode;
interface Open {
  library: Library;
  config: KubeConfig;
  server: string;
  context: string;
}

const methods = { get: 'GET', list: 'GET', create: 'POST', patch: 'PATCH', update: 'PUT', delete: 'DELETE' } as const;
const attempts = 3;

/**
 * Opens nothing until the first request: the library takes half a second to load, and most commands need no cluster.
 * Objects go through as plain JSON, since the library's typed models drop fields that they do not know.
 */
export function createKubeClient(options: KubeClientOptions): KubeClient {
  const open = once(() => openConfig(options));
  const dispatcherOf = createDispatcherCache();

  async function sendOnce(request: KubeRequest, at: Open): Promise<Answer> {
    const context = new at.library.RequestContext(at.server + request.path, methods[request.verb]);
    for (const [name, value] of Object.entries(request.query ?? {})) context.setQueryParam(name, value);
    context.setHeaderParam('Accept', 'application/json');
    if (request.body !== undefined) {
      context.setHeaderParam('Content-Type', request.contentType ?? 'application/json');
      context.setBody(JSON.stringify(request.body));
    }
    await at.config.applySecurityAuthentication(context);
    dispatcherOf(context);
    context.setSignal(AbortSignal.timeout(options.timeoutMs));
    const response = await new at.library.IsomorphicFetchHttpLibrary().send(context).toPromise();
    return {
      status: response.httpStatusCode,
      body: parseBody(await readCapped(response, options.maxResponseBytes), response.httpStatusCode),
      dateMs: dateOf(response.headers),
    };
  }

  async function answerTo(request: KubeRequest): Promise<Answer> {
    const at = await open();
    const question: KubeQuestion = { ...request, cluster: options.cluster, server: at.server, context: at.context };
    for (let attempt = 1; ; attempt += 1) {
      const answer = await sendOnce(request, at).catch((failure: unknown) => {
        if (isReading(request) && isBrokenConnection(failure) && attempt < attempts) return null;
        throw asCoded(question, failure);
      });
      if (answer === null) continue;
      if (answer.status >= 200 && answer.status < 300) return answer;
      if (!isRetryable(answer.status) || attempt === attempts) throw fromStatus(question, answer.status, answer.body);
      await new Promise((resolve) => setTimeout(resolve, retryAfterSeconds(answer.body) * 1000));
    }
  }

  return {
    send: async (request) => (await answerTo(request)).body,
    date: async (request) => (await answerTo(request)).dateMs,
    config: open,
  };
}

interface Answer {
  status: number;
  body: unknown;
  dateMs: number | null;
}

/** The time in an answer's headers, whose names come as the library has them; null where none is understood. */
export function dateOf(headers: Readonly<Record<string, string | undefined>>): number | null {
  const text = Object.entries(headers).find(([name]) => name.toLowerCase() === 'date')?.[1] ?? '';
  const at = text.length > 64 ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

/** What may be sent twice although nobody knows whether it arrived. */
function isReading({ verb }: KubeRequest): boolean {
  return verb === 'get' || verb === 'list';
}

async function openConfig(options: KubeClientOptions): Promise<Open> {
  requireFiles(options.choice);
  const library = await import('@kubernetes/client-node');
  const config = loadKubeConfig(options.choice, () => new library.KubeConfig());
  return { library, config, server: config.getCurrentCluster()?.server ?? '', context: config.getCurrentContext() };
}

/**
 * The library makes a new connection pool for every request. One pool per set of credentials is kept instead;
 * pools that were never used hold no socket.
 */
function createDispatcherCache(): (context: InstanceType<Library['RequestContext']>) => void {
  let kept: ReturnType<InstanceType<Library['RequestContext']>['getDispatcher']>;
  return (context) => {
    kept ??= context.getDispatcher();
    if (kept !== undefined) context.setDispatcher(kept);
  };
}

class ResponseTooLarge extends Error {}
class ResponseNotJson extends Error {}

/** Reads a body up to the limit; a larger one is given up, not kept. */
async function readCapped(response: ResponseContext, limit: number): Promise<string> {
  const stream = response.body.stream();
  if (stream === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > limit) throw new ResponseTooLarge(`it is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseBody(text: string, status: number): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    if (status >= 400) return { message: text.slice(0, 1000) };
    throw new ResponseNotJson('it is not JSON');
  }
}

function asCoded(question: KubeQuestion, failure: unknown): unknown {
  if (isMeshError(failure)) return failure;
  if (failure instanceof ResponseTooLarge || failure instanceof ResponseNotJson) {
    return meshError('MW1209', { cluster: question.cluster, object: question.object, reason: failure.message });
  }
  return fromFailure(question, failure);
}

/** Runs `make` at the first call; a failure is not kept. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
