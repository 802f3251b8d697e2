import { twinsOf } from '../../estate/twins.ts';
import { type EstateService, isUnitRef, type KubeWorkloadRef, type UnitRef } from '../../estate/schema.ts';
import type { ClusterFacts, HostFacts, Inventory } from '../../inventory/schema.ts';
import { canonicalJson } from '../canonical.ts';
import type { Digest, Hash } from '../plan.ts';
import type { PlanBasis } from './depended-on.ts';

/**
 * Fields that differ each time somebody looks: times, process ids, loads, connections, pods that come and go. They are
 * left out wherever they are, so that only what lasts is told to be different.
 */
const PASSING = new Set(
  (
    'readAt at firstAt lastAt nextAt endedAt count countByRun evidence pid mainPid cgroup clockOffsetMs flows translations ' +
    'unowned hardware credentials podAddresses endpoints readyReplicas holder used connected healthy objects unseen'
  ).split(' '),
);

interface Thing {
  id: string;
  what: unknown;
}

/**
 * A digest for each thing of the inventory, over what lasts of it and the plan does not depend on: hosts, workloads,
 * Services, calls, and the rest of each cluster. What the plan depends on is told field by field instead.
 */
export function elsewhere({ plan, estate, inventory }: PlanBasis, hash: Hash): Map<string, Digest> {
  const names = new Set(plan.paths.map(({ service }) => service));
  const planned = estate.services.filter(({ name }) => names.has(name));
  const refs = planned.flatMap((service) => [service.workload, ...twinsOf(service)]);
  const own = new Set(refs.map(nameOf));
  const things = [
    ...inventory.hosts.map((host) => restOfHost(host, planned, own)),
    ...inventory.clusters.flatMap((cluster) => restOfCluster(cluster, own)),
    ...callsElsewhere(inventory, names),
  ];
  return new Map(things.map(({ id, what }) => [id, hash(canonicalJson(lasting(what)))]));
}

const nameOf = (ref: UnitRef | (Omit<KubeWorkloadRef, 'kind'> & { kind: string })): string =>
  'host' in ref ? `${ref.host} ${ref.unit}` : `${ref.cluster}/${ref.namespace}/${ref.kind}/${ref.name}`;

/** Without what a plan depends on of a host that it joins; of another host that is left out too, which is a pity and no more. */
function restOfHost(host: HostFacts, planned: readonly EstateService[], own: ReadonlySet<string>): Thing {
  const { address: _a, addresses: _b, sshdPorts: _c, names: _d, meshed: _e, os: _f, firewall, units, listeners, ...rest } = host;
  const ports = new Set(planned.flatMap(({ workload, port }) => (isUnitRef(workload) && workload.host === host.name ? (port ?? []) : [])));
  const isOwn = (unit: string | undefined): boolean => own.has(`${host.name} ${unit ?? ''}`);
  return {
    id: `host/${host.name}`,
    what: {
      ...rest,
      foreignNatRules: firewall.foreignNatRules,
      units: units.filter(({ name }) => !isOwn(name)),
      // Sockets of UDP come and go with what their processes ask.
      listeners: listeners.filter(({ protocol, unit, port }) => protocol === 'tcp' && !isOwn(unit) && !ports.has(port)),
    },
  };
}

function restOfCluster(cluster: ClusterFacts, own: ReadonlySet<string>): Thing[] {
  const { mesh: _a, policies: _b, crds: _c, workloads, services, ...rest } = cluster;
  const others = workloads.map((one) => ({ id: nameOf({ cluster: cluster.name, ...one }), what: one }));
  return [
    { id: `cluster/${cluster.name}`, what: rest },
    ...others.filter(({ id }) => !own.has(id)).map(({ id, what }) => ({ id: `workload/${id}`, what })),
    ...services.map((one) => ({ id: `kubernetes-service/${cluster.name}/${one.namespace}/${one.name}`, what: one })),
  ];
}

/** Calls to what the plan does not move, by their caller. */
function callsElsewhere({ dependencies }: Inventory, planned: ReadonlySet<string>): Thing[] {
  const others = dependencies.filter(({ to }) => !(to.startsWith('service/') && planned.has(to.slice('service/'.length))));
  return [...Map.groupBy(others, ({ from }) => from)].map(([from, calls]) => ({
    id: `calls/${from}`,
    what: calls.map(({ to, port, protocol, addressedBy }) => `${to} ${port} ${protocol} ${addressedBy}`),
  }));
}

/** A value without what passes. Lists are in the order of their texts: discovery promises no other. */
function lasting(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => canonicalJson(lasting(one))).toSorted();
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !PASSING.has(key));
  return Object.fromEntries(kept.map(([key, one]) => [key, lasting(one)]));
}
