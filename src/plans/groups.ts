import { isUnitRef, type EstateService } from '../estate/schema.ts';
import { unitJoins } from './paths.ts';

/**
 * Services that join and enforce together: units that share a host share its address, its capture and its one
 * identity, so none of them can move alone.
 */
export interface Group {
  /** The service's name; of several on one host, the host's. Part of stage ids. */
  name: string;
  services: EstateService[];
  /** The host, when its units are what joins. */
  host?: string;
}

/** The services of an estate in groups, in the estate's order. */
export function groupsOf(services: readonly EstateService[]): Group[] {
  const names = new Set(services.map(({ name }) => name));
  const byPlace = Map.groupBy(services, (service) =>
    isUnitRef(service.workload) && unitJoins(service) ? `host ${service.workload.host}` : `service ${service.name}`,
  );
  return [...byPlace.values()].map((members) => {
    const [first] = members as [EstateService, ...EstateService[]];
    const { workload, name } = first;
    if (!isUnitRef(workload) || !unitJoins(first)) return { name, services: members };
    const { host } = workload;
    return { name: members.length > 1 ? hostName(host, names) : name, services: members, host };
  });
}

/** A host's name in the form of object names and stage ids; told from a service that has the same. */
function hostName(host: string, taken: ReadonlySet<string>): string {
  const name = host.toLowerCase();
  return taken.has(name) ? `host-${name}` : name;
}
