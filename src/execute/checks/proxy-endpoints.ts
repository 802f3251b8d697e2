import type { Answer, CheckOf, ProxyRef } from '../../plans/check.ts';
import type { KubeObject, KubePort } from '../../ports/contracts.ts';
import type { World } from '../handler.ts';
import { countHealthyEndpoints } from './envoy-clusters.ts';
import { readHostClusters } from './host-proxy.ts';
import { hasProxy, isLive, isTerminating, PROXY_CONTAINER, selectorOf } from './rollout.ts';

const timeoutMs = 20_000;
const concurrent = 8;
const argv = ['pilot-agent', 'request', 'GET', 'clusters?format=json'];

/** One proxy, and how to ask it for Envoy's clusters. */
interface Asked {
  proxy: string;
  read: () => Promise<string>;
}

/** Whether every caller's own proxy would send to enough endpoints of the backend. */
export async function checkEndpoints(
  { callers, backend, healthy }: CheckOf<'proxy.endpoints'>,
  world: World,
): Promise<Answer> {
  const proxies: Asked[] = [];
  for (const caller of callers) {
    const found = await proxiesOf(caller, world);
    if ('why' in found) return { answer: 'no', why: found.why };
    proxies.push(...found.proxies);
  }
  for (let start = 0; start < proxies.length; start += concurrent) {
    const answers = await Promise.all(
      proxies.slice(start, start + concurrent).map((asked) => judgeProxy(asked, backend, healthy)),
    );
    const other = answers.find(({ answer }) => answer !== 'yes');
    if (other !== undefined) return other;
  }
  return { answer: 'yes' };
}

async function judgeProxy({ proxy, read }: Asked, backend: string, wanted: number): Promise<Answer> {
  const json = await read();
  try {
    const healthy = countHealthyEndpoints(json, backend);
    if (healthy === null) return { answer: 'no', why: `the proxy of ${proxy} does not know ${backend}` };
    return healthy >= wanted
      ? { answer: 'yes' }
      : {
          answer: 'no',
          why: `the proxy of ${proxy} has ${healthy} healthy endpoint(s) of ${backend}; ${wanted} are wanted`,
        };
  } catch (error) {
    return {
      answer: 'unknown',
      why: `the proxy of ${proxy} gave an answer that is not understood: ${error instanceof Error ? error.message.slice(0, 200) : ''}`,
    };
  }
}

async function proxiesOf(caller: ProxyRef, world: World): Promise<{ proxies: Asked[] } | { why: string }> {
  if ('host' in caller)
    return { proxies: [{ proxy: `host ${caller.host}`, read: () => readHostClusters(world, caller.host) }] };
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

function askPod(kube: KubePort, namespace: string, { metadata: { name } }: KubeObject): Asked {
  const read = async (): Promise<string> => {
    const result = await kube.exec({ namespace, name, container: PROXY_CONTAINER }, argv, { timeoutMs });
    return result.exitCode === 0 ? result.stdout : '';
  };
  return { proxy: `pod ${namespace}/${name}`, read };
}
