import { isUnitRef, type Estate, type KubeWorkloadRef } from '../estate/schema.ts';
import { twinsOf } from '../estate/twins.ts';
import { workloadIdOf } from './ids.ts';
import type { HostFacts, HostUnit, Inventory, KubeWorkload } from './schema.ts';
import { isAddress, isNameTriable } from './triable.ts';

/** Names that one source is asked for at most. */
const MAX_NAMES = 128;

/** One name to look up, as a host or a pod of a workload does. */
export interface Lookup {
  from: string;
  name: string;
}

/**
 * The names to look up: those of the estate in a pod of each of its workloads, which hosts were asked for already; and what
 * a unit or its twin declares on both sides, since both must mean the same by it.
 */
export function lookupsOf(estate: Estate, { hosts, clusters }: Inventory): Lookup[] {
  const common = unique(estate.services.flatMap(({ hostname }) => hostname ?? []));
  const podsOf = (ref: KubeWorkloadRef): KubeWorkload | undefined =>
    clusters
      .find(({ name, origin }) => name === ref.cluster && origin === undefined)
      ?.workloads.find((one) => one.namespace === ref.namespace && one.kind === ref.kind && one.name === ref.name);
  return estate.services.flatMap((service) => {
    const { workload } = service;
    if (!isUnitRef(workload)) return podsOf(workload) === undefined ? [] : inPods(workload, common);
    const host = hosts.find(({ name }) => name === workload.host);
    if (host === undefined) return [];
    return twinsOf(service).flatMap((twin) => {
      const pods = podsOf(twin);
      if (pods === undefined) return [];
      const shared = declaredNames([...declaredBy(host, workload.unit), ...pods.declares]);
      const unasked = shared.filter((name) => host.names[name] === undefined);
      return [
        ...unasked.slice(0, MAX_NAMES).map((name) => ({ from: host.name, name })),
        ...inPods(twin, unique([...common, ...shared])),
      ];
    });
  });
}

function inPods(ref: KubeWorkloadRef, names: readonly string[]): Lookup[] {
  const from = workloadIdOf(ref);
  return names.slice(0, MAX_NAMES).map((name) => ({ from, name }));
}

function declaredBy({ units }: HostFacts, unit: string): HostUnit['declares'] {
  return units.find(({ name }) => name === unit)?.declares ?? [];
}

/** A name of a cluster's own is no host's: `.svc` and what has no dot. */
function declaredNames(declares: HostUnit['declares']): string[] {
  const names = declares.map(({ host }) => host.toLowerCase());
  return unique(
    names.filter((name) => isNameTriable(name) && !isAddress(name) && name.includes('.') && !/\.svc(\.|$)/.test(name)),
  );
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
