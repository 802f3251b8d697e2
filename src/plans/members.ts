import { isUnitRef, type EstateService, type UnitRef } from '../estate/schema.ts';
import { meshError } from '../errors/index.ts';
import type { HostMember, PublishedName, TrafficScope } from '../providers/provider.ts';
import type { CaptureSpec } from './operation.ts';
import type { EstateView } from './view.ts';

/** Uid of the proxy on hosts: Istio's own, which its capture rules let through. */
const PROXY_UID = 1337;
/** Ports the proxy itself serves: telemetry, readiness, metrics. */
const PROXY_PORTS = [15020, 15021, 15090];
/** Rules 15006 and 15001 are where Envoy listens for captured connections. */
const INBOUND_PROXY_PORT = 15006;
const OUTBOUND_PROXY_PORT = 15001;

function need<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw meshError('MW1999', { detail: `the planner went on without ${what}` });
  return value;
}

/** The member a VM service becomes. Only for services that `refusals` let through. */
export function hostMember(view: EstateView, service: EstateService): HostMember {
  const { host, unit } = need(
    isUnitRef(service.workload) ? service.workload : undefined,
    'a VM workload',
  ) satisfies UnitRef;
  const { policy, provider } = view.estate;
  const port = need(service.port, `the port of ${service.name}`);
  return {
    service: service.name,
    namespace: need(view.namespaceOf(service), `the namespace of ${service.name}`),
    host,
    units: unitsOf(view, host, unit),
    address: need(view.host(host), `facts of ${host}`).address,
    ports: [{ port, protocol: service.protocol }],
    capture: captureOf(view, host, [port]),
    deadmanSeconds: policy.deadmanSeconds,
    drainSeconds: policy.drainSeconds,
    artifacts: need(provider.artifacts, 'provider.artifacts'),
    cluster: provider.cluster,
  };
}

/** The unit that serves, and every other of the host that was seen to call somebody. */
function unitsOf({ inventory }: EstateView, host: string, unit: string): string[] {
  const prefix = `vm/${host}/`;
  const callers = inventory.dependencies.flatMap(({ from }) =>
    from.startsWith(prefix) && /^[A-Za-z0-9:_.@-]+\.service$/.test(from.slice(prefix.length)) ? [from.slice(prefix.length)] : [],
  );
  return [...new Set([unit, ...callers])].sort();
}

function captureOf(view: EstateView, host: string, inboundPorts: number[]): CaptureSpec {
  const { excludeInboundPorts: declared, excludeOutboundPorts } = need(view.estate.hosts.find(({ name }) => name === host), host);
  const sshd = need(view.host(host), `facts of ${host}`).sshdPorts;
  return {
    proxyUid: PROXY_UID,
    inboundPorts,
    excludeInboundPorts: [...new Set([...sshd, ...declared, ...PROXY_PORTS])].sort((a, b) => a - b),
    excludeOutboundPorts: [...new Set(excludeOutboundPorts)].sort((a, b) => a - b),
    inboundProxyPort: INBOUND_PROXY_PORT,
    outboundProxyPort: OUTBOUND_PROXY_PORT,
  };
}

/** The name of a VM service as callers know it, with its twin as the second backend on path `mesh-first`. */
export function publishedName(view: EstateView, service: EstateService): PublishedName {
  const { name, hostname, port, protocol, twin } = service;
  const twinFacts = twin && view.kubeWorkload(twin);
  const base = {
    service: name,
    cluster: view.estate.provider.cluster,
    namespace: need(view.namespaceOf(service), `the namespace of ${name}`),
    hostname: need(hostname, `the hostname of ${name}`),
    port: need(port, `the port of ${name}`),
    protocol,
  };
  if (!twinFacts) return base;
  return { ...base, twin: { selector: twinFacts.selector, targetPort: base.port } };
}

/** The proxy of a workload as a metrics source, or nothing for a caller without one. */
export function scopeOf(view: EstateView, id: string): TrafficScope | undefined {
  const ref = view.refOf(id);
  if (!ref) return undefined;
  const { windowSeconds, minRequests } = view.estate.policy.gate;
  const facts = isUnitRef(ref) ? view.host(ref.host) : undefined;
  if (isUnitRef(ref)) return facts && { proxy: { host: ref.host, address: facts.address }, windowSeconds, minRequests };
  return { proxy: ref, windowSeconds, minRequests };
}
