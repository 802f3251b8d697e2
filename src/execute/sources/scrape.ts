/** One counter or gauge as a proxy told it. */
export interface Told {
  metric: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

const maxBytes = 16 * 1024 * 1024;

/** What gates count (Envoy "Cluster manager statistics"), and since when the proxy runs ("Server statistics": `server.uptime`). */
const WANTED = new Set([
  'envoy_cluster_upstream_rq_completed',
  'envoy_cluster_upstream_rq',
  'envoy_cluster_upstream_rq_time_bucket',
  'envoy_cluster_upstream_cx_total',
  'envoy_cluster_upstream_cx_active',
  'envoy_cluster_upstream_cx_connect_fail',
  'envoy_cluster_membership_total',
  'envoy_cluster_ssl_connection_error',
  'envoy_cluster_ssl_fail_verify_error',
  'envoy_cluster_ssl_fail_verify_san',
  'envoy_server_uptime',
]);
export const UPTIME = 'envoy_server_uptime';

/** What Envoy's admin is asked to leave out the rest; it is matched anywhere in a statistic's name. */
export const STATS_PATH = `stats/prometheus?filter=${encodeURIComponent('upstream_rq|upstream_cx|membership_total|ssl|server.uptime')}`;

const LINE = /^([a-z_]+)(?:\{(.*)\})? ([0-9.eE+-]+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"(?:,|$)/y;

/**
 * Explains Envoy's `GET /stats/prometheus` (the text format of Prometheus, version 0.0.4): what gates count, and nothing else.
 *
 * @throws Error for anything that is not such an answer, also one without the proxy's uptime
 */
export function parseStats(text: string): Told[] {
  if (text.length > maxBytes) throw new Error(`the answer is larger than ${maxBytes} bytes`);
  const told = text.split('\n').flatMap((line) => toldBy(line.trimEnd()) ?? []);
  if (!told.some(({ metric }) => metric === UPTIME)) throw new Error('the answer has no uptime of the proxy');
  return told;
}

function toldBy(line: string): Told | undefined {
  const space = line.search(/[{ ]/);
  if (space < 0 || !WANTED.has(line.slice(0, space))) return undefined;
  const [, metric = '', labels = '', value] = LINE.exec(line) ?? [];
  const number = Number(value);
  if (value === undefined || !Number.isFinite(number) || number < 0) throw new Error(`it says ${line.slice(0, 80)}`);
  return { metric, labels: labelsOf(labels), value: number };
}

function labelsOf(text: string): Record<string, string> {
  const found: Record<string, string> = Object.create(null) as Record<string, string>;
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const [, name, value] = LABEL.exec(text) ?? [];
    if (name === undefined || value === undefined) throw new Error(`it has labels ${text.slice(0, 80)}`);
    found[name] = value.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
  }
  return { ...found };
}
