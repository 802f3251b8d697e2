import { isUnitRef, type EstateService, type MigrationPath } from '../../estate/schema.ts';
import { type Against, type ServiceLattice, withPath } from '../lattice.ts';
import { choosePath } from '../paths.ts';
import { EstateView } from '../view.ts';

/** A service that does not take the path which is compared, and why; it takes its own instead. */
export interface Instead {
  service: string;
  takes: MigrationPath;
  against: Against[];
}

/** An estate with as many of its units on one path as can be. */
export interface Variant {
  view: EstateView;
  /** Services on the path, those that run in Kubernetes already left out. */
  on: string[];
  instead: Instead[];
}

/** All units on one path where that is possible, host by host: services of one host join together, or none does. */
export function variantOf(view: EstateView, lattice: readonly ServiceLattice[], path: MigrationPath): Variant {
  const against = new Map(
    lattice.map(({ service, paths }) => [service, paths.find((one) => one.path === path)?.against ?? []]),
  );
  const units = view.estate.services.filter(({ workload }) => isUnitRef(workload));
  const barred = new Set(units.filter(({ name }) => (against.get(name) ?? []).length > 0).map(hostOf));
  const instead = units
    .filter((service) => barred.has(hostOf(service)))
    .map((service): Instead => ({
      service: service.name,
      takes: choosePath(service).path,
      against: against.get(service.name) ?? [],
    }))
    // Whose own path it is anyway takes nothing instead; what stands against it is a finding of the plan.
    .filter(({ takes }) => takes !== path);
  const kept = new Set(instead.map(({ service }) => service));
  const services = view.estate.services.map((service) =>
    isUnitRef(service.workload) && !kept.has(service.name) ? withPath(service, path) : service,
  );
  return {
    view: new EstateView({ ...view.estate, services }, view.inventory),
    on: units.map(({ name }) => name).filter((name) => !kept.has(name)),
    instead,
  };
}

const hostOf = ({ workload }: EstateService): string => (isUnitRef(workload) ? workload.host : '');
