/** Where spans go, as the standard environment variables of OpenTelemetry say it. */
export interface SpanSettings {
  url: string;
  headers: Record<string, string>;
  /** Of the resource, `service.name` among them. */
  resource: Record<string, string>;
  /** Milliseconds for one request. */
  timeoutMs: number;
  /** What was asked for and is not done. */
  remarks: string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The specification's own default. */
const TIMEOUT_MS = 10_000;

/**
 * Reads the variables of OTLP exporters. An empty one counts as absent, those for traces come before those for all signals.
 * Source: OpenTelemetry specification, "OpenTelemetry Protocol Exporter" and "Environment Variable Specification".
 *
 * @returns nothing where no endpoint is configured, or sending is switched off: then nothing is sent
 */
export function spanSettings(env: Environment): SpanSettings | undefined {
  const of = (name: string): string | undefined => env[`OTEL_${name}`]?.trim() || undefined;
  const exporter = (name: string): string | undefined =>
    of(`EXPORTER_OTLP_TRACES_${name}`) ?? of(`EXPORTER_OTLP_${name}`);
  const isOff = of('SDK_DISABLED')?.toLowerCase() === 'true' || of('TRACES_EXPORTER') === 'none';
  const url = of('EXPORTER_OTLP_TRACES_ENDPOINT') ?? underTraces(of('EXPORTER_OTLP_ENDPOINT'));
  if (isOff || url === undefined) return undefined;
  const timeout = Number(exporter('TIMEOUT'));
  const protocol = exporter('PROTOCOL') ?? 'http/json';
  return {
    url,
    headers: pairsOf(exporter('HEADERS')),
    resource: { 'service.name': 'meshway', ...pairsOf(of('RESOURCE_ATTRIBUTES')), ...serviceName(of('SERVICE_NAME')) },
    timeoutMs: Number.isFinite(timeout) && timeout > 0 ? timeout : TIMEOUT_MS,
    remarks: protocol === 'grpc' ? ['OTEL_EXPORTER_OTLP_PROTOCOL is grpc: spans are sent as http/json'] : [],
  };
}

const serviceName = (name: string | undefined): Record<string, string> =>
  name === undefined ? {} : { 'service.name': name };

/** The general endpoint is a base, to which the signal's path is added. */
const underTraces = (base: string | undefined): string | undefined =>
  base === undefined ? undefined : `${base.replace(/\/+$/, '')}/v1/traces`;

/** `name=value,name=value`, percent-encoded, as W3C Baggage writes it. What is no pair is left out. */
function pairsOf(text = ''): Record<string, string> {
  const pairs = text.split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at < 1 ? [] : [[decoded(pair.slice(0, at)), decoded(pair.slice(at + 1))] as const];
  });
  return Object.fromEntries(pairs);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return text.trim();
  }
}
