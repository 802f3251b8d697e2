import { meshError } from '../errors/mesh-error.ts';
import { isUnitRef, type Estate, type EstateService, type KubeWorkloadRef, type UnitRef } from '../estate/schema.ts';
import { twinsOf } from '../estate/twins.ts';
import { containerFindings } from './container-findings.ts';
import { SKEW_ERROR_MS, SKEW_WARNING_MS } from './clock-skew.ts';
import { containerOfUnit, publishedOn } from './containers.ts';
import { credentialFinding } from './credentials.ts';
import { findingOf } from './finding.ts';
import { unownedFindings, unseenFindings } from './host-findings.ts';
import type { ClusterFacts, Finding, HostFacts, KubeWorkload } from './schema.ts';

/** Custom resources that Istio as a target needs, by CRD name. */
const NEEDED_CRDS = [
  'httproutes.gateway.networking.k8s.io',
  'peerauthentications.security.istio.io',
  'serviceentries.networking.istio.io',
  'workloadentries.networking.istio.io',
  'workloadgroups.networking.istio.io',
];

/**
 * What stands out in the facts, before anybody plans anything. A host or cluster without facts is left to who could not
 * read it.
 *
 * @param nowMs when the facts were read, in milliseconds since the epoch
 */
export function examine(
  estate: Estate,
  hosts: readonly HostFacts[],
  clusters: readonly ClusterFacts[],
  nowMs: number,
): Finding[] {
  return [
    ...hosts.flatMap((host) => [
      ...hostFindings(estate, host),
      ...credentialFindings(host, nowMs),
      ...unseenFindings(host),
      ...unownedFindings(host),
      ...containerFindings(estate, host),
    ]),
    ...clusters.flatMap(unreadFindings),
    ...clusters
      // Files do not say what a cluster serves.
      .filter(({ name, origin }) => name === estate.provider.cluster && origin === undefined)
      .flatMap((cluster) => clusterFindings(estate, cluster)),
    ...estate.services.flatMap((service) => [
      ...nameFindings(service, hosts),
      ...workloadFindings(service, hosts, clusters),
      ...twinFindings(service, clusters),
    ]),
  ];
}

function hostFindings(estate: Estate, { name: host, privilege, clockOffsetMs }: HostFacts): Finding[] {
  const user = estate.hosts.find(({ name }) => name === host)?.user ?? 'unknown';
  const skew = Math.abs(clockOffsetMs);
  return [
    ...(privilege === 'none' ? [findingOf('warning', host, meshError('MW1106', { user, host }))] : []),
    ...(skew > SKEW_WARNING_MS
      ? [
          findingOf(
            skew > SKEW_ERROR_MS ? 'error' : 'warning',
            host,
            meshError('MW1117', {
              host,
              seconds: (skew / 1000).toFixed(1),
              direction: clockOffsetMs > 0 ? 'behind' : 'ahead of',
            }),
          ),
        ]
      : []),
  ];
}

function credentialFindings({ name, credentials, clockOffsetMs }: HostFacts, nowMs: number): Finding[] {
  const found = credentials && credentialFinding(name, credentials, { nowMs, clockOffsetMs });
  return found ? [found] : [];
}

function clusterFindings(estate: Estate, { name: cluster, mesh, crds }: ClusterFacts): Finding[] {
  const missing = NEEDED_CRDS.filter((name) => (crds[name] ?? []).length === 0);
  return [
    ...(mesh === null
      ? [
          findingOf(
            'error',
            cluster,
            meshError('MW1204', { cluster, kinds: `the control plane of ${estate.provider.name}` }),
          ),
        ]
      : []),
    ...(missing.length > 0
      ? [findingOf('error', cluster, meshError('MW1204', { cluster, kinds: missing.join(', ') }))]
      : []),
  ];
}

/** What a right is missing for, or what came instead of a list: no fault of the estate, and checks say what they lack. */
function unreadFindings({ name: cluster, unread = [] }: ClusterFacts): Finding[] {
  return unread.map(({ what, reason }) =>
    findingOf(
      'info',
      cluster,
      meshError('MW1230', { cluster, what, reason: reason.endsWith('.') ? reason : `${reason}.` }),
    ),
  );
}

function nameFindings({ name: service, hostname }: EstateService, hosts: readonly HostFacts[]): Finding[] {
  const asked = hosts.filter(({ names }) => hostname !== undefined && names[hostname] !== undefined);
  if (hostname === undefined || asked.length === 0 || asked.some(({ names }) => (names[hostname] ?? []).length > 0))
    return [];
  return [
    findingOf(
      'warning',
      service,
      meshError('MW1309', { name: hostname, service, asked: asked.map(({ name }) => name).join(', ') }),
    ),
  ];
}

function workloadFindings(
  service: EstateService,
  hosts: readonly HostFacts[],
  clusters: readonly ClusterFacts[],
): Finding[] {
  const { workload } = service;
  if (isUnitRef(workload)) return unitFindings(service, workload, hosts);
  const isThere = kubeWorkload(workload, clusters);
  if (isThere === undefined || isThere === 'unknown')
    return isThere === 'unknown'
      ? []
      : [
          findingOf(
            'error',
            service.name,
            meshError('MW1210', { object: objectName(workload), cluster: workload.cluster }),
          ),
        ];
  return [];
}

function unitFindings(
  { name: service, port }: EstateService,
  { host, unit }: UnitRef,
  hosts: readonly HostFacts[],
): Finding[] {
  const facts = hosts.find(({ name }) => name === host);
  if (facts === undefined) return [];
  if (!facts.units.some(({ name }) => name === unit))
    return [findingOf('error', service, meshError('MW1118', { host, unit, service }))];
  const listens = facts.listeners.some((listener) => listener.unit === unit && listener.port === port);
  if (port !== undefined && isTakenByContainer(facts, port)) return [];
  // Without root the owners of sockets are not shown, which proves nothing.
  if (port === undefined || listens || facts.privilege === 'none') return [];
  return [findingOf('warning', service, meshError('MW1119', { host, unit, service, port }))];
}

/** Said elsewhere where the engine forwards it (MW1061); as it should be where the unit runs it on the host's network. */
function isTakenByContainer(host: HostFacts, port: number): boolean {
  const holder = host.listeners.find((listener) => listener.protocol === 'tcp' && listener.port === port)?.unit;
  return publishedOn(host, port) !== undefined || containerOfUnit(host, holder) !== undefined;
}

function twinFindings(service: EstateService, clusters: readonly ClusterFacts[]): Finding[] {
  return twinsOf(service).flatMap((twin) => findingsOfTwin(service, twin, clusters));
}

function findingsOfTwin(
  { name: service }: EstateService,
  twin: KubeWorkloadRef,
  clusters: readonly ClusterFacts[],
): Finding[] {
  const facts = kubeWorkload(twin, clusters);
  if (facts === 'unknown') return [];
  if (facts === undefined) return [findingOf('warning', service, meshError('MW1307', { service }))];
  const { readyReplicas: ready, replicas: wanted } = facts;
  if (clusters.find(({ name }) => name === twin.cluster)?.origin === 'files') return [];
  if (wanted > 0 && ready >= wanted) return [];
  return [
    findingOf(
      'warning',
      service,
      meshError('MW1308', { twin: `${twin.namespace}/${twin.name}`, service, ready, wanted }),
    ),
  ];
}

/** `unknown` when the cluster was not read, `undefined` when it was and does not have the workload. */
function kubeWorkload(ref: KubeWorkloadRef, clusters: readonly ClusterFacts[]): KubeWorkload | 'unknown' | undefined {
  const cluster = clusters.find(({ name }) => name === ref.cluster);
  if (cluster === undefined) return 'unknown';
  return cluster.workloads.find(
    ({ namespace, kind, name }) => namespace === ref.namespace && kind === ref.kind && name === ref.name,
  );
}

function objectName({ kind, namespace, name }: KubeWorkloadRef): string {
  return `${kind} ${namespace}/${name}`;
}
