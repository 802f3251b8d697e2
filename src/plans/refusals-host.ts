import { isUnitRef, type EstateService } from '../estate/schema.ts';
import { meshError } from '../errors/index.ts';
import { publishedOn } from '../inventory/containers.ts';
import type { HostFacts } from '../inventory/schema.ts';
import { asError } from './finding.ts';
import { choosePath, unitJoins } from './paths.ts';
import type { PlanFinding } from './plan.ts';
import { type EstateView, isPublished, placeOf } from './view.ts';

/** Of a systemd unit on a host of the estate. */
export function hostRefusals(view: EstateView, service: EstateService, host: string, unit: string): PlanFinding[] {
  const facts = view.host(host);
  const { name } = service;
  const unsupported = (reason: string): PlanFinding =>
    asError(name, meshError('MW1310', { workload: name, path: choosePath(service).path, reason }));
  if (!facts)
    return [
      asError(name, meshError('MW1312', { subject: `host ${host}`, difference: 'the inventory has no facts of it' })),
    ];
  const found: PlanFinding[] = [];
  if (facts.privilege === 'none') found.push(asError(name, meshError('MW1106', { host, user: userOf(view, host) })));
  const joins = unitJoins(service);
  if (joins && facts.firewall.backend === 'none')
    found.push(asError(name, meshError('MW1107', { host, programs: 'iptables, iptables-restore' })));
  if (facts.initSystem !== 'systemd') found.push(unsupported(`host ${host} is not run by systemd`));
  if (!facts.units.some((candidate) => candidate.name === unit))
    found.push(unsupported(`host ${host} has no unit ${unit}`));
  if (joins && !view.estate.provider.artifacts)
    found.push(unsupported('the estate names no provider.artifacts for joining VMs'));
  if (service.port !== undefined && service.hostname === undefined)
    found.push(unsupported('a VM workload that serves a port needs the hostname its callers use'));
  if (service.serverFirst && choosePath(service).path !== 'stay')
    found.push(unsupported('no proxy knows a server that speaks first, so nothing can move its callers'));
  if (view.namespaceOf(service) === undefined)
    found.push(unsupported('the estate names no namespace for its mesh objects'));
  const namespaces = new Set(view.servicesOn(host).flatMap((one) => view.namespaceOf(one) ?? []));
  if (namespaces.size > 1)
    found.push(unsupported(`the services of host ${host} share one proxy, and name namespaces ${[...namespaces].sort().join(' and ')}`));
  return [
    ...found,
    ...addressRefusals(view, service, facts),
    ...(joins ? captureRefusals(view, service, host) : []),
    ...portRefusals(view, service),
    ...publishedByContainers(service, facts),
  ];
}

/** A proxy's listener for an HTTP port takes every address, and would wait for the client of a server that speaks first. */
function portRefusals(view: EstateView, { name, port, serverFirst }: EstateService): PlanFinding[] {
  if (!serverFirst || port === undefined) return [];
  const spared = (caller: string): boolean =>
    view.estateHost(placeOf(caller)?.host ?? '')?.excludeOutboundPorts.includes(port) === true;
  const others = view.estate.services.filter((other) => isPublished(other) && other.protocol === 'http' && other.port === port);
  if (others.length === 0 || view.callersOf(name).every(spared)) return [];
  return [asError(name, meshError('MW1333', { service: name, port, others: others.map((other) => other.name).join(' and ') }))];
}

/** Programs that hold the host's end of a port that a container engine forwards by rules of its own. */
const PORT_FORWARDERS = new Set(['docker-proxy', 'rootlessport', 'conmon', 'slirp4netns', 'pasta']);

/** A container engine rewrites such a connection before our chain sees it: it would pass no proxy, and STRICT would not hold. */
function publishedByContainers(
  service: EstateService, facts: HostFacts): PlanFinding[] {
  const { name: host, listeners } = facts;
  const { name, port } = service;
  const holder = listeners.find((one) => one.port === port && PORT_FORWARDERS.has(one.process ?? ''))?.process
    ?? (port === undefined ? undefined : publishedOn(facts, port)?.engine);
  if (holder === undefined || !isPublished(service)) return [];
  const reason = `${holder} on ${host} forwards its port ${port} to a container, past every rule of a capture`;
  const error = meshError('MW1310', { workload: name, path: choosePath(service).path, reason });
  return [asError(name, error, 'published-by-container')];
}

/** Services that share a host with a refused one: its capture would take them all. */
export function besideRefused(view: EstateView, service: EstateService, refused: ReadonlySet<string>): PlanFinding[] {
  const { name, workload } = service;
  if (!isUnitRef(workload) || refused.has(name) || !unitJoins(service)) return [];
  const beside = view.servicesOn(workload.host).filter((other) => refused.has(other.name));
  if (beside.length === 0) return [];
  const reason = `it shares host ${workload.host} with ${beside.map((other) => other.name).join(' and ')}, which cannot join`;
  return [asError(name, meshError('MW1310', { workload: name, path: choosePath(service).path, reason }))];
}

/** The proxy registers the host's address, and recycling looks for connections to it: it must be the one callers use. */
function addressRefusals(view: EstateView, { name, hostname = '' }: EstateService, facts: HostFacts): PlanFinding[] {
  const refuse = (reason: string): PlanFinding => asError(name, meshError('MW1323', { service: name, reason, hostname }));
  if (!facts.addresses.includes(facts.address)) return [refuse(`the estate reaches ${facts.name} at ${facts.address}, which is no address of it`)];
  const others = view.answersFor(hostname).filter((address) => address !== facts.address);
  return others.length === 0 ? [] : [refuse(`${hostname} resolves to ${others.join(', ')}, and ${facts.name} is registered at ${facts.address}`)];
}

/** From its registration until its capture a VM takes plaintext only, and a meshed caller would not send it. */
function captureRefusals(view: EstateView, service: EstateService, host: string): PlanFinding[] {
  const { name, port = 0 } = service;
  const found: PlanFinding[] = [];
  const meshed = view.callersOf(name).filter((caller) => view.workload(caller)?.position.mesh === 'on');
  const isJoining = view.workloads(name).some(({ id, position }) => id.startsWith('vm/') && position.mesh === 'off');
  if (isJoining && meshed.length > 0) found.push(asError(name, meshError('MW1321', { service: name, callers: meshed.join(', ') })));
  if (view.estateHost(host)?.excludeInboundPorts.includes(port) === true) {
    const reason = `the estate excludes its own port ${port} from capture`;
    found.push(asError(name, meshError('MW1310', { workload: name, path: choosePath(service).path, reason })));
  }
  return found;
}

const userOf = (view: EstateView, host: string): string =>
  view.estateHost(host)?.user ?? '?';
