import type { Answer, ProxyRef } from '../../plans/check.ts';
import type { KubeObject, KubePort } from '../../ports/contracts.ts';
import type { World } from '../handler.ts';
import { readHostStats } from '../sources/host-stats.ts';
import { STATS_PATH } from '../sources/scrape.ts';
import { readHostClusters, readHostStart } from './host-proxy.ts';
import { hasProxy, isLive, isTerminating, PROXY_CONTAINER, selectorOf } from './rollout.ts';

const timeoutMs = 20_000;
const concurrent = 8;
const argvOf = (path: string): string[] => ['pilot-agent', 'request', 'GET', path];
const CLUSTERS = 'clusters?format=json';

/** One proxy, and how to ask it for Envoy's clusters, and since when it has been counting. */
export interface Asked {
  proxy: string;
  read: () => Promise<string>;
  /** What it counts, in the text format of Prometheus; empty where it does not say it. */
  readStats: () => Promise<string>;
  /** Of a proxy in a pod. */
  pod?: string;
  /** In milliseconds since the epoch; undefined where nothing says it. */
  startedAt: () => Promise<number | undefined>;
}

/** Asks proxies, some at a time, until one answers otherwise than yes. */
export async function askInTurn(proxies: readonly Asked[], judge: (asked: Asked) => Promise<Answer>): Promise<Answer> {
  for (let start = 0; start < proxies.length; start += concurrent) {
    const answers = await Promise.all(proxies.slice(start, start + concurrent).map(judge));
    const other = answers.find(({ answer }) => answer !== 'yes');
    if (other !== undefined) return other;
  }
  return { answer: 'yes' };
}

/** The proxies of a caller: its host's, or one in each of its pods; or why there is none to ask. */
export async function proxiesOf(caller: ProxyRef, world: World): Promise<{ proxies: Asked[] } | { why: string }> {
  if ('host' in caller) return { proxies: [hostProxy(world, caller.host)] };
  const kube = world.kube(caller.cluster);
  const { namespace, kind, name } = caller;
  const workload = await kube.get({ apiVersion: 'apps/v1', kind, namespace, name });
  if (workload === null) return { why: `${kind} ${namespace}/${name} does not exist` };
  const pods = await kube.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: selectorOf(workload) });
  const running = pods.filter((pod) => isLive(pod) && !isTerminating(pod));
  const bare = running.find((pod) => !hasProxy(pod));
  if (bare !== undefined) return { why: `pod ${namespace}/${bare.metadata.name} carries no proxy` };
  return running.length === 0
    ? { why: `${kind} ${namespace}/${name} has no pod` }
    : { proxies: running.map((pod) => askPod(kube, namespace, pod)) };
}

const hostProxy = (world: World, host: string): Asked => ({
  proxy: `host ${host}`,
  read: () => readHostClusters(world, host),
  readStats: () => readHostStats(world, host),
  startedAt: () => readHostStart(world, host),
});

function askPod(kube: KubePort, namespace: string, pod: KubeObject): Asked {
  const { name } = pod.metadata;
  const get = async (path: string): Promise<string> => {
    const result = await kube.exec({ namespace, name, container: PROXY_CONTAINER }, argvOf(path), { timeoutMs });
    return result.exitCode === 0 ? result.stdout : '';
  };
  return {
    proxy: `pod ${namespace}/${name}`,
    pod: name,
    read: () => get(CLUSTERS),
    readStats: () => get(STATS_PATH),
    startedAt: () => Promise.resolve(startOf(pod)),
  };
}

interface ContainerStatus {
  name?: string;
  state?: { running?: { startedAt?: string } };
}

/** A sidecar may be a container or, native, an init container. */
function startOf(pod: KubeObject): number | undefined {
  const { containerStatuses = [], initContainerStatuses = [] } = (pod['status'] ?? {}) as {
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
  };
  const own = [...containerStatuses, ...initContainerStatuses].find(({ name }) => name === PROXY_CONTAINER);
  const startedAt = Date.parse(own?.state?.running?.startedAt ?? '');
  return Number.isNaN(startedAt) ? undefined : startedAt;
}
