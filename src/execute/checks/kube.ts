import type { Answer, CheckKind, CheckOf } from '../../plans/check.ts';
import type { KubeObject } from '../../ports/contracts.ts';
import type { CheckReader, World } from '../handler.ts';
import { describeOwner, isManaged, nameOf } from '../operations/kube/ownership.ts';
import { judgeRegistered, judgeUnregistered } from './entries.ts';
import { checkEndpoints } from './proxy-endpoints.ts';
import { checkCalls, checkLacks } from './proxy-services.ts';
import { judgeRollout, selectorOf } from './rollout.ts';
import { judgeRoute } from './route-status.ts';

const yes: Answer = { answer: 'yes' };
const no = (why: string): Answer => ({ answer: 'no', why });

async function present(check: CheckOf<'kube.present'>, world: World): Promise<Answer> {
  const object = await world.kube(check.cluster).get(check);
  if (object === null) return no(`${nameOf(check)} does not exist`);
  if (object.metadata['deletionTimestamp'] !== undefined) return no(`${nameOf(check)} is being deleted`);
  return isManaged(object) ? yes : no(`${nameOf(check)} is not ours: ${describeOwner(object)}`);
}

async function absent(check: CheckOf<'kube.absent'>, world: World): Promise<Answer> {
  return (await world.kube(check.cluster).get(check)) === null ? yes : no(`${nameOf(check)} still exists`);
}

async function accepted({ cluster, namespace, name }: CheckOf<'route.accepted'>, world: World): Promise<Answer> {
  const route = await world
    .kube(cluster)
    .get({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', namespace, name });
  return route === null ? no(`HTTPRoute ${namespace}/${name} does not exist`) : judgeRoute(route);
}

async function rolledOut(
  { cluster, namespace, kind, name, proxy }: CheckOf<'workload.rolledOut'>,
  world: World,
): Promise<Answer> {
  const kube = world.kube(cluster);
  const workload = await kube.get({ apiVersion: 'apps/v1', kind, namespace, name });
  if (workload === null) return no(`${kind} ${namespace}/${name} does not exist`);
  const pods = await kube.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: selectorOf(workload) });
  return judgeRollout(workload, pods, proxy);
}

async function entries(
  { cluster, namespace }: { cluster: string; namespace: string },
  world: World,
): Promise<KubeObject[]> {
  return await world.kube(cluster).list({ apiVersion: 'networking.istio.io/v1', kind: 'WorkloadEntry', namespace });
}

/** The checks that ask a cluster, or a proxy in it. What they throw, a target that cannot be asked, is `unknown` to their caller. */
export const kubeChecks = {
  'kube.present': present,
  'kube.absent': absent,
  'route.accepted': accepted,
  'workload.rolledOut': rolledOut,
  'entry.registered': async (check, world) => judgeRegistered(await entries(check, world), check.group, check.address),
  'entry.absent': async (check, world) => judgeUnregistered(await entries(check, world), check.group, check.address),
  'proxy.endpoints': checkEndpoints,
  'proxy.lacks': checkLacks,
  'proxy.calls': checkCalls,
} satisfies { [K in CheckKind]?: CheckReader<K> };
