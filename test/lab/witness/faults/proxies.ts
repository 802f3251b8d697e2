import { kubectl, shopNamespace } from '../../handle.ts';

/** What the caller's proxies counted for one backend of the catalog, since they started. */
export interface Backend {
  /** Requests that were sent to it, or would have been had it an endpoint. */
  requests: number;
  /** Of them, those that were answered 5xx, by it or for it, and those that the caller gave up waiting for. */
  failed: number;
  /** Answers by their time: how many came within so many milliseconds, cumulative, as Envoy's histogram has them. */
  within: Record<string, number>;
}

export type Backends = Record<'vm' | 'twin', Backend>;

const COUNTED =
  /^envoy_cluster_(upstream_rq|upstream_rq_completed|upstream_rq_tx_reset|upstream_rq_time_bucket)\{(.*)\} (\d+)/;

/**
 * The catalog's backends as all proxies of `web` counted them. Envoy "Cluster manager statistics": `upstream_rq_completed`
 * counts answers, also those that the proxy made itself for want of an endpoint; `upstream_rq_tx_reset` those given up.
 */
export async function backends(): Promise<Backends> {
  const pods = await kubectl([
    '-n',
    shopNamespace,
    'get',
    'pods',
    '-l',
    'app=web',
    '-o',
    'jsonpath={.items[*].status.podIP}',
  ]);
  const texts = await Promise.all(pods.stdout.split(' ').map(counters));
  const sum: Backends = {
    vm: { requests: 0, failed: 0, within: {} },
    twin: { requests: 0, failed: 0, within: {} },
  };
  for (const line of texts.flatMap((text) => text.split('\n'))) add(sum, line);
  return sum;
}

async function counters(address: string): Promise<string> {
  const answer = await fetch(`http://${address}:15090/stats/prometheus`);
  if (!answer.ok) throw new Error(`the proxy at ${address} answered ${answer.status}`);
  return await answer.text();
}

function add(sum: Backends, line: string): void {
  const [, counter, labels = '', count = '0'] = COUNTED.exec(line) ?? [];
  const backend = /catalog-k8s/.test(labels) ? sum.twin : /catalog-vm/.test(labels) ? sum.vm : undefined;
  if (backend === undefined) return;
  const isGivenUp = counter === 'upstream_rq_tx_reset';
  if (counter === 'upstream_rq_completed' || isGivenUp) backend.requests += Number(count);
  if (isGivenUp || (counter === 'upstream_rq' && labels.includes('response_code_class="5xx"')))
    backend.failed += Number(count);
  const bound = counter === 'upstream_rq_time_bucket' ? /le="([^"]+)"/.exec(labels)?.[1] : undefined;
  if (bound !== undefined) backend.within[bound] = (backend.within[bound] ?? 0) + Number(count);
}

/** A quantile of the times between two readings, in milliseconds, evenly spread within a bucket as PromQL's `histogram_quantile` has it. */
export function quantile(within: Record<string, number>, q: number): number {
  const buckets = Object.entries(within)
    .map(([bound, count]) => ({ bound: bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound), count }))
    .toSorted((a, b) => a.bound - b.bound);
  const rank = q * (buckets.at(-1)?.count ?? 0);
  const at = buckets.findIndex(({ count }) => count >= rank);
  const [below, here] = [buckets[at - 1] ?? { bound: 0, count: 0 }, buckets[at]];
  if (here === undefined || here.count === below.count) return Number.NaN;
  if (!Number.isFinite(here.bound)) return below.bound;
  return below.bound + ((here.bound - below.bound) * (rank - below.count)) / (here.count - below.count);
}
