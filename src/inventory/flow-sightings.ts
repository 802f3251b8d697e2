import type { Estate } from '../estate/schema.ts';
import {
  callerOn,
  callersOf,
  localEnd,
  outboundByEnds,
  ownerName,
  peerEnd,
  type Target,
  type View,
} from './flow-callers.ts';
import { unitId } from './ids.ts';
import { estateUnitsOn, type Landmarks } from './landmarks.ts';
import { CAPTURED_INBOUND_PORT, isLoopback, isNoise, isProxy, PROXY_SOURCE_ADDRESS } from './noise.ts';
import type { Flow, HostFacts } from './schema.ts';
import type { Sighting } from './sightings.ts';
import { Translations } from './translations.ts';

/** What the connections of the hosts, established or just ended, say about who calls whom. */
export function flowSightings(
  estate: Estate,
  hosts: readonly HostFacts[],
  landmarks: Landmarks,
  declared: readonly Sighting[],
): Sighting[] {
  const view = { estate, landmarks, declared, outbound: outboundByEnds(hosts), translations: new Translations(hosts) };
  return hosts.flatMap((host) => {
    const monitoring = estate.hosts.find(({ name }) => name === host.name)?.excludeInboundPorts ?? [];
    const flows = host.flows.filter((flow) => !isNoise(flow, host, monitoring));
    return flows.flatMap((flow) =>
      flow.direction === 'inbound' ? inbound(view, host, flow) : outbound(view, host, flow),
    );
  });
}

function outbound(view: View, host: HostFacts, flow: Flow): Sighting[] {
  if (isProxy(flow) || isOfProxy(flow)) return [];
  const target = calledBy(view, host, flow);
  const detail = `${statePhrase(flow)} on ${host.name}, opened by ${ownerName(flow)} to ${flow.peerAddress}:${flow.peerPort}`;
  const callers = callerOn(view, host, flow, target);
  return callers.map((caller) => ({ ...caller, ...target, source: 'ss', detail }));
}

function inbound(view: View, host: HostFacts, flow: Flow): Sighting[] {
  if (
    isLoopback(flow.peerAddress) ||
    flow.peerAddress === PROXY_SOURCE_ADDRESS ||
    flow.peerAddress === flow.localAddress
  )
    return [];
  const isCaptured = isProxy(flow) || flow.localPort === CAPTURED_INBOUND_PORT;
  const target = isCaptured ? behindProxy(view, host, flow) : targetOf(view, host, flow);
  if (target === undefined) return [];
  const detail = `${statePhrase(flow)} on ${host.name}, from ${flow.peerAddress} to ${ownerName(flow)} on port ${flow.localPort}`;
  return callersOf(view, host, flow, target).map((caller) => ({ ...caller, ...target, source: 'ss', detail }));
}

/**
 * Nobody's calls: those that a proxy made for others or to its own host, told by their address where the kernel has forgotten their
 * owner. Checks of health end so, every few seconds.
 */
function isOfProxy(flow: Flow): boolean {
  return flow.state === 'time-wait' && (flow.localAddress === PROXY_SOURCE_ADDRESS || isLoopback(flow.peerAddress));
}

/** What a call reaches: where its address stands for nothing here, who answers for it as far as some host rewrites it. */
function calledBy({ landmarks, translations }: View, host: HostFacts, flow: Flow): Target {
  const port = flow.peerPort;
  const to = landmarks.calleeAt(flow.peerAddress, port, host);
  const server = to.startsWith('external/') ? translations.serverOf(localEnd(flow), peerEnd(flow)) : undefined;
  // A call that is handed to something on its own host, such as a proxy, is meant for somebody else all the same.
  if (server === undefined || isLoopback(server.address)) return { to, port };
  const behind = landmarks.calleeAt(server.address, server.port, host);
  return behind.startsWith('external/') ? { to, port } : { to: behind, port: server.port };
}

function statePhrase({ state }: Flow): string {
  return state === undefined ? 'established' : 'ended within the last minute';
}

function targetOf({ landmarks }: View, host: HostFacts, flow: Flow): Target {
  const container = landmarks.containerCallee(host, flow.localPort, flow.localAddress);
  if (container !== undefined) return { to: container, port: flow.localPort };
  const unit = flow.unit === undefined ? landmarks.unitAt(host, flow.localPort) : unitId(host.name, flow.unit);
  return { to: landmarks.calleeOf(unit ?? unitId(host.name, ownerName(flow))), port: flow.localPort };
}

/**
 * A captured connection ends at the proxy's own port. Connection tracking tells which port it was meant for; without that
 * it was meant for the one service of the estate on that host, and of several nothing tells for which. As without a proxy, a
 * service is called at its other ports too, and STRICT takes them all.
 */
function behindProxy(view: View, host: HostFacts, flow: Flow): Target | undefined {
  if (flow.localPort !== CAPTURED_INBOUND_PORT) return undefined;
  const { estate, landmarks, translations } = view;
  const meant = translations.behind(localEnd(flow), peerEnd(flow))?.translation.server.port;
  const served = estateUnitsOn(estate, host.name).filter(({ service }) => service.port !== undefined);
  const [only, ...others] = meant === undefined ? served : served.filter(({ service }) => service.port === meant);
  if (only?.service.port !== undefined)
    return others.length > 0 ? undefined : { to: landmarks.calleeOf(only.id), port: only.service.port };
  const listening = meant === undefined ? undefined : landmarks.unitAt(host, meant);
  return meant === undefined || listening === undefined
    ? undefined
    : { to: landmarks.calleeOf(listening), port: meant };
}
