import type { ClusterFacts, KubeWorkload, MeshFacts, MeshPolicy, SidecarScope } from '../../inventory/schema.ts';
import { canonicalJson } from '../canonical.ts';
import type { LockedFields } from './lock.ts';

/** What a plan depends on of a cluster's mesh, and of the policies that may select what it moves. */
export function clusterFields(facts: ClusterFacts, namespaces: readonly string[]): LockedFields {
  const { mesh } = facts;
  const scopes = new Set([...namespaces, mesh?.rootNamespace ?? '']);
  return {
    cluster: facts.uid,
    crds: versionsOf(facts),
    policies: (facts.policies ?? []).filter(({ namespace }) => scopes.has(namespace)).map(policyText).toSorted(),
    sidecars: (facts.sidecars ?? []).filter(({ namespace }) => scopes.has(namespace)).map(scopeText).toSorted(),
    ...(mesh === null ? { mesh: 'none' } : meshFields(mesh, namespaces)),
  };
}

function meshFields(mesh: MeshFacts, namespaces: readonly string[]): LockedFields {
  const { address, port, service } = mesh.discovery;
  return {
    mesh: mesh.provider,
    version: mesh.version,
    revision: mesh.revision,
    trustDomain: mesh.trustDomain,
    meshId: mesh.meshId,
    clusterId: mesh.clusterId,
    network: mesh.network,
    rootNamespace: mesh.rootNamespace,
    discovery: `${service} ${address}:${port}`,
    registryOnly: mesh.registryOnly,
    injectedNamespaces: mesh.injectedNamespaces.filter((one) => namespaces.includes(one)).toSorted(),
    proxyConfig: canonicalJson(mesh.defaultConfig),
  };
}

const versionsOf = ({ crds }: ClusterFacts): string[] =>
  Object.entries(crds)
    .map(([name, versions]) => `${name} ${versions.toSorted().join(' ')}`)
    .toSorted();

/** One line for a policy, with all that it decides. */
function policyText(policy: MeshPolicy): string {
  const { kind, namespace, name, selector } = policy;
  const says = kind === 'PeerAuthentication' ? `${policy.mode} ${canonicalJson(policy.portModes)}` : `asks for an identity: ${policy.asksIdentity}`;
  return `${kind} ${namespace}/${name} ${canonicalJson(selector)} ${says}`;
}

/** One line for an object that narrows proxies. */
const scopeText = ({ namespace, name, selector, hosts }: SidecarScope): string =>
  `Sidecar ${namespace}/${name} ${canonicalJson(selector)} ${hosts.toSorted().join(' ')}`;

/** What a plan depends on of a Kubernetes workload. Ready pods and their addresses come and go, and are not of it. */
export function workloadFields(facts: KubeWorkload, { mesh, namespaces }: ClusterFacts): LockedFields {
  const place = namespaces?.find(({ name }) => name === facts.namespace);
  return {
    selector: labelsText(facts.selector),
    podLabels: labelsText(facts.podLabels),
    serviceAccount: facts.serviceAccount,
    ports: facts.ports.toSorted((a, b) => a - b),
    replicas: facts.replicas,
    surges: facts.surges,
    terminationGracePeriodSeconds: facts.terminationGracePeriodSeconds,
    hostNetwork: facts.hostNetwork,
    meshed: facts.meshed,
    managedBy: facts.managedBy ? `${facts.managedBy.by} ${facts.managedBy.namespace ?? ''}/${facts.managedBy.name}` : 'nobody',
    namespaceInjects: mesh?.injectedNamespaces.includes(facts.namespace) === true,
    namespaceAmbient: place?.ambient === true,
    podSecurity: place?.podSecurity ?? 'none',
  };
}

const labelsText = (labels: Readonly<Record<string, string>>): string[] =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .toSorted();
