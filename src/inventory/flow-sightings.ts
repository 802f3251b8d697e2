import type { Estate } from '../estate/schema.ts';
import { externalId, unitId } from './ids.ts';
import { estateUnitsOn, type Landmarks } from './landmarks.ts';
import { CAPTURED_INBOUND_PORT, isLoopback, isNoise, isProxy, PROXY_SOURCE_ADDRESS } from './noise.ts';
import type { Flow, HostFacts } from './schema.ts';
import type { Sighting } from './sightings.ts';

/** What the established connections of the hosts say about who calls whom. */
export function flowSightings(
  estate: Estate,
  hosts: readonly HostFacts[],
  landmarks: Landmarks,
  declared: readonly Sighting[],
): Sighting[] {
  const view = { estate, landmarks, declared, outbound: outboundByEnds(hosts) };
  return hosts.flatMap((host) => {
    const monitoring = estate.hosts.find(({ name }) => name === host.name)?.excludeInboundPorts ?? [];
    const flows = host.flows.filter((flow) => !isNoise(flow, host, monitoring));
    return flows.flatMap((flow) =>
      flow.direction === 'inbound' ? inbound(view, host, flow) : outbound(view, host, flow),
    );
  });
}

interface View {
  estate: Estate;
  landmarks: Landmarks;
  declared: readonly Sighting[];
  /** The node behind the calling end of each connection that some host opened. */
  outbound: ReadonlyMap<string, { host: HostFacts; flow: Flow }>;
}

function outbound(view: View, host: HostFacts, flow: Flow): Sighting[] {
  if (isProxy(flow)) return [];
  const port = flow.peerPort;
  const to = view.landmarks.calleeAt(flow.peerAddress, port, host);
  const detail = `established on ${host.name}, opened by ${ownerName(flow)} to ${flow.peerAddress}:${port}`;
  return callerOn(view, host, flow, { to, port }).map((caller) => ({ ...caller, to, port, source: 'ss', detail }));
}

function inbound(view: View, host: HostFacts, flow: Flow): Sighting[] {
  if (
    isLoopback(flow.peerAddress) ||
    flow.peerAddress === PROXY_SOURCE_ADDRESS ||
    flow.peerAddress === flow.localAddress
  )
    return [];
  const target = isProxy(flow) ? behindProxy(view, host, flow) : targetOf(view, host, flow);
  if (target === undefined) return [];
  const detail = `established on ${host.name}, from ${flow.peerAddress} to ${ownerName(flow)} on port ${flow.localPort}`;
  return callersOf(view, host, flow, target).map((caller) => ({ ...caller, ...target, source: 'ss', detail }));
}

type Target = Pick<Sighting, 'to' | 'port'>;
type Caller = Pick<Sighting, 'from' | 'confidence'>;

function targetOf({ landmarks }: View, host: HostFacts, flow: Flow): Target {
  const container = landmarks.containerCallee(host, flow.localPort, flow.localAddress);
  if (container !== undefined) return { to: container, port: flow.localPort };
  const unit = flow.unit === undefined ? landmarks.unitAt(host, flow.localPort) : unitId(host.name, flow.unit);
  return { to: landmarks.calleeOf(unit ?? unitId(host.name, ownerName(flow))), port: flow.localPort };
}

/** A captured connection ends at the proxy's own port: it was meant for the one service of the estate on that host; of several, nothing tells for which. */
function behindProxy({ estate, landmarks }: View, host: HostFacts, flow: Flow): Target | undefined {
  const [only, ...others] = estateUnitsOn(estate, host.name).filter(({ service }) => service.port !== undefined);
  if (flow.localPort !== CAPTURED_INBOUND_PORT || only?.service.port === undefined || others.length > 0)
    return undefined;
  return { to: landmarks.calleeOf(only.id), port: only.service.port };
}

function callersOf(view: View, at: HostFacts, flow: Flow, target: Target): Caller[] {
  const opened = view.outbound.get(endsKey(flow.peerAddress, flow.peerPort, flow.localAddress, flow.localPort));
  if (opened !== undefined && !isProxy(opened.flow)) return callerOn(view, opened.host, opened.flow, target);
  const container = view.landmarks.containerAt(at, flow.peerAddress);
  if (container !== undefined) return [{ from: container, confidence: 'observed' }];
  const pod = view.landmarks.podOwner(flow.peerAddress);
  if (pod !== undefined) return [{ from: pod, confidence: 'observed' }];
  const host = view.landmarks.hostAt(flow.peerAddress);
  return host === undefined
    ? [{ from: view.landmarks.stranger(flow.peerAddress), confidence: 'observed' }]
    : likelyCaller(view, host, target);
}

function callerOn(view: View, host: HostFacts, flow: Flow, target: Target): Caller[] {
  return isOwned(flow)
    ? [{ from: ownerNode(view.landmarks, host, flow), confidence: 'observed' }]
    : likelyCaller(view, host, target);
}

/**
 * A connection from a known host, and nobody saw which process there opened it: it was opened or closed in between,
 * or went through that host's proxy. If one unit is known to call this service, it is that one; if several are, the
 * connection tells nothing new; if none is, the host itself is the caller.
 */
function likelyCaller(view: View, host: HostFacts, { to, port }: Target): Caller[] {
  const callers = new Set(
    view.declared
      .filter((sighting) => sighting.to === to && sighting.port === port && isOn(sighting.from, host))
      .map(({ from }) => from),
  );
  const calls = (flow: Flow): boolean =>
    flow.direction === 'outbound' &&
    flow.peerPort === port &&
    isOwned(flow) &&
    !isProxy(flow) &&
    view.landmarks.calleeAt(flow.peerAddress, port, host) === to;
  for (const flow of host.flows.filter(calls)) callers.add(ownerNode(view.landmarks, host, flow));
  const [only, ...others] = callers;
  if (only === undefined) return [{ from: externalId(`vm/${host.name}`), confidence: 'observed' }];
  return others.length === 0 ? [{ from: only, confidence: 'inferred' }] : [];
}

function isOwned({ unit, process }: Flow): boolean {
  return unit !== undefined || process !== undefined;
}

function isOn(node: string, host: HostFacts): boolean {
  const places = [`vm/${host.name}/`, `external/vm/${host.name}/`, `external/container/${host.name}/`];
  return places.some((place) => node.startsWith(place));
}

function ownerNode(landmarks: Landmarks, host: HostFacts, flow: Flow): string {
  return landmarks.containerOfUnit(host, flow.unit) ?? landmarks.node(unitId(host.name, ownerName(flow)));
}

function ownerName({ unit, process }: Flow): string {
  return unit ?? process ?? 'unknown';
}

function outboundByEnds(hosts: readonly HostFacts[]): Map<string, { host: HostFacts; flow: Flow }> {
  const opened = hosts.flatMap((host) =>
    host.flows.filter(({ direction }) => direction === 'outbound').map((flow) => ({ host, flow })),
  );
  return new Map(
    opened.map((one) => [
      endsKey(one.flow.localAddress, one.flow.localPort, one.flow.peerAddress, one.flow.peerPort),
      one,
    ]),
  );
}

function endsKey(fromAddress: string, fromPort: number, toAddress: string, toPort: number): string {
  return `${fromAddress} ${fromPort} ${toAddress} ${toPort}`;
}
