import type { EstateService } from '../../estate/schema.ts';
import { meshError } from '../../errors/index.ts';
import { isLoopback } from '../../inventory/noise.ts';
import type { HostFacts } from '../../inventory/schema.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';

/** V9: a capture must know where logins come in. It takes the ports of services alone, so these must not be one. */
export const wayIn: Analyzer = {
  id: 'V9',
  title: 'The way in to hosts',
  looksAt: ['hosts'],
  codes: ['MW1706', 'MW1733'],
  analyze: ({ readHosts, estate }) =>
    readHosts.flatMap(({ host, services }) => {
      const excluded = estate.hosts.find(({ name }) => name === host.name)?.excludeInboundPorts ?? [];
      return [...logins(host, services), ...agents(host, services, excluded)];
    }),
};

function logins({ name: host, sshdPorts }: HostFacts, services: readonly EstateService[]): Draft[] {
  const taken = services.filter(({ port }) => port !== undefined && sshdPorts.includes(port));
  const reasons = [
    ...(sshdPorts.length === 0 ? ['no port of sshd was seen'] : []),
    ...taken.map((service) => `sshd has port ${service.port ?? ''} of service ${service.name}`),
  ];
  return reasons.map((reason) =>
    draft('error', host, `sshd on ports ${sshdPorts.join(', ') || '-'}`, meshError('MW1706', { host, reason })),
  );
}

/** Agents that others reach over TCP, and that the estate does not exclude: who asks them looks like a caller of the host. */
function agents(host: HostFacts, services: readonly EstateService[], excluded: readonly number[]): Draft[] {
  const { name, management } = host;
  if (management === undefined) return [notKnown(name, 'ports of monitoring and backup agents were not looked for')];
  const open = management.filter(
    ({ program, protocol, address, port }) =>
      program !== 'sshd' &&
      protocol === 'tcp' &&
      !isLoopback(address) &&
      !excluded.includes(port) &&
      !services.some((service) => service.port === port),
  );
  const ports = [...new Set(open.map(({ program, port }) => `${program} on port ${port}`))];
  return ports.map((agent) => draft('info', name, agent, meshError('MW1733', { host: name, agent })));
}
