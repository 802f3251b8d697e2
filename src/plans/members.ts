import { isUnitRef, type EstateService } from '../estate/schema.ts';
import { meshError } from '../errors/index.ts';
import type { HostMember, MatchedTwin, PublishedName, TrafficScope } from '../providers/provider.ts';
import type { CaptureSpec } from './operation.ts';
import type { Group } from './groups.ts';
import { choosePath } from './paths.ts';
import { type EstateView, isPublished, placeOf } from './view.ts';

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

/** The member a host becomes, with all the services it runs. Only for groups that `refusals` let through. */
export function hostMember(view: EstateView, { name, host: place, services }: Group): HostMember {
  const { policy, provider } = view.estate;
  const host = need(place, `the host of ${name}`);
  const [first] = services;
  const ports = portsOf(services);
  return {
    group: name,
    shared: services.length > 1,
    services: services.filter(isPublished).map((service) => service.name),
    namespace: need(first && view.namespaceOf(first), `the namespace of ${name}`),
    host,
    units: unitsOf(services),
    address: need(view.host(host), `facts of ${host}`).address,
    ports,
    holdsTcp: holdsTcp(view, host, services),
    capture: captureOf(view, host, ports.map(({ port }) => port)),
    deadmanSeconds: policy.deadmanSeconds,
    drainSeconds: policy.drainSeconds,
    artifacts: need(provider.artifacts, 'provider.artifacts'),
    cluster: provider.cluster,
  };
}

/** Whether connections of TCP go through a host's proxy: to its services, or from whatever on it was seen to call one. */
function holdsTcp(view: EstateView, host: string, services: readonly EstateService[]): boolean {
  const called = view.callersOn(host).flatMap((id) => view.calleesOf(id).filter((callee) => view.isCaptured(id, callee.port)));
  return [...services, ...called].some((one) => one.protocol === 'tcp' && isPublished(one));
}

/** The ports that proxies take in, each once. */
function portsOf(services: readonly EstateService[]): HostMember['ports'] {
  const ports = services
    .filter(isPublished)
    .flatMap(({ port, protocol }) => (port === undefined ? [] : [{ port, protocol }]));
  const distinct = [...new Map(ports.map((one) => [`${one.protocol} ${one.port}`, one])).values()];
  return distinct.toSorted((a, b) => a.port - b.port);
}

/** The estate's own units: of any other nobody here knows what has to start before it. */
function unitsOf(services: readonly EstateService[]): string[] {
  return services.flatMap(({ workload }) => (isUnitRef(workload) ? [workload.unit] : [])).sort();
}

function captureOf(view: EstateView, host: string, inboundPorts: number[]): CaptureSpec {
  const { excludeInboundPorts: declared, excludeOutboundPorts } = need(view.estateHost(host), host);
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

/**
 * The name of a VM service as callers know it: with its twin as the second backend, or, once DNS leads to it, as the
 * only one (`platform-first`).
 */
export function publishedName(view: EstateView, service: EstateService): PublishedName {
  const { name, hostname, port, protocol, twin, twins, workload } = service;
  const base = {
    service: name,
    cluster: view.estate.provider.cluster,
    namespace: need(view.namespaceOf(service), `the namespace of ${name}`),
    hostname: need(hostname, `the hostname of ${name}`),
    port: need(port, `the port of ${name}`),
    protocol,
    addresses: addressesOf(view, service),
  };
  if (twins) return { ...base, ...matchedTwins(view, twins, base.port) };
  const twinFacts = twin && view.kubeWorkload(twin);
  if (!twinFacts) return base;
  const pods = { selector: twinFacts.selector, targetPort: base.port };
  const { path } = choosePath(service);
  // An entry selects pods of its own namespace only.
  if (path === 'platform-first') return { ...base, namespace: twinFacts.namespace, pods };
  const plainHost = path === 'direct' && isUnitRef(workload) ? view.host(workload.host)?.address : undefined;
  return { ...base, twin: pods, ...(plainHost !== undefined && { plainHost }) };
}

/** All of them or none: a service of which one is not there does not move. */
function matchedTwins(view: EstateView, twins: NonNullable<EstateService['twins']>, targetPort: number): Pick<PublishedName, 'twins'> {
  const found = twins.flatMap(({ match, ...ref }): MatchedTwin[] => {
    const facts = view.kubeWorkload(ref);
    return facts ? [{ name: ref.name, selector: facts.selector, targetPort, match }] : [];
  });
  return found.length < twins.length ? {} : { twins: found };
}

/**
 * Addresses by which proxies know a name besides its Host header: for callers that use the address itself, and for TCP,
 * which has no header.
 */
function addressesOf(view: EstateView, service: EstateService): string[] {
  const { name, protocol, workload } = service;
  if (choosePath(service).path === 'platform-first') return protocol === 'tcp' ? [...(service.switch?.answers ?? [])] : [];
  const address = isUnitRef(workload) ? view.host(workload.host)?.address : undefined;
  const isNeeded = protocol === 'tcp' || view.callersByAddress(name).length > 0;
  return address !== undefined && isNeeded ? [address] : [];
}

/** The proxy of a workload as a metrics source, or nothing for a caller without one. */
export function scopeOf(view: EstateView, id: string): TrafficScope | undefined {
  const { windowSeconds, minRequests } = view.estate.policy.gate;
  const facts = view.host(placeOf(id)?.host ?? '');
  if (facts) {
    if (!view.hostJoins(facts.name)) return undefined;
    return { proxy: { host: facts.name, address: facts.address }, windowSeconds, minRequests };
  }
  const ref = view.refOf(id);
  return ref && !isUnitRef(ref) ? { proxy: ref, windowSeconds, minRequests } : undefined;
}
