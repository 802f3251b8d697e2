import { isUnitRef, type Estate, type EstateService, type KubeWorkloadRef } from '../../estate/schema.ts';
import { twinsOf } from '../../estate/twins.ts';
import { isOnlyAllowed } from '../../inventory/allowed.ts';
import { workloadIdOf } from '../../inventory/ids.ts';
import type { Dependency, Inventory } from '../../inventory/schema.ts';

/** One caller's calls to one service, as the inventory saw them. */
export interface Call {
  /** The caller as the inventory names it. */
  from: string;
  /** The called service's name. */
  to: string;
  /** A twin that is called by an address of its own, which no weights lead to. */
  twin?: string;
  perSecond: number;
  /** The caller's host, or its pods; neither: nobody knows where it is. */
  host?: string;
  pods?: string;
  /** The service of which the caller is the unit, and the twins that call in its place once they take over. */
  unitOf?: string;
  heirs: string[];
}

/** What the model is made of: read from the estate and the inventory, without the planner. */
export interface Facts {
  estate: Estate;
  inventory: Inventory;
  services: ReadonlyMap<string, EstateService>;
  calls: Call[];
  /** Everything that runs, its pods by the id of the workload. */
  pods: ReadonlyMap<
    string,
    { ref: KubeWorkloadRef; labels: Record<string, string>; replicas: number; meshed: boolean }
  >;
  /** Host by address, and by what names answered. */
  hostAt: ReadonlyMap<string, string>;
  hostAddress: ReadonlyMap<string, string>;
}

/** Reads what the model needs of an estate. Rates: as the estate states them, shared out by how often each call was seen. */
export function factsOf(estate: Estate, inventory: Inventory): Facts {
  const services = new Map(estate.services.map((one) => [one.name, one]));
  const pods = new Map<string, Facts['pods'] extends ReadonlyMap<string, infer T> ? T : never>();
  for (const cluster of inventory.clusters)
    for (const { kind, namespace, name, podLabels, replicas, meshed } of cluster.workloads) {
      const ref = { cluster: cluster.name, namespace, kind, name } as KubeWorkloadRef;
      pods.set(workloadIdOf(ref), { ref, labels: podLabels, replicas, meshed: meshed === true });
    }
  return {
    estate,
    inventory,
    services,
    pods,
    calls: callsOf(services, estate, inventory),
    hostAt: new Map(
      inventory.hosts.flatMap(({ name, address, addresses }) =>
        [address, ...addresses].map((one) => [one, name] as const),
      ),
    ),
    hostAddress: new Map(inventory.hosts.map(({ name, address }) => [name, address])),
  };
}

const seenOf = ({ evidence }: Dependency): number => Math.max(...evidence.map(({ count }) => count));
const isSeen = ({ evidence }: Dependency): boolean => evidence.some(({ confidence }) => confidence === 'observed');

/** Who calls whom. What is only declared may never happen, and makes no traffic. */
function callsOf(services: Facts['services'], estate: Estate, inventory: Inventory): Call[] {
  const owner = new Map(inventory.workloads.map((one) => [one.id, one]));
  const targets = inventory.dependencies
    .filter((one) => !isOnlyAllowed(one))
    .flatMap((one) => {
      const to = one.to.startsWith('service/') ? one.to.slice('service/'.length) : owner.get(one.to)?.service;
      const isOwn = to === undefined || owner.get(one.from)?.service === to;
      return isOwn || !services.has(to) ? [] : [{ one, to }];
    });
  const totals = new Map<string, number>();
  for (const { one, to } of targets.filter((each) => isSeen(each.one)))
    totals.set(to, (totals.get(to) ?? 0) + seenOf(one));
  return targets.map(({ one, to }): Call => {
    const stated = services.get(to)?.requestsPerSecond;
    const rate =
      stated === undefined ? estate.policy.waves.assumedRate : (stated * seenOf(one)) / (totals.get(to) ?? 1);
    const from = owner.get(one.from);
    const called = owner.get(one.to);
    const service = from && services.get(from.service);
    const own = service && from.role === 'primary' && isUnitRef(service.workload) ? service : undefined;
    const heirs = own
      ? twinsOf(own)
          .map(workloadIdOf)
          .filter((id) => !targets.some((other) => other.one.from === id && other.to === to && isSeen(other.one)))
      : [];
    return {
      ...{ from: one.from, to, perSecond: isSeen(one) ? rate : 0, heirs },
      ...placeOf(one.from),
      ...(called?.role === 'twin' && { twin: called.id }),
      ...(own && { unitOf: own.name }),
    };
  });
}

/** `vm/HOST/UNIT`, a process of a host that is no service, `k8s/…`, or an address nobody knows. */
function placeOf(node: string): { host?: string; pods?: string } {
  const [, host] = /^(?:external\/)?vm\/([^/]+)/.exec(node) ?? [];
  if (host !== undefined) return { host };
  return node.startsWith('k8s/') ? { pods: node } : {};
}
