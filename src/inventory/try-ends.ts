import { isUnitRef, type Estate, type EstateService, type KubeWorkloadRef, type UnitRef } from '../estate/schema.ts';
import { twinsOf } from '../estate/twins.ts';
import { unitId, workloadIdOf } from './ids.ts';
import { selects } from './landmarks.ts';
import { podPort } from './pod-port.ts';
import type { ClusterFacts, Inventory, KubeWorkload } from './schema.ts';

/** Pods of one workload that are tried: one may be the exception, and all of them are many. */
const PODS = 2;

/** An address and port, and the node that answers there as far as the inventory knows. */
export interface End {
  address: string;
  port: number;
  for: string;
}

/** Where services are, by the estate and the inventory. Every question is looked up, nothing guessed. */
export class Ends {
  readonly #estate: Estate;
  readonly #clusters: readonly ClusterFacts[];
  readonly #services: ReadonlyMap<string, EstateService>;

  constructor(estate: Estate, { clusters }: Inventory) {
    this.#estate = estate;
    this.#clusters = clusters.filter(({ origin }) => origin === undefined);
    this.#services = new Map(estate.services.map((service) => [service.name, service]));
  }

  service(name: string): EstateService | undefined {
    return this.#services.get(name);
  }

  workload(ref: KubeWorkloadRef): KubeWorkload | undefined {
    return this.#clusters
      .find(({ name }) => name === ref.cluster)
      ?.workloads.find((one) => one.namespace === ref.namespace && one.kind === ref.kind && one.name === ref.name);
  }

  /** The ends of a callee, whatever kind of node it is. */
  of(callee: string, port: number): End[] {
    const [kind = '', ...rest] = callee.split('/');
    if (kind === 'service') return this.#ofService(rest.join('/'), port);
    if (kind === 'vm') return this.#ofHost(rest[0], port, callee);
    if (kind === 'k8s') return this.#ofObject(rest, port, callee);
    const [outside = '', ...what] = rest;
    if (outside === 'vm') return this.#ofHost(what[0], port, callee);
    if (outside === 'k8s') return this.#ofObject(what, port, callee);
    return what.length === 0 ? [{ address: outside, port, for: callee }] : [];
  }

  /** Pods of a workload at the port that its callers use. */
  ofPods(ref: KubeWorkloadRef, called: number): End[] {
    const facts = this.workload(ref);
    const cluster = this.#clusters.find(({ name }) => name === ref.cluster);
    if (facts === undefined || cluster === undefined) return [];
    const before = cluster.services.filter((service) => selects(service, facts));
    const port = podPort(called, before, facts.ports);
    return port === undefined ? [] : podEnds(facts, port, workloadIdOf(ref));
  }

  #ofService(name: string, port: number): End[] {
    const service = this.#services.get(name);
    if (service === undefined) return [];
    return [...this.#ofRef(service.workload, port), ...twinsOf(service).flatMap((twin) => this.#ofTwin(twin, port))];
  }

  #ofRef(ref: UnitRef | KubeWorkloadRef, port: number): End[] {
    return isUnitRef(ref) ? this.#ofHost(ref.host, port, unitId(ref.host, ref.unit)) : this.ofPods(ref, port);
  }

  /** A shift sends the calls of the service to the same port of the twin. */
  #ofTwin(twin: KubeWorkloadRef, port: number): End[] {
    const facts = this.workload(twin);
    return facts === undefined ? [] : podEnds(facts, port, workloadIdOf(twin));
  }

  #ofHost(name: string | undefined, port: number, id: string): End[] {
    const host = this.#estate.hosts.find((one) => one.name === name);
    return host === undefined ? [] : [{ address: host.address, port, for: id }];
  }

  /** A Service by its address; a workload by its pods. */
  #ofObject([clusterName, namespace, kind, name]: readonly string[], port: number, id: string): End[] {
    const cluster = this.#clusters.find((one) => one.name === clusterName);
    if (kind === 'Service') {
      const found = cluster?.services.find((one) => one.namespace === namespace && one.name === name);
      return found === undefined ? [] : [{ address: found.clusterIP, port, for: id }];
    }
    const found = cluster?.workloads.find(
      (one) => one.namespace === namespace && one.kind === kind && one.name === name,
    );
    return found === undefined ? [] : podEnds(found, port, id);
  }
}

function podEnds({ podAddresses }: KubeWorkload, port: number, id: string): End[] {
  return podAddresses.slice(0, PODS).map((address) => ({ address, port, for: id }));
}
