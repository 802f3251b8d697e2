import { meshError } from '../../errors/index.ts';
import type { HostFacts } from '../../inventory/schema.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';

/** Programs of container engines that listen or run on a host. */
const engines = /^(dockerd|docker-proxy|containerd|rootlessport|conmon|slirp4netns|pasta|podman)$/;
const engineUnits = /^(docker|containerd|podman)\.service$/;

/** V8: published ports of containers pass by a capture, and what containers call is no local connection. */
export const containersOnHost: Analyzer = {
  id: 'V8',
  title: 'Containers and rules of others on hosts',
  looksAt: ['hosts'],
  codes: ['MW1310', 'MW1705'],
  adopts: ({ code, reason }) => code === 'MW1310' && reason === 'published-by-container',
  analyze: ({ readHosts }) => readHosts.flatMap(({ host }) => foundOn(host)),
};

function foundOn(host: HostFacts): Draft[] {
  const { name, privilege, firewall, listeners, units } = host;
  const programs = listeners.flatMap(({ process }) =>
    process !== undefined && engines.test(process) ? [process] : [],
  );
  const running = units.filter((unit) => engineUnits.test(unit.name) && unit.activeState === 'active');
  const seen = [...new Set([...running.map((unit) => unit.name), ...programs])].sort();
  const rules = firewall.foreignNatRules;
  const what = [
    ...(seen.length > 0 ? [`${seen.join(', ')} runs`] : []),
    ...(rules > 0 ? [`the nat table has ${rules} rules that are not meshway’s`] : []),
  ].join(' and ');
  if (what !== '') return [draft('warning', name, what, meshError('MW1705', { host: name, what }))];
  return privilege === 'none'
    ? [notKnown(name, 'without root neither its nat rules nor the owners of ports are shown')]
    : [];
}
