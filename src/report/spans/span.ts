export type AttributeValue = string | number | boolean;
export type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

/** One span that has ended. Times are milliseconds since the epoch, ids hexadecimal. */
export interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startMs: number;
  endMs: number;
  attributes: Attributes;
  events: { atMs: number; name: string; attributes: Attributes }[];
  /** Spans of the same trace that it follows, and is no part of. */
  links: { spanId: string; attributes: Attributes }[];
  /** Why it failed; absent where it did not. */
  error?: string;
}

/** `SPAN_KIND_INTERNAL` and `STATUS_CODE_ERROR` of opentelemetry/proto/trace/v1/trace.proto. */
const INTERNAL = 1;
const STATUS_ERROR = 2;

/** An `ExportTraceServiceRequest` in the JSON encoding of OTLP 1.x: ids in hexadecimal, 64-bit numbers as decimal strings. */
export function exportRequest(
  spans: readonly Span[],
  resource: Readonly<Record<string, string>>,
  version: string,
): unknown {
  const scope = { name: 'meshway', version };
  return {
    resourceSpans: [
      { resource: { attributes: keyValues(resource) }, scopeSpans: [{ scope, spans: spans.map(spanJson) }] },
    ],
  };
}

function spanJson({ traceId, spanId, parentSpanId, name, attributes, events, links, error, ...times }: Span): unknown {
  return {
    ...{ traceId, spanId, ...(parentSpanId !== undefined && { parentSpanId }), name, kind: INTERNAL },
    startTimeUnixNano: nanoseconds(times.startMs),
    endTimeUnixNano: nanoseconds(times.endMs),
    attributes: keyValues(attributes),
    events: events.map((event) => ({
      timeUnixNano: nanoseconds(event.atMs),
      name: event.name,
      attributes: keyValues(event.attributes),
    })),
    links: links.map((link) => ({ traceId, spanId: link.spanId, attributes: keyValues(link.attributes) })),
    status: error === undefined ? {} : { code: STATUS_ERROR, message: error },
  };
}

const nanoseconds = (ms: number): string => (BigInt(Math.round(ms)) * 1_000_000n).toString();

function keyValues(attributes: Attributes): unknown[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: anyValue(value) }],
  );
}

function anyValue(value: AttributeValue): unknown {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
