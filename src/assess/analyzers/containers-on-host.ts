import { type ErrorCode, meshError } from '../../errors/index.ts';
import { containerNode, isOnHostNetwork } from '../../inventory/containers.ts';
import type { Container, HostFacts } from '../../inventory/schema.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';

/** Programs of container engines that listen or run on a host. */
const engines = /^(dockerd|docker-proxy|containerd|rootlessport|conmon|slirp4netns|pasta|podman)$/;
/** Owners of firewall rules that send connections to containers, pods or guests, past every rule of a capture. */
const redirectors = /^(docker|podman|kube-proxy|cni|calico|cilium|libvirt)$/;
const engineUnits = /^(docker|containerd|podman)\.service$/;
const MAX_NAMED = 10;

/** V8: published ports of containers pass by a capture, and what containers call is no local connection. */
export const containersOnHost: Analyzer = {
  id: 'V8',
  title: 'Containers and rules of others on hosts',
  looksAt: ['hosts'],
  codes: ['MW1060', 'MW1061', 'MW1062', 'MW1310', 'MW1705', 'MW1740', 'MW1741'],
  adopts: ({ code, reason }) =>
    code === 'MW1060' ||
    code === 'MW1061' ||
    code === 'MW1062' ||
    (code === 'MW1310' && reason === 'published-by-container'),
  analyze: ({ readHosts, inventory }) => {
    const known = new Set(inventory.dependencies.flatMap(({ from, to }) => [from, to]));
    return readHosts.flatMap(({ host }) => [...foundOn(host), ...containersOf(host, known)]);
  },
};

function foundOn(host: HostFacts): Draft[] {
  const { name, privilege, firewall, firewallOwners = [], listeners, units } = host;
  const programs = listeners.flatMap(({ process }) =>
    process !== undefined && engines.test(process) ? [process] : [],
  );
  const running = units.filter((unit) => engineUnits.test(unit.name) && unit.activeState === 'active');
  const seen = [...new Set([...running.map((unit) => unit.name), ...programs])].sort();
  const rules = firewall.foreignNatRules;
  const owners = firewallOwners.filter(({ owner }) => redirectors.test(owner)).map(({ owner }) => owner);
  const what = [
    ...(seen.length > 0 ? [`${seen.join(', ')} runs`] : []),
    ...(owners.length > 0 ? [`${owners.join(', ')} has chains in the firewall`] : []),
    ...(rules > 0 ? [`the nat table has ${rules} rules that are not meshway’s`] : []),
  ].join(' and ');
  if (what !== '') return [draft('warning', name, what, meshError('MW1705', { host: name, what }))];
  return privilege === 'none'
    ? [notKnown(name, 'without root neither its nat rules nor the owners of ports are shown')]
    : [];
}

/**
 * What a join would do to each container that runs: a capture has two ways in, OUTPUT for what processes of the host
 * send, and PREROUTING for what comes to its addresses. Bridged containers are behind FORWARD, and the engine's own rules
 * in PREROUTING.
 */
function containersOf(host: HostFacts, called: ReadonlySet<string>): Draft[] {
  const running = (host.containers?.list ?? []).filter(
    ({ state, networkMode }) => state === 'running' && networkMode !== 'none',
  );
  const [own, shared] = [false, true].map((isShared) =>
    running.filter((container) => isOnHostNetwork(container, host) === isShared),
  );
  const isCalled = (container: Container): boolean => called.has(containerNode(container, host));
  return [
    ...told('MW1740', (own ?? []).some(isCalled) ? 'warning' : 'info', host, own ?? []),
    ...told('MW1741', 'info', host, shared ?? []),
  ];
}

function told(
  code: ErrorCode & ('MW1740' | 'MW1741'),
  level: Draft['level'],
  host: HostFacts,
  list: readonly Container[],
): Draft[] {
  if (list.length === 0) return [];
  const names = list.slice(0, MAX_NAMED).map((container) => `${container.name}${portsOf(container)}`);
  const more = list.length > MAX_NAMED ? [`${list.length - MAX_NAMED} more`] : [];
  const containers = `${list.length === 1 ? 'this container runs' : 'these containers run'}: ${[...names, ...more].join(', ')}`;
  const error = meshError(code, { host: host.name, containers });
  return [draft(level, host.name, `${list.length} in the engine’s list`, error)];
}

function portsOf({ ports }: Container): string {
  const published = [...new Set(ports.map(({ hostPort, protocol }) => `${hostPort}/${protocol}`))];
  return published.length === 0 ? '' : ` (${published.slice(0, 5).join(', ')})`;
}
