import { isMeshError, meshError } from '../../errors/index.ts';
import type { Answer, Check, CheckOf, ProxyRef } from '../../plans/check.ts';
import type { Told } from '../checks/names.ts';
import { labelsOf } from './ends.ts';
import { hostIn, isProxyReady } from './mesh-view.ts';
import type { EstateModel } from './model.ts';
import { pastOf, reach, reachedBy } from './on-host.ts';
import { keyOf } from './state.ts';
import { clockIn, outlivesIn } from './trust.ts';

const yes: Answer = { answer: 'yes' };
const no = (why: string): Answer => ({ answer: 'no', why });
const when = (isSo: boolean, why: string): Answer => (isSo ? yes : no(why));

/** Answers a check from the model's state. A host that does not answer is unknown. */
export function answerIn(model: EstateModel, check: Check): Answer {
  try {
    if ('cluster' in check && model.nowMs < model.clusterGoneUntil)
      throw meshError('MW1201', { cluster: check.cluster, server: 'the model', reason: 'connection refused' });
    return 'host' in check ? ofHost(model, check) : ofCluster(model, check);
  } catch (error) {
    if (isMeshError(error)) return { answer: 'unknown', why: error.causeText };
    throw error;
  }
}

function ofHost(model: EstateModel, check: Extract<Check, { host: string }>): Answer {
  const host = reach(model, check.host);
  switch (check.check) {
    case 'proxy.ready':
      return when(
        isProxyReady(host, model.nowMs),
        host.units.size > 0 ? 'its readiness is not 200 yet' : 'no proxy is installed',
      );
    case 'host.login':
      return yes;
    case 'host.clock':
      return clockIn(host, check);
    case 'credential.outlives':
      return outlivesIn(model, host, check);
    case 'host.captured':
      return check.captured
        ? when(host.capture?.confirmed === true, 'no rules are there')
        : when(host.capture === undefined, 'rules are still there');
    case 'host.clean':
      return when(
        host.files.size + host.artifacts.size + host.units.size === 0,
        `left: ${[...host.files, ...host.artifacts, ...host.units.keys()].slice(0, 5).join(', ')}`,
      );
    case 'host.proxied': {
      const past = pastOf(model, check).length;
      return when(past === 0, `${past} connection(s) of ${check.unit} pass no proxy`);
    }
    case 'unit.retired':
      return when(host.retired.has(check.unit), `${check.unit} is active`);
    case 'unit.unreached': {
      const callers = reachedBy(model, check.host, check.unit);
      return when(callers.length === 0, `${check.unit} is still called by ${callers.join(', ')}`);
    }
    default:
      return unknownTo(check);
  }
}

/** A model that does not know a question must not answer it. */
function unknownTo(check: Pick<Check, 'check'>): Answer {
  return { answer: 'unknown', why: `the model knows nothing of ${check.check}` };
}

function ofCluster(model: EstateModel, check: Exclude<Check, { host: string }>): Answer {
  const { state } = model;
  switch (check.check) {
    case 'kube.present': {
      const live = state.objects.get(keyOf(check.cluster, check));
      if (!live) return no(`${check.kind} ${check.name} does not exist`);
      return when(live.stamp !== undefined, `${check.kind} ${check.name} is not ours`);
    }
    case 'kube.absent':
      return when(!state.objects.has(keyOf(check.cluster, check)), `${check.kind} ${check.name} still exists`);
    case 'route.accepted':
      return accepted(model, check);
    case 'workload.rolledOut':
      return rolledOut(model, check);
    case 'entry.registered':
      return when(isEntry(model, check), 'it is not registered');
    case 'entry.absent':
      return when(!isEntry(model, check), 'it is still registered');
    case 'proxy.endpoints':
      return endpoints(model, check);
    case 'proxy.lacks':
      return lacks(model, check);
    case 'proxy.calls':
      return callsOnly(model, check);
    case 'name.resolves':
      return resolves(model, check);
    default:
      return unknownTo(check);
  }
}

function accepted({ state }: EstateModel, { cluster, namespace, name }: CheckOf<'route.accepted'>): Answer {
  const route = state.objects.get(keyOf(cluster, { kind: 'HTTPRoute', namespace, name }));
  if (!route) return no(`HTTPRoute ${namespace}/${name} does not exist`);
  const spec = route.manifest['spec'] as {
    rules?: { backendRefs?: { name: string }[] }[];
    parentRefs?: { kind: string; name: string }[];
  };
  const missing = [
    ...(spec.rules ?? []).flatMap(({ backendRefs = [] }) =>
      backendRefs.map((one) => ({ kind: 'Service', name: one.name })),
    ),
    ...(spec.parentRefs ?? []),
  ].find((one) => !state.objects.has(keyOf(cluster, { kind: one.kind, namespace, name: one.name })));
  return when(missing === undefined, `ResolvedRefs is False: ${missing?.kind ?? ''} ${missing?.name ?? ''}`);
}

function rolledOut(
  { state, nowMs }: EstateModel,
  { cluster, namespace, kind, name, proxy }: CheckOf<'workload.rolledOut'>,
): Answer {
  const pods = state.pods.get(`k8s/${cluster}/${namespace}/${kind}/${name}`);
  if (!pods) return no(`${kind} ${namespace}/${name} does not exist`);
  if (!pods.isUp) return no(`0 of ${pods.replicas} replica(s) ready`);
  if (nowMs < pods.rolledOutAt) return no(`not all of ${pods.replicas} replica(s) are updated`);
  return when(pods.injected === proxy, `its pods carry ${pods.injected ? 'a' : 'no'} proxy`);
}

function isEntry({ mesh, facts }: EstateModel, { group, address }: { group: string; address: string }): boolean {
  const host = facts.hostAt.get(address);
  return host !== undefined && mesh.isRegistered(host, group);
}

function endpoints(model: EstateModel, { callers, backend, healthy }: CheckOf<'proxy.endpoints'>): Answer {
  const bare = callers.map((caller) => withoutProxy(model, caller)).find((why) => why !== undefined);
  if (bare !== undefined) return no(bare);
  const known = callers.every((caller) => model.mesh.scopeOf(placeOf(caller))(hostIn(backend)))
    ? model.mesh.endpointsOf(backend)
    : undefined;
  if (!known) return no(`the proxies do not know ${backend}`);
  const seen = known.filter(({ isUp }) => isUp).length;
  return when(seen >= healthy, `${seen} healthy endpoint(s) of ${backend}; ${healthy} are wanted`);
}

function withoutProxy(model: EstateModel, caller: ProxyRef): string | undefined {
  if ('host' in caller)
    return isProxyReady(reach(model, caller.host), model.nowMs)
      ? undefined
      : `host ${caller.host} has no proxy that is ready`;
  const { cluster, namespace, kind, name } = caller;
  const pods = model.state.pods.get(`k8s/${cluster}/${namespace}/${kind}/${name}`);
  if (!pods?.isUp) return `${kind} ${namespace}/${name} has no pod`;
  return pods.injected && model.nowMs >= pods.rolledOutAt
    ? undefined
    : `a pod of ${namespace}/${name} carries no proxy`;
}

function lacks(model: EstateModel, { callers, hosts }: CheckOf<'proxy.lacks'>): Answer {
  const bare = callers.map((caller) => withoutProxy(model, caller)).find((why) => why !== undefined);
  if (bare !== undefined) return no(bare);
  const left = hosts.filter((host) => callers.some((caller) => model.mesh.scopeOf(placeOf(caller))(host)));
  return when(left.length === 0, `the proxies still know ${left.join(', ')}`);
}

/** By what their proxies have counted for so long. */
function callsOnly(model: EstateModel, { callers, hosts, seconds }: CheckOf<'proxy.calls'>): Answer {
  const sinceMs = model.nowMs - seconds * 1000;
  const isOneOf = (host: string): boolean =>
    hosts.some((one) => (one.startsWith('*.') ? host.endsWith(one.slice(1)) : host === one));
  for (const caller of callers) {
    const bare = withoutProxy(model, caller);
    if (bare !== undefined) return no(bare);
    const { startedMs, labels } = proxyOf(model, caller);
    if (startedMs > sinceMs)
      return no(`the oldest proxy has counted for ${Math.floor((model.nowMs - startedMs) / 1000)} s of ${seconds}`);
    const called = model.counters
      .calledBy(labels, sinceMs)
      .filter((cluster) => cluster.startsWith('outbound|'))
      .map(hostIn);
    const other = called.find((host) => !isOneOf(host));
    if (other !== undefined) return no(`the proxy has called ${other} too`);
  }
  return yes;
}

function proxyOf({ state }: EstateModel, caller: ProxyRef): { startedMs: number; labels: Record<string, string> } {
  const { host, pods } = placeOf(caller);
  const at = state.hosts.get(host ?? '');
  if (at) return { startedMs: Math.max(0, ...at.units.values()), labels: { instance: `${at.address}:15090` } };
  const own = state.pods.get(pods ?? '');
  return { startedMs: own?.rolledOutAt ?? 0, labels: own ? labelsOf(own) : {} };
}

const placeOf = (caller: ProxyRef): { host?: string; pods?: string } =>
  'host' in caller
    ? { host: caller.host }
    : { pods: `k8s/${caller.cluster}/${caller.namespace}/${caller.kind}/${caller.name}` };

/** What a host of the model is told for names, sorted. @throws MW1101 and its like where the host is not there */
export function toldIn(model: EstateModel, host: string, hostnames: readonly string[]): Told[] {
  const { facts, state } = model;
  reach(model, host);
  const own = facts.inventory.hosts.find(({ name }) => name === host)?.names ?? {};
  return hostnames.map((hostname) => ({
    hostname,
    addresses: [...(state.names.get(hostname) ?? own[hostname] ?? [])].sort(),
  }));
}

function resolves(model: EstateModel, { hostname, hosts, addresses }: CheckOf<'name.resolves'>): Answer {
  for (const host of hosts) {
    const told = toldIn(model, host, [hostname])[0]?.addresses ?? [];
    if (told.join() !== [...addresses].sort().join()) return no(`host ${host} is told ${told.join(', ') || 'nothing'}`);
  }
  return yes;
}
