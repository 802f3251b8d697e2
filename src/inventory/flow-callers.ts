import type { Estate } from '../estate/schema.ts';
import { externalId, unitId } from './ids.ts';
import type { Landmarks } from './landmarks.ts';
import { isProxy } from './noise.ts';
import type { Flow, HostFacts } from './schema.ts';
import type { Sighting } from './sightings.ts';
import type { Translations } from './translations.ts';

/** All that tells whose a connection is. */
export interface View {
  estate: Estate;
  landmarks: Landmarks;
  declared: readonly Sighting[];
  /** The node behind the calling end of each connection that some host opened. */
  outbound: ReadonlyMap<string, { host: HostFacts; flow: Flow }>;
  translations: Translations;
}

export type Target = Pick<Sighting, 'to' | 'port'>;
export type Caller = Pick<Sighting, 'from' | 'confidence'>;

/** Where a host rewrites addresses, the caller is who opened the connection before that. */
export function callersOf(view: View, at: HostFacts, flow: Flow, target: Target): Caller[] {
  const behind = view.translations.behind(localEnd(flow), peerEnd(flow));
  const { client, server } = behind?.translation ?? { client: peerEnd(flow), server: localEnd(flow) };
  const opened = view.outbound.get(endsKey(client.address, client.port, server.address, server.port));
  if (opened !== undefined && !isProxy(opened.flow)) return callerOn(view, opened.host, opened.flow, target);
  // Engines give their containers the same addresses on every host: those of who rewrote it are meant.
  const container = view.landmarks.containerAt(behind?.host ?? at, client.address);
  if (container !== undefined) return [{ from: container, confidence: 'observed' }];
  const pod = view.landmarks.podOwner(client.address);
  if (pod !== undefined) return [{ from: pod, confidence: 'observed' }];
  const host = view.landmarks.hostAt(client.address);
  return host === undefined
    ? [{ from: view.landmarks.stranger(client.address), confidence: 'observed' }]
    : likelyCaller(view, host, target, endedMs(flow) + at.clockOffsetMs - host.clockOffsetMs);
}

/** When a connection ended by the clock of the host that says so, in milliseconds; NaN where it does not. */
function endedMs({ endedAt = '' }: Flow): number {
  return Date.parse(endedAt);
}

export function callerOn(view: View, host: HostFacts, flow: Flow, target: Target): Caller[] {
  return isOwned(flow)
    ? [{ from: ownerNode(view.landmarks, host, flow), confidence: 'observed' }]
    : likelyCaller(view, host, target, endedMs(flow));
}

/**
 * A connection from a known host, and nobody saw which process there opened it: it was opened or closed in between,
 * or went through that host's proxy. If one unit is known to call this service, it is that one; if several are, the one
 * that a timer had just started, and without such the connection tells nothing new; if none is, the host itself is the caller.
 *
 * @param endMs when it ended by the clock of the caller's host; the host that was called is often the one to remember it
 */
function likelyCaller(view: View, host: HostFacts, { to, port }: Target, endMs: number): Caller[] {
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
  if (callers.size === 0) return [{ from: externalId(`vm/${host.name}`), confidence: 'observed' }];
  const timed = [...callers].filter((caller) => hadJustStarted(view.landmarks, host, caller, endMs));
  const [only, ...others] = timed.length === 1 ? timed : callers;
  if (only === undefined) return [];
  return others.length === 0 ? [{ from: only, confidence: 'inferred' }] : [];
}

/** For so long before the end of its call a timer may have started a program that does little else. */
const RUN_MS = 10_000;
/** Times are cut to whole seconds somewhere, and timers drift a little. */
const SLACK_MS = 1_500;
/** Connections that ended longer ago are forgotten. */
const REMEMBERED_MS = 60_000;

/**
 * Whether a connection ended while a unit ran that a timer starts, by the host's own clock: after the timer's last time, or an
 * earlier one as its next is after its last.
 */
function hadJustStarted(
  landmarks: Landmarks,
  { name, timers = [] }: HostFacts,
  caller: string,
  endMs: number,
): boolean {
  return timers.some(({ starts, lastAt = '', nextAt = '' }) => {
    if (caller !== landmarks.node(unitId(name, starts))) return false;
    const [lastMs, nextMs] = [Date.parse(lastAt), Date.parse(nextAt)];
    const periodMs = nextMs > lastMs ? nextMs - lastMs : REMEMBERED_MS;
    const afterMs = endMs - lastMs;
    // Of a timer with a short period a quarter of it: else every moment would be one of its own.
    const runMs = Math.min(RUN_MS, periodMs / 4);
    const sinceMs =
      afterMs < -SLACK_MS && afterMs >= -REMEMBERED_MS ? modulo(afterMs + SLACK_MS, periodMs) - SLACK_MS : afterMs;
    return sinceMs >= -SLACK_MS && sinceMs <= runMs;
  });
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
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

export function ownerName({ unit, process }: Flow): string {
  return unit ?? process ?? 'unknown';
}

export function localEnd({ localAddress: address, localPort: port }: Flow): { address: string; port: number } {
  return { address, port };
}

export function peerEnd({ peerAddress: address, peerPort: port }: Flow): { address: string; port: number } {
  return { address, port };
}

export function outboundByEnds(hosts: readonly HostFacts[]): Map<string, { host: HostFacts; flow: Flow }> {
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
