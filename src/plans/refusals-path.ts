import { isUnitRef, type EstateService, type UnitRef } from '../estate/schema.ts';
import { twinsOf } from '../estate/twins.ts';
import { meshError } from '../errors/index.ts';
import { asError } from './finding.ts';
import { choosePath, unitJoins } from './paths.ts';
import type { PlanFinding } from './plan.ts';
import type { EstateView } from './view.ts';

/** What forbids a service the path that it is on, whatever the state of its host and its twin. */
export function pathRefusals(view: EstateView, service: EstateService): PlanFinding[] {
  const { workload } = service;
  const { path } = choosePath(service);
  if (!isUnitRef(workload)) return path === 'stay' ? [] : [misfit(service, 'it runs in Kubernetes already')];
  const mixed = mixedHost(view, service, workload);
  if (unitJoins(service)) return mixed;
  return [
    ...mixed,
    ...severalTwins(service),
    ...positionRefusals(view, service, workload),
    ...(path === 'direct' ? meshedCallers(view, service) : switchRefusals(view, service, workload)),
  ];
}

/** DNS leads to one place, and a stage in which several twins join and take over at once could not be judged twin by twin. */
function severalTwins(service: EstateService): PlanFinding[] {
  const { name, twins } = service;
  if (twins === undefined) return [];
  const { path } = choosePath(service);
  return [asError(name, meshError('MW1366', { service: name, path, twins: twins.map((twin) => twin.name).join(', ') }))];
}

const misfit = (service: EstateService, reason: string): PlanFinding =>
  asError(
    service.name,
    meshError('MW1360', { service: service.name, path: choosePath(service).path, reason }),
  );

/** A host's capture takes every connection of the host: it joins with all that it runs (decision 0028), or not at all. */
function mixedHost(view: EstateView, service: EstateService, { host }: UnitRef): PlanFinding[] {
  const { name } = service;
  const others = view
    .servicesOn(host)
    .filter((other) => other.name !== name && unitJoins(other) !== unitJoins(service))
    .map((other) => other.name);
  if (others.length === 0) return [];
  const { path } = choosePath(service);
  return [asError(name, meshError('MW1361', { service: name, path, others: others.join(' and '), host }))];
}

function positionRefusals(view: EstateView, service: EstateService, { host }: UnitRef): PlanFinding[] {
  const isOn = view.workloads(service.name).some(({ id, position }) => id.startsWith('vm/') && position.mesh === 'on');
  return [
    ...(isOn ? [misfit(service, `host ${host} is in the mesh already, and would have to leave it first`)] : []),
    ...(service.port === undefined ? [misfit(service, 'it serves no port, so nothing can move its callers')] : []),
  ];
}

/** Callers that join after a name is published open nothing past it; those that were there before have, and follow no weights. */
function meshedCallers(view: EstateView, service: EstateService): PlanFinding[] {
  const { name, hostname = '' } = service;
  const callers = view.meshedCallersOf(name);
  if (callers.length === 0) return [];
  return [asError(name, meshError('MW1365', { service: name, callers: callers.join(', '), hostname }))];
}

/** DNS moves who looks the name up, to where nobody but the twin answers. */
function switchRefusals(view: EstateView, service: EstateService, workload: UnitRef): PlanFinding[] {
  const { name, hostname = '', switch: moved } = service;
  // Without a twin there is nowhere to switch to, which is said by a code of its own.
  if (!moved) return twinsOf(service).length > 0 ? [asError(name, meshError('MW1362', { service: name, hostname }))] : [];
  const callers = view.callersByAddress(name);
  return [
    ...answerRefusals(view, service, workload, moved.answers),
    ...(callers.length > 0
      ? [asError(name, meshError('MW1364', { service: name, callers: callers.join(', '), hostname }))]
      : []),
  ];
}

function answerRefusals(
  view: EstateView,
  service: EstateService,
  { host }: UnitRef,
  answers: readonly string[],
): PlanFinding[] {
  const { name, hostname = '' } = service;
  const refuse = (reason: string): PlanFinding =>
    asError(name, meshError('MW1363', { service: name, hostname, answers: answers.join(', '), reason }));
  const facts = view.host(host);
  const own = [facts?.address, ...(facts?.addresses ?? [])];
  const stays = answers.filter((address) => own.includes(address));
  const hosts = answers.flatMap((address) =>
    view.inventory.hosts.filter((other) => other.name !== host && [other.address, ...other.addresses].includes(address)),
  );
  const others = view.estate.services.filter((other) => other.name !== name && other.hostname === hostname);
  return [
    ...(stays.length > 0 ? [refuse(`${stays.join(', ')} is where its unit answers now`)] : []),
    ...hosts.map((other) => refuse(`${other.address} is host ${other.name}, where its twin is not`)),
    ...others.filter((other) => !isSameSwitch(other, answers)).map((other) => refuse(`service ${other.name} has the same name and does not move with it`)),
  ];
}

function isSameSwitch(other: EstateService, answers: readonly string[]): boolean {
  const theirs = choosePath(other).path === 'platform-first' ? other.switch?.answers : undefined;
  return theirs !== undefined && [...theirs].sort().join() === [...answers].sort().join();
}
