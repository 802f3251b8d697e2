import { isUnitRef, type EstateService } from '../estate/schema.ts';
import { twinsOf } from '../estate/twins.ts';
import { meshError, type MeshError } from '../errors/index.ts';
import { workloadIdOf } from '../inventory/ids.ts';
import { scopeDeferrals } from './deferrals-scope.ts';
import { choosePath, movesByWeights, movesToTwin, unitJoins } from './paths.ts';
import type { Deferral } from './plan.ts';
import { type EstateView, isPublished, placeOf } from './view.ts';

/**
 * Moves that this plan leaves out, and why. The hard rules: STRICT and weights wait until every observed caller
 * has joined, because an unmeshed caller is refused by the one and does not follow the other.
 */
export function deferrals(view: EstateView, services: readonly EstateService[]): Deferral[] {
  const joins = joining(view, services);
  return services.flatMap((service) => {
    const own = deferralsOf(view, service, joins);
    return [...own, ...scopeDeferrals(view, service, own)];
  });
}

/** Tells whether a caller's calls to a service will go through a proxy. */
export type Joining = (caller: string, callee: EstateService) => boolean;

/** Moves of one service that wait. */
export function deferralsOf(view: EstateView, service: EstateService, joins: Joining): Deferral[] {
  const found = [
    ...joinedElsewhere(view, service),
    ...strangers(view, service, joins),
    ...lateTwins(view, service),
    ...unseenCallers(view, service),
    ...byAddress(view, service),
    ...byTwinAddress(view, service),
    ...neighbours(view, service),
    ...undecided(view, service),
    ...serverFirst(service),
    ...portless(service),
    ...joinedBefore(view, service),
  ];
  const waiting = [...found, ...withItsTwin(service, found)];
  return [...waiting, ...retirement(service, waiting)];
}

export function isDeferred(deferred: readonly Deferral[], service: string, move: string): boolean {
  return deferred.some((one) => one.subject === service && one.move === move);
}

/**
 * Tells whether a caller's calls to a service will go through a proxy. All that a host's own processes call is captured
 * with it. A host without a process is a stranger: what it forwards, for containers or others, passes no capture.
 */
export function joining(view: EstateView, services: readonly EstateService[]): Joining {
  const ids = new Set(services.flatMap(({ name }) => view.workloads(name).map(({ id }) => id)));
  const hosts = new Set(services.filter(unitJoins).flatMap(({ workload }) => (isUnitRef(workload) ? [workload.host] : [])));
  return (caller, { port }) => {
    const { host, owner } = placeOf(caller) ?? {};
    if (host === undefined) return ids.has(caller);
    return hosts.has(host) && owner !== undefined && view.isCaptured(caller, port);
  };
}

function movesAfterJoin(service: EstateService): string[] {
  return movesByWeights(service) ? ['replatform', 'enforce'] : ['enforce'];
}

const defer = (service: EstateService, moves: readonly string[], { code, causeText }: MeshError): Deferral[] =>
  moves.map((move) => ({ subject: service.name, move, code, why: causeText }));

/** A caller that stays outside. An exempt one leaves its port open to plaintext, but follows no weights either. */
function strangers(
  view: EstateView,
  service: EstateService,
  joins: Joining,
): Deferral[] {
  const outside = view.callersOf(service.name).filter((caller) => !joins(caller, service));
  const exempt = new Set(
    canStayOpen(view, service) ? view.exemptCallersOf(service.name).map(({ caller }) => caller) : [],
  );
  const blocked = (move: string): string[] => (move === 'enforce' ? outside.filter((one) => !exempt.has(one)) : outside);
  return movesAfterJoin(service).flatMap((move) => {
    const callers = blocked(move);
    if (callers.length === 0) return [];
    return defer(service, [move], meshError('MW1316', { service: service.name, callers: callers.join(', ') }));
  });
}

/**
 * A twin on path `direct` joins only in the stage in which it takes over, or not at all while that waits. Where its unit
 * calls too, that one is a stranger already.
 */
function lateTwins(view: EstateView, service: EstateService): Deferral[] {
  const callers = view.callersOf(service.name);
  const late = callers.filter((caller) => {
    const { role, position, service: of = '' } = view.workload(caller) ?? {};
    const owner = role === 'twin' && position?.mesh === 'off' ? view.service(of) : undefined;
    return owner !== undefined && choosePath(owner).path === 'direct' && !callers.includes(workloadIdOf(owner.workload));
  });
  if (late.length === 0) return [];
  const reason = `its caller ${late.join(', ')} is a twin on path direct, which joins only in the stage in which it takes over`;
  return defer(service, movesAfterJoin(service), meshError('MW1317', { service: service.name, reason }));
}

/** A port can stay open only when it is known: of a VM by the estate, of pods by what their containers declare. */
function canStayOpen(view: EstateView, service: EstateService): boolean {
  const refs = [service.workload, ...twinsOf(service)];
  const pods = refs.flatMap((ref) => (isUnitRef(ref) ? [] : (view.kubeWorkload(ref) ?? [])));
  return pods.every(({ ports }) => ports.length > 0);
}

/** A host that is in the mesh already is another run's: its names, labels and policies are not this plan's to know. */
function joinedElsewhere(view: EstateView, service: EstateService): Deferral[] {
  const { name, workload } = service;
  const isOn = view.workloads(name).some(({ id, position }) => id.startsWith('vm/') && position.mesh === 'on');
  if (!isUnitRef(workload) || !isOn || !isPublished(service)) return [];
  const reason = `host ${workload.host} is in the mesh already, by another run, which alone can carry it further or back`;
  return defer(service, movesAfterJoin(service), meshError('MW1317', { service: name, reason }));
}

/** Weights are judged by traffic: with none to judge by, no rung would mean anything. */
function undecided(view: EstateView, service: EstateService): Deferral[] {
  const callers = view.callersOf(service.name);
  const decides = callers.some((one) => view.isObserved(one, service.name) && !view.isRare(one, service.name));
  // That nobody was seen says `unseenCallers`; that nobody calls gives no rung any data either.
  const isUnseen = callers.length === 0 && service.callers !== 'none';
  if (isUnseen || decides) return [];
  const moves = movesAfterJoin(service).filter((move) => move !== 'enforce');
  return defer(service, moves, meshError('MW1336', { service: service.name, callers: callers.join(', ') || 'nobody' }));
}

/** With nobody seen, "every observed caller has joined" is true of nobody, and no gate has traffic to judge. */
function unseenCallers(view: EstateView, service: EstateService): Deferral[] {
  const onlyCalls = isUnitRef(service.workload) && service.port === undefined;
  if (onlyCalls || service.callers === 'none' || view.callersOf(service.name).length > 0) return [];
  return defer(service, movesAfterJoin(service), meshError('MW1322', { service: service.name }));
}

/**
 * A route for HTTP matches port and Host header: who calls an address follows no weights. A VM's address is published with its
 * name, so that such callers reach its proxy all the same; a pod's address changes, and is not.
 */
function byAddress(view: EstateView, service: EstateService): Deferral[] {
  const { name, hostname = '', workload } = service;
  const callers = view.callersByAddress(name);
  if (callers.length === 0) return [];
  // An entry for TCP has the one address that is published.
  const missesRoute = service.protocol === 'http' || (isUnitRef(workload) && (view.host(workload.host)?.addresses.length ?? 0) > 1);
  const moves = movesAfterJoin(service).filter((move) => (move === 'enforce' ? !isUnitRef(workload) : missesRoute));
  return defer(service, moves, meshError('MW1320', { service: name, callers: callers.join(', '), hostname }));
}

/** A pod's address is no name of the mesh: a joined caller's proxy passes what goes there through, in plaintext. */
function byTwinAddress(view: EstateView, service: EstateService): Deferral[] {
  const { name, hostname = '' } = service;
  const callers = view.callersOfTwinByAddress(name);
  if (callers.length === 0) return [];
  return defer(service, ['enforce'], meshError('MW1320', { service: name, callers: callers.join(', '), hostname }));
}

/** What a unit sends to its own host never meets a proxy, so no weight moves it. */
function neighbours(view: EstateView, service: EstateService): Deferral[] {
  const callers = view.callersOf(service.name).filter((caller) => view.isNeighbour(caller, service));
  if (callers.length === 0) return [];
  const moves = movesAfterJoin(service).filter((move) => move !== 'enforce');
  return defer(service, moves, meshError('MW1334', { service: service.name, callers: callers.join(', ') }));
}

/** A proxy that takes plaintext and mTLS alike waits for the client's first bytes, which never come. */
function serverFirst(service: EstateService): Deferral[] {
  if (!service.serverFirst || isPublished(service)) return [];
  return defer(service, ['enforce'], meshError('MW1330', { service: service.name, port: service.port ?? '?' }));
}

/** What only calls, from a queue or by the clock, has no callers that weights could move. */
function portless(service: EstateService): Deferral[] {
  if (!movesByWeights(service) || service.port !== undefined) return [];
  const reason = 'it serves no port, so no weights move its work from the unit to the twin';
  return defer(service, ['replatform'], meshError('MW1317', { service: service.name, reason }));
}

/** Who was in the mesh before a name was published there has connections open past it, which STRICT would refuse one day. */
function joinedBefore(view: EstateView, service: EstateService): Deferral[] {
  const { name, hostname = '' } = service;
  const callers = choosePath(service).path === 'platform-first' ? view.meshedCallersOf(name) : [];
  if (callers.length === 0) return [];
  return defer(service, ['enforce'], meshError('MW1365', { service: name, callers: callers.join(', '), hostname }));
}

/** On path `direct` the twin joins in the stage in which it takes over: with the one the other waits. */
function withItsTwin(service: EstateService, waiting: readonly Deferral[]): Deferral[] {
  const waits = (move: string): boolean => waiting.some((one) => one.move === move);
  if (choosePath(service).path !== 'direct' || !waits('replatform') || waits('enforce')) return [];
  const reason = 'its twin joins in the stage in which it takes over, and that waits';
  return defer(service, ['enforce'], meshError('MW1317', { service: service.name, reason }));
}

/** Retiring the old unit is the commit point: the estate has to ask for it, and the moves before it have to be made. */
function retirement(service: EstateService, waiting: readonly Deferral[]): Deferral[] {
  const { name, hostname = '', retire } = service;
  const { path } = choosePath(service);
  if (!movesToTwin(service)) return [];
  if (path !== 'mesh-first') {
    const reason = `its unit runs on without calls: on path ${path} its host does not join, and nothing there counts who calls it for as long as \`retire\` looks back`;
    return defer(service, ['retire'], meshError('MW1317', { service: name, reason }));
  }
  if (retire && waiting.length === 0) return [];
  const reason = retire
    ? `its unit is not stopped before ${[...new Set(waiting.map(({ move }) => move))].join(' and ')}, which wait too`
    : `its unit keeps running at weight 0; to stop it, say who answers for ${hostname} from then on: \`retire: { name: dns, answers: [ADDRESS] }\` or \`retire: { name: kept }\``;
  return defer(service, ['retire'], meshError('MW1317', { service: name, reason }));
}
