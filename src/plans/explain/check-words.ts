import type { Check, CheckKind, CheckOf, ProxyRef } from '../check.ts';
import type { Gate, MetricCheck, Replay } from '../gate.ts';

type Words = { readonly [K in CheckKind]: (check: CheckOf<K>) => string };

export const proxyName = (proxy: ProxyRef): string =>
  'host' in proxy ? proxy.host : `${proxy.kind} ${proxy.namespace}/${proxy.name}`;

/** What each kind of check sees, as the end of “it must be seen that …”. */
const words: Words = {
  'kube.present': ({ kind, namespace, name }) => `${kind} ${namespace}/${name} is there, and ours`,
  'kube.absent': ({ kind, namespace, name }) => `${kind} ${namespace}/${name} is gone`,
  'route.accepted': ({ namespace, name }) => `route ${namespace}/${name} is accepted, with its backends resolved`,
  'workload.rolledOut': ({ kind, namespace, name, proxy }) =>
    `every pod of ${kind} ${namespace}/${name} is new, ready and ${proxy ? 'carries a proxy' : 'carries none'}`,
  'entry.registered': ({ group, address }) => `the proxy at ${address} is registered under group ${group}`,
  'entry.absent': ({ group, address }) => `nothing at ${address} is registered under group ${group} any more`,
  'proxy.ready': ({ host }) => `the proxy of ${host} is ready`,
  'host.login': ({ host }) => `a new login on ${host} works, and looks up a name`,
  'host.clock': ({ host, cluster, maxSkewSeconds }) =>
    `the clocks of ${host} and of the API server of ${cluster} are at most ${maxSkewSeconds} s apart`,
  'credential.outlives': ({ host, seconds, token }) =>
    `the certificate${token ? ' and the token' : ''} of the proxy of ${host} ${token ? 'are' : 'is'} good for ${seconds} s more`,
  'host.captured': ({ host, captured }) =>
    captured ? `new connections of ${host} go through its proxy` : `no connection of ${host} goes through its proxy`,
  'host.clean': ({ host }) => `nothing of ours is left on ${host}`,
  'proxy.endpoints': ({ callers, backend, healthy }) =>
    `the proxies of ${callers.map(proxyName).join(', ') || 'nobody'} have ${healthy} healthy endpoint(s) of ${backend}`,
  'proxy.lacks': ({ callers, hosts }) => `the proxies of ${callers.map(proxyName).join(', ')} do not know ${hosts.join(', ')}`,
  'proxy.calls': ({ callers, hosts, seconds }) =>
    `the proxies of ${callers.map(proxyName).join(', ')} have called nothing of the mesh but ${hosts.join(', ') || 'nobody'}, the oldest of each for ${seconds} s`,
  'host.proxied': ({ host, unit, peers }) =>
    `no connection of ${unit} on ${host} to ${peers.map(({ address, port }) => `${address}:${port}`).join(', ')} passes by its proxy`,
  'name.resolves': ({ hostname, hosts, addresses }) =>
    `${hosts.join(', ')} are told ${addresses.join(', ')} for ${hostname}`,
  'unit.unreached': ({ host, unit, ports }) => `nobody reaches ${unit} on ${host} by port ${ports.join(', ')}`,
  'unit.retired': ({ host, unit }) => `${unit} on ${host} does not run, and no boot starts it`,
};

export function describeCheck(check: Check): string {
  // The table keeps the kinds apart, and the compiler cannot follow that.
  return (words[check.check] as (check: Check) => string)(check);
}

/** What a gate watches, for how long, and what it makes of no data. */
export function describeGate(of: string, { checks, metrics, replay, bakeMs, timeoutMs }: Gate): string[] {
  return [
    `gate of ${of}: watched for ${bakeMs / 1000} s; without enough data it is asked again for ${timeoutMs / 1000} s, and then the run pauses`,
    ...checks.map((check) => `gate of ${of}: ${describeCheck(check)}`),
    ...metrics.map((metric) => `gate of ${of}: ${describeMetric(metric)}`),
    ...(replay ? describeReplay(replay).map((words) => `gate of ${of}: ${words}`) : []),
  ];
}

/** What is seen before the stage and again after it. */
function describeReplay({ windowSeconds, edges, names, stopAt }: Replay): string[] {
  const calls = edges.map(
    ({ subject }) =>
      `replay, ${subject}: goes on as in the ${windowSeconds} s before the stage, with no more errors and refusals (at an e-value of ${stopAt} the gate fails)`,
  );
  const told = names.map(({ host, hostnames }) => `replay, ${host}: is told the same for ${hostnames.join(', ')} as before the stage`);
  return [...calls, ...told];
}

function describeMetric(metric: MetricCheck): string {
  const { name, subject, minRequests } = metric;
  const least = minRequests > 0 ? `, from ${minRequests} request(s) on` : '';
  return `${name}, ${subject}: ${allowed(metric)}${least}`;
}

function allowed(metric: MetricCheck): string {
  if (metric.test === 'latency')
    return `no more than ${metric.tolerance} times as slow as what is beside it; at an e-value of ${metric.stopAt} the gate fails, whenever it is looked at`;
  if (metric.test === 'errors') {
    const limit = metric.control ? `no more errors than what is beside it, or than ${metric.baseline}` : `no more errors than ${metric.baseline}`;
    return `${limit}; at an e-value of ${metric.stopAt} the gate fails, whenever it is looked at`;
  }
  const { min, max } = metric;
  const bounds = [...(min === undefined ? [] : [`at least ${min}`]), ...(max === undefined ? [] : [`at most ${max}`])];
  const over = metric.test === 'tripwire' ? ` over ${metric.forSeconds} s, whenever it is looked at` : '';
  return `${bounds.join(' and ') || 'anything passes'}${over}`;
}
