import type { KubeManifest, KubeRef } from '../../plans/operation.ts';
import type { Stamp } from '../handler.ts';
import type { Facts } from './facts.ts';

/** An object of a cluster. Without a stamp it is somebody else's. */
export interface ModelObject {
  cluster: string;
  manifest: KubeManifest;
  stamp: Stamp | undefined;
}

export interface ModelHost {
  address: string;
  site: string | undefined;
  isUp: boolean;
  /** Whose mark lies on it. */
  stamp: Stamp | undefined;
  /** A mark that is not ours. */
  stranger: string | undefined;
  artifacts: Set<string>;
  files: Set<string>;
  /** The group that its proxy registers under, by its own files. */
  group: string | undefined;
  /** Our units that run, and since when. */
  units: Map<string, number>;
  /** Its clock minus the right one. */
  clockOffMs: number;
  /** Where its proxy gets no certificate any more: when the last one ends. Absent: it renews them as it should. */
  certificateEndsAt: number | undefined;
  capture: { inbound: Set<number>; passing: Set<number>; confirmed: boolean } | undefined;
  /** Calls of units that are older than the capture, by unit and service. */
  past: Set<string>;
  /** Since when nobody from outside is looked for, by unit. */
  quiet: Map<string, number>;
  retired: Set<string>;
}

export interface ModelPods {
  cluster: string;
  namespace: string;
  kind: string;
  name: string;
  labels: Record<string, string>;
  replicas: number;
  isUp: boolean;
  /** What its pod template says, and who said it; what its pods were before. */
  injected: boolean;
  wasInjected: boolean;
  stamp: Stamp | undefined;
  stranger: string | undefined;
  /** When its last restart is over; 0: none. */
  rolledOutAt: number;
}

/** All that operations change. */
export interface WorldState {
  objects: Map<string, ModelObject>;
  hosts: Map<string, ModelHost>;
  pods: Map<string, ModelPods>;
  /** What names are answered with, where a person has changed it. */
  names: Map<string, string[]>;
}

export const keyOf = (cluster: string, { kind, namespace, name }: Omit<KubeRef, 'apiVersion'>): string =>
  `${cluster} ${kind} ${namespace}/${name}`;
export const refOf = ({ apiVersion, kind, metadata: { namespace, name } }: KubeManifest): KubeRef => ({
  apiVersion,
  kind,
  namespace,
  name,
});

/** The estate as discovery found it. */
export function startState(facts: Facts): WorldState {
  const sites = new Map(facts.estate.hosts.map(({ name, site }) => [name, site]));
  const hosts = facts.inventory.hosts.map(({ name, address }): [string, ModelHost] => [
    name,
    plainHost(address, sites.get(name)),
  ]);
  const pods = [...facts.pods].map(([id, { ref, labels, replicas, meshed }]): [string, ModelPods] => [
    id,
    {
      ...ref,
      labels,
      replicas,
      isUp: true,
      injected: meshed,
      wasInjected: meshed,
      stamp: undefined,
      stranger: undefined,
      rolledOutAt: 0,
    },
  ]);
  return { objects: new Map(), hosts: new Map(hosts), pods: new Map(pods), names: new Map() };
}

function plainHost(address: string, site: string | undefined): ModelHost {
  return {
    ...{
      address,
      site,
      isUp: true,
      stamp: undefined,
      stranger: undefined,
      artifacts: new Set(),
      files: new Set(),
      group: undefined,
    },
    ...{
      units: new Map(),
      clockOffMs: 0,
      certificateEndsAt: undefined,
      capture: undefined,
      past: new Set(),
      quiet: new Map(),
      retired: new Set(),
    },
  };
}

/** What of ours is in the world, one line each: nothing before a run, and nothing after it went back whole. */
export function ownedIn({ objects, hosts, pods }: WorldState): string[] {
  return [
    ...[...objects].flatMap(([key, { stamp }]) => (stamp ? [key] : [])),
    ...[...hosts].flatMap(([name, host]) => [
      ...[...host.artifacts, ...host.files, ...host.units.keys()].map((what) => `host ${name}: ${what}`),
      ...(host.capture ? [`host ${name}: capture`] : []),
      ...(host.stamp ? [`host ${name}: its mark`] : []),
    ]),
    ...[...pods].flatMap(([id, { stamp }]) => (stamp ? [id] : [])),
  ];
}

/** All of the world but for who did it: two runs that came to the same end have the same picture. */
export function pictureOf({ objects, hosts, pods, names }: WorldState): string {
  return JSON.stringify([
    [...objects].map(([key, { manifest, stamp }]) => [key, manifest, stamp !== undefined]).sort(),
    [...hosts].map(([name, { artifacts, files, units, capture, retired }]) => [
      ...[name, [...artifacts].sort(), [...files].sort(), [...units.keys()].sort(), [...retired].sort()],
      capture && [[...capture.inbound], [...capture.passing], capture.confirmed],
    ]),
    [...pods].map(([id, { injected }]) => [id, injected]),
    [...names].sort(),
  ]);
}
