import { meshError } from '../errors/mesh-error.ts';
import { isUnitRef, type Estate, type EstateService } from '../estate/schema.ts';
import { publishedOn } from './containers.ts';
import { findingOf } from './finding.ts';
import type { Finding, HostFacts } from './schema.ts';

/** What stands out about a host's containers: engines that were not read, and services of the estate that are containers. */
export function containerFindings(estate: Estate, host: HostFacts): Finding[] {
  const engines = (host.containers?.engines ?? []).flatMap(({ name: engine, state, reason = '' }) => {
    if (state === 'idle' || reason === '') return [];
    const code = state === 'unread' ? 'MW1060' : 'MW1062';
    return [findingOf('warning', host.name, meshError(code, { engine, host: host.name, reason }))];
  });
  return [...engines, ...estate.services.flatMap((service) => serviceFinding(service, host))];
}

/** An engine's rules take connections to a port that it forwards before a capture's do, whoever listens there. */
function serviceFinding({ name: service, workload, port }: EstateService, host: HostFacts): Finding[] {
  if (!isUnitRef(workload) || workload.host !== host.name || port === undefined) return [];
  const container = publishedOn(host, port);
  if (container === undefined) return [];
  const { name, image, engine } = container;
  return [
    findingOf(
      'error',
      service,
      meshError('MW1061', { service, host: host.name, container: name, image, engine, port }),
    ),
  ];
}
