import { meshError } from '../../errors/index.ts';
import type { HostFacts } from '../../inventory/schema.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';

/** Programs of container engines that listen or run on a host. */
const engines = /^(dockerd|docker-proxy|containerd|rootlessport|conmon|slirp4netns|pasta|podman)$/;
/** Owners of firewall rules that send connections to containers, pods or guests, past every rule of a capture. */
const redirectors = /^(docker|podman|kube-proxy|cni|calico|cilium|libvirt)$/;
const engineUnits = /^(docker|containerd|podman)\.service$/;

/** V8: published ports of containers pass by a capture, and what containers call is no local connection. */
export const containersOnHost: Analyzer = {
  id: 'V8',
  title: 'Containers and rules of others on hosts',
  looksAt: ['hosts'],
  codes: ['MW1310', 'MW1705'],
  adopts: ({ code, message }) => code === 'MW1310' && message.includes('to a container, past every rule of a capture'),
  analyze: ({ readHosts }) => readHosts.flatMap(({ host }) => foundOn(host)),
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
