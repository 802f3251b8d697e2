import { twinsOf } from '../../estate/twins.ts';
import { isUnitRef, type Estate, type EstateService, type KubeWorkloadRef } from '../../estate/schema.ts';
import type { Inventory } from '../../inventory/schema.ts';
import type { MigrationPlan } from '../plan.ts';
import { EstateView, isPublished } from '../view.ts';
import { clusterFields, workloadFields } from './cluster-fields.ts';
import { hostFields } from './host-fields.ts';
import type { LockedFields } from './lock.ts';

/** What a plan was made from: the plan says which services it moves, estate and inventory what they are. */
export interface PlanBasis {
  plan: Pick<MigrationPlan, 'paths'>;
  estate: Estate;
  inventory: Inventory;
}

/**
 * Every object that a plan depends on, with just the fields that would make it another plan, or a wrong one. What nobody
 * has seen is not there: an object that is gone shows as one that was.
 */
export function dependedOn({ plan, estate, inventory }: PlanBasis): Map<string, LockedFields> {
  const view = new EstateView(estate, inventory);
  const services = plannedServices(view, plan);
  return new Map([
    ...hostsOf(services).flatMap((name): [string, LockedFields][] => {
      const facts = view.host(name);
      return facts ? [[`host/${name}`, hostFields(view, facts)]] : [];
    }),
    ...kubeObjects(view, services),
    ...clustersOf(view, services).flatMap((name): [string, LockedFields][] => {
      const facts = view.cluster(name);
      return facts ? [[`mesh/${name}`, clusterFields(facts, namespacesOf(view, services))]] : [];
    }),
    ...services.map((service): [string, LockedFields] => [`service/${service.name}`, serviceFields(view, service)]),
    ...services.filter(isPublished).map(({ hostname = '' }): [string, LockedFields] => [`name/${hostname}`, answers(view, services, hostname)]),
  ]);
}

const plannedServices = ({ estate }: EstateView, { paths }: Pick<MigrationPlan, 'paths'>): EstateService[] => {
  const planned = new Set(paths.map(({ service }) => service));
  return estate.services.filter(({ name }) => planned.has(name));
};

/** The hosts whose units a plan moves, sorted. */
const hostsOf = (services: readonly EstateService[]): string[] =>
  sorted(services.flatMap(({ workload }) => (isUnitRef(workload) ? [workload.host] : [])));

const clustersOf = ({ estate }: EstateView, services: readonly EstateService[]): string[] =>
  sorted([estate.provider.cluster, ...podsOf(services).map(({ cluster }) => cluster)]);

const namespacesOf = (view: EstateView, services: readonly EstateService[]): string[] =>
  sorted(services.flatMap((service) => view.namespaceOf(service) ?? []));

const podsOf = (services: readonly EstateService[]): KubeWorkloadRef[] =>
  services.flatMap((service) => [service.workload, ...twinsOf(service)].flatMap((ref) => (isUnitRef(ref) ? [] : [ref])));

function kubeObjects(view: EstateView, services: readonly EstateService[]): [string, LockedFields][] {
  return podsOf(services).flatMap((ref) => {
    const facts = view.kubeWorkload(ref);
    const cluster = view.cluster(ref.cluster);
    const id = `workload/${ref.cluster}/${ref.namespace}/${ref.kind}/${ref.name}`;
    return facts && cluster ? [[id, workloadFields(facts, cluster)]] : [];
  });
}

function serviceFields(view: EstateView, { name }: EstateService): LockedFields {
  const workloads = view.workloads(name).map(({ id, role, position }) => `${id} ${role} ${position.platform} mesh ${position.mesh}`);
  const callers = view.callersOf(name);
  return {
    workloads: sorted(workloads),
    callers,
    callersByAddress: view.callersByAddress(name),
    observedCallers: callers.filter((caller) => view.isObserved(caller, name)),
  };
}

/** What the hosts of a plan are told for a name: each answer once, and who gets none. */
function answers(view: EstateView, services: readonly EstateService[], hostname: string): LockedFields {
  const told = hostsOf(services).flatMap((name) => {
    const addresses = view.host(name)?.names[hostname];
    return addresses === undefined ? [] : [{ name, answer: addresses.toSorted().join(' ') }];
  });
  return {
    answers: sorted(told.map(({ answer }) => answer).filter((answer) => answer !== '')),
    unanswered: told.filter(({ answer }) => answer === '').map(({ name }) => name),
  };
}

/** Each once, in the order of their characters. */
const sorted = (words: readonly string[]): string[] => [...new Set(words)].toSorted();
