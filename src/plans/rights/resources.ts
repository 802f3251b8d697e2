import { meshError } from '../../errors/index.ts';
import type { KubeRight } from './right.ts';

/** What RBAC calls a kind: its API group, empty for the core, and its plural name. */
export interface KubeResourceName {
  group: string;
  resource: string;
}

/** Plural names of the kinds that plans are about. A plan is read offline, so no server can be asked for them. */
const plurals: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '': {
    ConfigMap: 'configmaps',
    Namespace: 'namespaces',
    Pod: 'pods',
    Secret: 'secrets',
    Service: 'services',
    ServiceAccount: 'serviceaccounts',
  },
  'admissionregistration.k8s.io': {
    ValidatingAdmissionPolicy: 'validatingadmissionpolicies',
    ValidatingAdmissionPolicyBinding: 'validatingadmissionpolicybindings',
  },
  apps: { DaemonSet: 'daemonsets', Deployment: 'deployments', StatefulSet: 'statefulsets' },
  'coordination.k8s.io': { Lease: 'leases' },
  'gateway.networking.k8s.io': { GRPCRoute: 'grpcroutes', HTTPRoute: 'httproutes', TCPRoute: 'tcproutes' },
  'networking.istio.io': {
    DestinationRule: 'destinationrules',
    ServiceEntry: 'serviceentries',
    Sidecar: 'sidecars',
    VirtualService: 'virtualservices',
    WorkloadEntry: 'workloadentries',
    WorkloadGroup: 'workloadgroups',
  },
  'security.istio.io': { AuthorizationPolicy: 'authorizationpolicies', PeerAuthentication: 'peerauthentications' },
};

/** The API group of an apiVersion: `apps/v1` is of `apps`, `v1` of the core. */
export const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '');

/** @throws MW1386 of a kind that is not in the table: a guessed plural would be a Role that refuses half-way */
export function resourceOf({ apiVersion, kind, subresource, name, namespace }: KubeRight): KubeResourceName {
  const group = groupOf(apiVersion);
  const plural = pluralOf(group, kind);
  const place = [kind, namespace, name].filter((part) => part !== undefined).join(' ');
  if (plural === undefined) throw meshError('MW1386', { place, kind, apiVersion });
  return { group, resource: subresource === undefined ? plural : `${plural}/${subresource}` };
}

/** The plural name of a kind, nothing where the table does not have it. */
export function pluralOf(group: string, kind: string): string | undefined {
  const ofGroup = Object.hasOwn(plurals, group) ? plurals[group] : undefined;
  return ofGroup && Object.hasOwn(ofGroup, kind) ? ofGroup[kind] : undefined;
}
