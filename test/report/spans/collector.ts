import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

type Value = { stringValue?: string; intValue?: string; boolValue?: boolean; doubleValue?: number };
type KeyValues = { key: string; value: Value }[];

/** A span as the collector reads it from the JSON encoding of OTLP. */
export interface ReadSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: KeyValues;
  events: { name: string; timeUnixNano: string; attributes: KeyValues }[];
  links: { traceId: string; spanId: string }[];
  status: { code?: number; message?: string };
}

/** A collector of traces on the loopback: a real HTTP server that keeps what it was sent, or answers as it is told. */
export class Collector {
  readonly spans: ReadSpan[] = [];
  readonly resources: Record<string, unknown>[] = [];
  readonly requests: { path: string; headers: IncomingHttpHeaders }[] = [];
  /** What it answers; `hang`: it takes the request and never answers. */
  answer: number | 'hang' = 200;
  body = '{}';
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (part: string) => (text += part));
      request.on('end', () => {
        this.requests.push({ path: request.url ?? '', headers: request.headers });
        if (this.answer === 'hang') return;
        if (this.answer === 200) this.#take(text);
        response.writeHead(this.answer, { 'content-type': 'application/json' }).end(this.body);
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(text: string): void {
    const { resourceSpans } = JSON.parse(text) as {
      resourceSpans: { resource: { attributes: KeyValues }; scopeSpans: { spans: ReadSpan[] }[] }[];
    };
    for (const { resource, scopeSpans } of resourceSpans) {
      this.resources.push(plain(resource.attributes));
      for (const { spans } of scopeSpans) this.spans.push(...spans);
    }
  }
}

/** Attributes by name. */
export function plain(attributes: KeyValues): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.intValue === undefined ? Object.values(value)[0] : Number(value.intValue),
    ]),
  );
}
