import { isMeshError } from '../../errors/mesh-error.ts';
import type { KubeWorkload } from '../../inventory/schema.ts';
import type { KubeObject, KubePort } from '../../ports/contracts.ts';
import { type Outcomes, parseTries, untried } from './parse.ts';
import { inWords, nextRounds, together, type Round } from './rounds.ts';
import { POD_SCRIPT } from './script.ts';

const TIMEOUT_MS = 90_000;
/** Fewer than on a host: the script and its targets go into the address of the request. */
const ROUND = 16;
/** Containers of a pod that are asked whether they have a shell. */
const CONTAINERS = 3;
const PROXY_CONTAINER = 'istio-proxy';

interface Place {
  namespace: string;
  name: string;
  container: string;
}

/**
 * Tries from one pod of a workload, in a container that is there and has a shell; nothing is created. In a pod of the mesh
 * that is the proxy's own container, whose connections are not redirected: in any other the proxy would answer for all.
 */
export async function tryFromPod(kube: KubePort, workload: KubeWorkload, all: Round): Promise<Outcomes> {
  try {
    const places = placesIn(await kube.list(podsOf(workload)));
    const outcomes: Outcomes[] = [];
    for (const { connections, lookups } of nextRounds(all, ROUND)) {
      const { targets, names } = inWords({ connections, lookups });
      const answer = await firstAnswer(kube, places, ['sh', '-c', POD_SCRIPT, 'sh', targets, names]);
      if ('why' in answer) return together([...outcomes, rest(all, outcomes, answer.why)]);
      outcomes.push(parseTries(answer.stdout, connections, lookups));
    }
    return together(outcomes);
  } catch (error) {
    if (!isMeshError(error)) throw error;
    return untried(all.connections, all.lookups, `${error.code}, ${error.causeText.replace(/\.$/, '')}`);
  }
}

function podsOf({ namespace, selector }: KubeWorkload): Parameters<KubePort['list']>[0] {
  const labelSelector = Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  // Without labels of its own a workload would be taken for all pods of its namespace.
  return { apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: labelSelector || 'meshway.invalid/none=none' };
}

interface PodFields extends KubeObject {
  spec?: { containers?: { name?: string }[]; initContainers?: { name?: string }[] };
  status?: { phase?: string; conditions?: { type?: string; status?: string }[] };
}

/** Containers of the first pod that is ready, in the order in which they are asked. */
function placesIn(pods: readonly PodFields[]): Place[] {
  const pod = pods.filter(isReady).toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))[0];
  if (pod === undefined) return [];
  const { namespace = '', name } = pod.metadata;
  const own = (pod.spec?.containers ?? []).flatMap((one) => one.name ?? []);
  const isMeshed = [...own, ...(pod.spec?.initContainers ?? []).map((one) => one.name)].includes(PROXY_CONTAINER);
  const containers = isMeshed ? [PROXY_CONTAINER] : own.slice(0, CONTAINERS);
  return containers.map((container) => ({ namespace, name, container }));
}

function isReady({ metadata, status }: PodFields): boolean {
  const ready = status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
  return status?.phase === 'Running' && metadata['deletionTimestamp'] === undefined && ready;
}

/** The first container that runs the script; why none does else. A refused right is the port's own error. */
async function firstAnswer(
  kube: KubePort,
  places: readonly Place[],
  argv: string[],
): Promise<{ stdout: string } | { why: string }> {
  if (places.length === 0) return { why: 'no pod of it is ready' };
  for (const place of places) {
    try {
      const { exitCode, stdout } = await kube.exec(place, argv, { timeoutMs: TIMEOUT_MS });
      if (exitCode === 0 || stdout.startsWith('tool\t')) return { stdout };
    } catch (error) {
      // The container runtime says that there is no such program.
      if (!isMeshError(error, 'MW1208')) throw error;
    }
  }
  const names = places.map(({ container }) => container).join(', ');
  return { why: `its container ${names} runs no shell, and nothing is created to try it from` };
}

/** What of all tries has no outcome yet. */
function rest({ connections, lookups }: Round, done: readonly Outcomes[], why: string): Outcomes {
  const { connections: tried, lookups: asked } = together(done);
  return untried(connections.slice(tried.length), lookups.slice(asked.length), why);
}
