import { type ClockBounds, nearestZero } from '../../inventory/clock-skew.ts';
import { hostFactsSchema, type Flow, type HostFacts, type Listener } from '../../inventory/schema.ts';
import { readCredentials } from './certificates.ts';
import { readContainers } from './containers.ts';
import { splitSections, type Sections } from './sections.ts';
import { directionOf, readSockets, type Connected, type Listening } from './sockets.ts';
import {
  readAddresses,
  readFirewall,
  readMeshed,
  readNames,
  readNameservers,
  readOs,
  readSshdPorts,
  shortFact,
} from './system.ts';
import { milliseconds, readBeside } from './beside.ts';
import { readProcesses, type Processes } from './processes.ts';
import { openersOf, readTracked } from './tracked.ts';
import { dateOf } from './timers.ts';
import { readUnits } from './units.ts';

/** What the reader knows besides the host's own answer. */
export interface HostContext {
  name: string;
  address: string;
  privilege: HostFacts['privilege'];
  /** The controller's clock before the round and after it. */
  sentAtMs: number;
  receivedAtMs: number;
  /** Units and hostnames of the estate that were asked for. */
  units: readonly string[];
  names: readonly string[];
}

/** Facts of a host, and what in its answer was not understood. */
export interface ParsedHost {
  facts: HostFacts;
  problems: string[];
}

/** Understands what the host script printed. Total: whatever a host sends, there are facts that fit the schema. */
export function parseHost(output: string, context: HostContext): ParsedHost {
  const sections = splitSections(output);
  const { listening, connected } = readSockets(sections);
  const processes = readProcesses(sections);
  const tracked = readTracked(sections);
  const openers = openersOf(tracked);
  const facts: HostFacts = {
    name: context.name,
    address: context.address,
    hostname: shortFact(sections.fact('hostname')),
    arch: shortFact(sections.fact('arch')),
    os: readOs(sections),
    initSystem: sections.fact('init') === 'systemd' ? 'systemd' : 'other',
    privilege: context.privilege,
    sshdPorts: readSshdPorts(sections, listening, processes),
    firewall: readFirewall(sections),
    clockOffsetMs: clockOffset(sections.fact('begin'), sections.fact('end'), context),
    nameservers: readNameservers(sections),
    addresses: readAddresses(sections),
    meshed: readMeshed(sections),
    ...readProxyCredentials(sections),
    units: readUnits(sections, context.units),
    listeners: listening.map((listener) => withOwner(listener, processes)).toSorted(byPort),
    flows: connected
      .map((flow) =>
        toFlow(flow, directionOf(flow, listening, openers), processes, milliseconds(sections.fact('begin'))),
      )
      .toSorted(byEnds),
    names: readNames(sections, context.names),
    ...readBeside(sections, { listening, processes, tracked, units: context.units }),
    ...readContainers(sections),
  };
  return { facts: hostFactsSchema.parse(facts), problems: [...sections.problems, ...gaps(sections)] };
}

/**
 * The offset nearest to zero that is possible: the host read its clock after we sent, and before we received.
 *
 * @param first the host's clock when it began, in seconds since the epoch; 0 comes out when it cannot be read
 * @param last the same when it ended
 */
export function clockOffset(
  first: string,
  last: string,
  { sentAtMs, receivedAtMs }: Pick<HostContext, 'sentAtMs' | 'receivedAtMs'>,
): number {
  const bounds = clockBounds(first, last, { sentAtMs, receivedAtMs });
  return bounds === undefined ? 0 : Math.round(nearestZero(bounds));
}

/**
 * Between which values our clock minus the host's lies: the host began after we sent, and ended before we received. What its
 * script took drops out, so that the doubt is the round trip alone. Undefined when the host's clock cannot be read.
 */
export function clockBounds(
  first: string,
  last: string,
  { sentAtMs, receivedAtMs }: Pick<HostContext, 'sentAtMs' | 'receivedAtMs'>,
): ClockBounds | undefined {
  const [begin, end] = [milliseconds(first), milliseconds(last)];
  if (begin === undefined || end === undefined) return undefined;
  return { leastMs: sentAtMs - begin - resolutionMs(first), mostMs: receivedAtMs - end };
}

/** Whole seconds were up to one more when they were read. */
const resolutionMs = (text: string): number => (text.includes('.') ? 0 : 1000);

/** Nothing for a proxy that has never had a certificate nor been captured for: its join is not done. */
function readProxyCredentials(sections: Sections): Pick<HostFacts, 'credentials'> {
  const lines = sections.lines('certificate');
  const isJoined = sections.fact('capture').trim() === 'confirmed' || lines.length > 0;
  if (sections.fact('proxy') !== 'installed' || !isJoined) return {};
  return { credentials: readCredentials(lines.join('\n'), sections.fact('tokenExpiry')) };
}

function withOwner<T extends Listening | Connected>(socket: T, processes: Processes): T & { unit?: string } {
  const process = socket.process ?? processes.nameOf(socket.pid);
  const unit = processes.unitOf(socket.pid);
  return {
    ...socket,
    ...(process === undefined ? {} : { process: shortFact(process) }),
    ...(unit === undefined ? {} : { unit }),
  };
}

/** How long Linux remembers a connection in TIME_WAIT (TCP_TIMEWAIT_LEN of its include/net/tcp.h). */
const TIME_WAIT_MS = 60_000;

function toFlow(flow: Connected, direction: Flow['direction'], processes: Processes, nowMs?: number): Flow {
  const { local, peer, leftMs, ...owner } = withOwner(flow, processes);
  const endedAt = nowMs === undefined || leftMs === undefined ? undefined : dateOf(nowMs - TIME_WAIT_MS + leftMs);
  return {
    direction,
    localAddress: local.address,
    localPort: local.port,
    peerAddress: peer.address,
    peerPort: peer.port,
    ...owner,
    ...(endedAt === undefined ? {} : { endedAt }),
  };
}

function byPort(a: Listener, b: Listener): number {
  return a.port - b.port || compare(a.protocol, b.protocol) || compare(a.address, b.address);
}

function byEnds(a: Flow, b: Flow): number {
  return (
    compare(a.direction, b.direction) ||
    compare(a.peerAddress, b.peerAddress) ||
    a.peerPort - b.peerPort ||
    a.localPort - b.localPort
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Parts of the answer without which the facts are less than they look. */
function gaps(sections: Sections): string[] {
  const unasked = sections.lines('unasked').length;
  return [
    ...(sections.fact('begin') === '' || sections.fact('end') === '' ? ['it is cut off'] : []),
    ...(sections.lines('listening').length + sections.lines('procnet').length === 0 ? ['it lists no sockets'] : []),
    ...(unasked > 0 ? [`${unasked} name(s) were not looked up in time`] : []),
  ];
}
