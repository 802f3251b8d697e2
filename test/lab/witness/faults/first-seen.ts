import { setTimeout as sleep } from 'node:timers/promises';
import { labPaths } from '../../handle.ts';

/** Answers 5xx that the callers' proxies had from the twin, as Prometheus shows them at this instant. */
const ERRORS =
  'sum(envoy_cluster_upstream_rq{namespace="shop",pod=~"web-.*",cluster_name=~".*catalog-k8s.*",response_code_class="5xx"}) or vector(0)';
const EVERY_MS = 100;

/** How many errors of the twin the source of the gates shows. */
export async function errorsShown(): Promise<number> {
  const url = `${labPaths().prometheusUrl}/api/v1/query?${new URLSearchParams({ query: ERRORS }).toString()}`;
  const body = (await (await fetch(url)).json()) as { data: { result: { value: [number, string] }[] } };
  return Number(body.data.result[0]?.value[1]);
}

/** Asks the source until it shows more errors than there were: the first moment at which anybody who asks it could know. */
export async function firstSeen(before: number, isOver: () => boolean): Promise<number | undefined> {
  while (!isOver()) {
    if ((await errorsShown()) > before) return Date.now();
    await sleep(EVERY_MS);
  }
  return undefined;
}
