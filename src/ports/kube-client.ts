import type { KubeConfig } from '@kubernetes/client-node';
import { isMeshError, meshError } from '../errors/index.ts';
import { ItemSplitter, NotAList } from './json-items.ts';
import { keepYoungGenerationSmall } from './memory.ts';
import { patienceOf, type Patience } from './patience.ts';
import { loadKubeConfig, requireFiles, type KubeConfigChoice } from './kube-config.ts';
import { dateOf } from './kube-date.ts';
import { plainAccess } from './kube-plain.ts';
import type { ShortForm } from './kube-shapes.ts';
import { libraryTransport, plainTransport, type Response, type Transport } from './kube-transport.ts';
import { ProtobufItems } from './protobuf-items.ts';
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
  /** How little of each item of a list is asked for; whole objects in JSON unless told. */
  form?: ShortForm;
}

/** What stood around the items of a list, with none in their place. */
export interface ListEnvelope {
  envelope: unknown;
  hasItems: boolean;
}

/** The way to one API server: answers as plain JSON, failures as coded errors. */
export interface KubeClient {
  send(request: KubeRequest): Promise<unknown>;
  /** The `Date` of an answer (RFC 9110, section 6.6.1), in milliseconds since the epoch and whole seconds; null without one. */
  date(request: KubeRequest): Promise<number | null>;
  /**
   * Hands over the items of a list one by one as they arrive, so that the list is never in memory as a whole. A try whose
   * connection broke is begun anew: `begin` is called for each try, and returns who takes its items.
   */
  items(request: KubeRequest, begin: () => (item: unknown) => void): Promise<ListEnvelope>;
  /** The kubeconfig with its context settled, and how errors name the server. */
  config(): Promise<{ config: KubeConfig; server: string; context: string }>;
}

export interface KubeClientOptions {
  cluster: string;
  choice: KubeConfigChoice;
  timeoutMs: number;
  /** Of an answer that is kept as a whole. */
  maxResponseBytes: number;
  /** Of a list whose items are handed over one by one. */
  maxListBytes: number;
}

/** Where requests go, and how. */
interface Open {
  send: Transport;
  server: string;
  context: string;
}

const methods = { get: 'GET', list: 'GET', create: 'POST', patch: 'PATCH', update: 'PUT', delete: 'DELETE' } as const;
const attempts = 3;

/**
 * Opens nothing until the first request, and loads the library only for a kubeconfig that needs it: it takes half a second
 * to load. Objects go through as plain JSON, since the library's typed models drop fields that they do not know.
 */
export function createKubeClient(options: KubeClientOptions): KubeClient {
  keepYoungGenerationSmall();
  const openLibrary = once(() => openConfig(options));
  const open = once(() => openTransport(options, openLibrary));

  async function sendOnce<T>(request: KubeRequest, at: Open, read: Reader<T>): Promise<Answer<T>> {
    const url = new URL(at.server + request.path);
    for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
    const headers = {
      accept: request.form?.accept ?? 'application/json',
      ...(request.body === undefined ? {} : { 'content-type': request.contentType ?? 'application/json' }),
    };
    const body = request.body === undefined ? {} : { body: JSON.stringify(request.body) };
    const patience = patienceOf(options.timeoutMs);
    const { signal } = patience;
    try {
      return await read(await at.send({ url, method: methods[request.verb], headers, ...body, signal }), patience);
    } catch (error) {
      // What breaks off after the time is over breaks off because of that.
      signal.throwIfAborted();
      throw error;
    } finally {
      patience.end();
    }
  }

  async function exchange<T>(request: KubeRequest, read: Reader<T>): Promise<T> {
    const at = await open();
    const question: KubeQuestion = { ...request, cluster: options.cluster, server: at.server, context: at.context };
    for (let attempt = 1; ; attempt += 1) {
      const answer = await sendOnce(request, at, read).catch((failure: unknown) => {
        if (isReading(request) && isBrokenConnection(failure) && attempt < attempts) return null;
        throw asCoded(question, failure);
      });
      if (answer === null) continue;
      if ('good' in answer) return answer.good;
      if (!isRetryable(answer.status) || attempt === attempts) throw fromStatus(question, answer.status, answer.body);
      await new Promise((resolve) => setTimeout(resolve, retryAfterSeconds(answer.body) * 1000));
    }
  }

  const readWhole = async (response: Response): Promise<Answer<unknown>> => {
    const status = response.status;
    const body = parseBody(await readCapped(response, options.maxResponseBytes), status);
    return isGood(status) ? { good: body } : { status, body };
  };
  return {
    send: (request) => exchange(request, readWhole),
    items: (request, begin) =>
      exchange<ListEnvelope>(request, async (response, patience) => {
        if (!isGood(response.status)) return (await readWhole(response)) as Answer<never>;
        return {
          good: await readItems(response, patience, splitterOf(request, response, begin()), options.maxListBytes),
        };
      }),
    date: (request) =>
      exchange<number | null>(request, async (response) => {
        const answer = await readWhole(response);
        return 'good' in answer ? { good: dateOf(response.headers) } : answer;
      }),
    config: openLibrary,
  };
}

/** What came of one request: what it was for, or what the server said instead. */
type Answer<T> = { good: T } | { status: number; body: unknown };
type Reader<T> = (response: Response, patience: Patience) => Promise<Answer<T>>;

function isGood(status: number): boolean {
  return status >= 200 && status < 300;
}

interface Splitter {
  write(bytes: Uint8Array): void;
  end(): ListEnvelope;
}

function splitterOf({ form }: KubeRequest, response: Response, take: (item: unknown) => void): Splitter {
  const isProtobuf = String(response.headers['content-type']).startsWith('application/vnd.kubernetes.protobuf');
  return form !== undefined && isProtobuf ? new ProtobufItems(take, form.shape) : new ItemSplitter(take);
}

async function readItems(
  response: Response,
  patience: Patience,
  splitter: Splitter,
  limit: number,
): Promise<ListEnvelope> {
  let size = 0;
  for await (const chunk of response.body) {
    patience.renew();
    size += chunk.byteLength;
    if (size > limit) throw new ResponseTooLarge(`it is larger than ${limit} bytes`);
    splitter.write(chunk);
  }
  return splitter.end();
}

/** What may be sent twice although nobody knows whether it arrived. */
function isReading({ verb }: KubeRequest): boolean {
  return verb === 'get' || verb === 'list';
}

async function openTransport(options: KubeClientOptions, openLibrary: () => Promise<Opened>): Promise<Open> {
  requireFiles(options.choice);
  const plain = plainAccess(options.choice);
  return plain === undefined ? await openLibrary() : { ...plain, send: plainTransport(plain) };
}

type Opened = Open & { config: KubeConfig };

async function openConfig({ choice }: KubeClientOptions): Promise<Opened> {
  requireFiles(choice);
  const library = await import('@kubernetes/client-node');
  const config = loadKubeConfig(choice, () => new library.KubeConfig());
  const server = config.getCurrentCluster()?.server ?? '';
  return { send: libraryTransport(library, config), config, server, context: config.getCurrentContext() };
}

class ResponseTooLarge extends Error {}
class ResponseNotJson extends Error {}

/** Reads a body up to the limit; a larger one is given up, not kept. */
async function readCapped(response: Response, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
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
  const reason = refusalOf(failure);
  if (reason !== undefined) return meshError('MW1209', { cluster: question.cluster, object: question.object, reason });
  return fromFailure(question, failure);
}

/** Why an answer is not taken, in words of ours: a parser's own would quote the answer. */
function refusalOf(failure: unknown): string | undefined {
  if (failure instanceof SyntaxError) return 'it is not JSON';
  const isRefused = [ResponseTooLarge, ResponseNotJson, NotAList].some((kind) => failure instanceof kind);
  return isRefused && failure instanceof Error ? failure.message : undefined;
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
