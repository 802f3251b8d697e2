import { isUnitRef, type EstateService, type MigrationPath } from '../estate/schema.ts';
import { meshError } from '../errors/index.ts';
import { asError } from './finding.ts';
import { choosePath } from './paths.ts';
import type { PlanFinding } from './plan.ts';
import type { EstateView } from './view.ts';

/** A service whose unit is to end, where that cannot be or contradicts itself. */
export function retireRefusals(view: EstateView, service: EstateService): PlanFinding[] {
  const { name, retire } = service;
  if (!retire) return [];
  const { path } = choosePath(service);
  if (path !== 'mesh-first') return [asError(name, meshError('MW1326', { service: name, reason: reasonOf(path) }))];
  if (service.protocol === 'tcp')
    return [asError(name, meshError('MW1326', { service: name, reason: 'nothing tells of what still goes over the old connections of a TCP service' }))];
  if (service.twins !== undefined && service.unmatched !== 'none') return [asError(name, meshError('MW1367', { service: name }))];
  return retire.name === 'dns' ? nameRefusals(view, service, retire.answers) : [];
}

function reasonOf(path: MigrationPath): string {
  if (path === 'stay') return 'its path is stay';
  return `its path is ${path}, and on a host that has not joined nothing counts who still calls a unit`;
}

/** The name must not lead to what is stopped, nor take another service with it. */
function nameRefusals(view: EstateView, service: EstateService, answers: readonly string[]): PlanFinding[] {
  const { name, hostname = '', workload } = service;
  const refuse = (reason: string): PlanFinding =>
    asError(name, meshError('MW1327', { service: name, hostname, answers: answers.join(', '), reason }));
  const facts = isUnitRef(workload) ? view.host(workload.host) : undefined;
  const own = [facts?.address ?? '', ...(facts?.addresses ?? [])];
  const stopped = answers.filter((address) => own.includes(address));
  const others = view.estate.services.filter(
    (other) => other.name !== name && other.hostname === hostname && !isSameEnd(other, answers),
  );
  return [
    ...(stopped.length > 0 ? [refuse(`${stopped.join(', ')} is where the stopped unit was`)] : []),
    ...others.map((other) => refuse(`service ${other.name} has the same name and does not move with it`)),
  ];
}

function isSameEnd({ retire }: EstateService, answers: readonly string[]): boolean {
  return retire?.name === 'dns' && [...retire.answers].sort().join() === [...answers].sort().join();
}
