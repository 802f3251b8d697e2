import { meshError } from '../../errors/index.ts';
import type { KubeManifest, Operation, OperationOf } from '../../plans/operation.ts';
import type { ProbeResult, Stamp } from '../handler.ts';
import { withWeights } from '../operations/kube/route-weights.ts';
import type { DeedContext } from '../target.ts';
import { MS, rolloutMs } from './durations.ts';
import type { EstateModel } from './model.ts';
import { keyOf, type ModelObject, type ModelPods, refOf } from './state.ts';

type OnCluster = OperationOf<'kube.create' | 'kube.delete' | 'kube.set' | 'kube.unset' | 'route.weights'>;

export const isOnCluster = (operation: Operation): operation is OnCluster => 'cluster' in operation;

const DONE: ProbeResult = { state: 'done' };
const NOT_DONE: ProbeResult = { state: 'not-done' };

/** How far an operation has come in the model's cluster. */
export function probeCluster(model: EstateModel, operation: OnCluster, { stamp }: DeedContext): ProbeResult {
  answering(model, operation);
  if (operation.op === 'kube.set' || operation.op === 'kube.unset')
    return probePods(podsOf(model, operation), operation, stamp);
  const live = objectOf(model, operation);
  const who = live && strangerTo(live.stamp, stamp);
  if (who !== undefined) return { state: 'foreign', who };
  if (operation.op === 'kube.create') {
    if (!live) return NOT_DONE;
    return JSON.stringify(live.manifest) === JSON.stringify(operation.manifest) ? DONE : { state: 'partial' };
  }
  if (operation.op === 'kube.delete') return live ? NOT_DONE : DONE;
  if (!live) throw missing(operation);
  const wanted = withWeights(operation, live.manifest);
  return JSON.stringify(wanted) === JSON.stringify(live.manifest) ? DONE : NOT_DONE;
}

/** Does an operation in the model's cluster, all at once as an API server does. */
export async function actOnCluster(
  model: EstateModel,
  operation: OnCluster,
  { stamp }: DeedContext,
): Promise<string[]> {
  answering(model, operation);
  const found = probeCluster(model, operation, { stamp, timeoutMs: 0 });
  if (found.state === 'foreign') throw meshError('MW1407', { object: keyOfOperation(operation), owner: found.who });
  await model.clock.sleep(operation.op === 'route.weights' ? MS.route : MS.kube);
  change(model, operation, stamp);
  model.changed();
  model.point();
  return [`${operation.op} ${keyOfOperation(operation)}`];
}

function change(model: EstateModel, operation: OnCluster, stamp: Stamp): void {
  const { objects } = model.state;
  const key = keyOfOperation(operation);
  switch (operation.op) {
    case 'kube.create':
      return void objects.set(key, { cluster: operation.cluster, manifest: operation.manifest, stamp });
    case 'kube.delete':
      return void objects.delete(key);
    case 'route.weights': {
      const live = objects.get(key);
      if (!live) throw missing(operation);
      return void objects.set(key, {
        ...live,
        manifest: withWeights(operation, live.manifest) as KubeManifest,
        stamp,
      });
    }
    default:
      return restart(model, podsOf(model, operation), operation.op === 'kube.set', stamp);
  }
}

function restart(model: EstateModel, pods: ModelPods, injected: boolean, stamp: Stamp): void {
  const start =
    model.facts.pods.get(`k8s/${pods.cluster}/${pods.namespace}/${pods.kind}/${pods.name}`)?.meshed === true;
  pods.wasInjected = pods.injected;
  pods.injected = injected || start;
  pods.stamp = injected ? stamp : undefined;
  pods.rolledOutAt = model.nowMs + rolloutMs(pods.kind, pods.replicas) * model.rolloutFactor;
  model.later(pods.rolledOutAt, () => undefined);
}

function probePods(pods: ModelPods, { op }: OnCluster, stamp: Stamp): ProbeResult {
  if (pods.stranger !== undefined) return { state: 'foreign', who: pods.stranger };
  const who = pods.stamp && strangerTo(pods.stamp, stamp);
  if (who !== undefined) return { state: 'foreign', who };
  const isSet = pods.stamp !== undefined;
  return isSet === (op === 'kube.set') ? DONE : NOT_DONE;
}

/** Who a thing belongs to, if not to this run; whoever holds a newer token goes before. */
export function strangerTo(live: Stamp | undefined, own: Stamp): string | undefined {
  if (live === undefined) return 'somebody else';
  if (live.run !== own.run) return `run ${live.run}`;
  return live.token > own.token ? `a newer holder of run ${live.run} (token ${live.token})` : undefined;
}

const keyOfOperation = (operation: OnCluster): string =>
  keyOf(operation.cluster, operation.op === 'kube.create' ? refOf(operation.manifest) : operation.ref);
const objectOf = ({ state }: EstateModel, operation: OnCluster): ModelObject | undefined =>
  state.objects.get(keyOfOperation(operation));

function podsOf({ state }: EstateModel, operation: OperationOf<'kube.set' | 'kube.unset'>): ModelPods {
  const { kind, namespace, name } = operation.ref;
  return state.pods.get(`k8s/${operation.cluster}/${namespace}/${kind}/${name}`) ?? raise(missing(operation));
}

const missing = (operation: OnCluster): Error =>
  meshError('MW1210', { object: keyOfOperation(operation), cluster: operation.cluster });

function raise(error: Error): never {
  throw error;
}

/** @throws MW1201 while the API server is away */
function answering({ clusterGoneUntil, nowMs }: EstateModel, { cluster }: OnCluster): void {
  if (nowMs < clusterGoneUntil)
    throw meshError('MW1201', { cluster, server: 'the model', reason: 'connection refused' });
}
