import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** What an assessment finds in an inventory, besides what discovery and the planner say themselves. */
export const assessErrors = defineErrors({
  MW1700: {
    title: 'Not known',
    cause: 'Nothing tells for {subject}: {reason}.',
    fix: 'Look by hand; or give discovery what it lacks, run `mesh discover`, and assess again.',
    exit: ExitCode.done,
  },
  MW1701: {
    title: 'A proxy of another installation is on a host',
    cause: 'Host {host} runs {unit}: a proxy that meshway did not install, with rules and credentials of its own.',
    fix: 'Take it off the host before it joins; two captures on one host exclude each other.',
    exit: ExitCode.refused,
  },
  MW1702: {
    title: 'Certificates come from another authority',
    cause:
      'The mesh of cluster {cluster} gets its certificates from {authority}, not from its own control plane: each renewal of a VM may ask for a valid token.',
    fix: 'Try a renewal with an expired token on a VM nobody needs; if it fails, plan for `mesh hosts renew` by a timer.',
    exit: ExitCode.done,
  },
  MW1703: {
    title: 'A host asks a resolver of its own',
    cause:
      'Host {host} looks names up at {nameservers}, on itself: what that program asks by TCP goes through the proxy once the host has joined.',
    fix: 'Nothing to do if it asks by UDP, which is not captured; else exclude port 53 (`excludeOutboundPorts`).',
    exit: ExitCode.done,
  },
  MW1704: {
    title: 'Hosts or pods disagree on a name',
    cause: 'The name {name} is {answers}: callers there do not reach the same service.',
    fix: 'Find out which of the answers is meant, and give all of them the same.',
    exit: ExitCode.refused,
  },
  MW1705: {
    title: 'Containers or rules of others are on a host',
    cause:
      'On host {host}, {what}: connections to containers pass by a capture, and those of containers are no local ones.',
    fix: 'Make sure that no service of the estate and none of its callers is such a container; else leave the host out.',
    exit: ExitCode.done,
  },
  MW1706: {
    title: 'The way in to a host is not known',
    cause: 'On host {host}, {reason}: a capture could not be told to leave logins alone.',
    fix: 'Give the login root by sudo, or free the port of sshd, and run `mesh discover` again.',
    exit: ExitCode.refused,
  },
  MW1707: {
    title: 'Two hosts have one address',
    cause: 'Host {host} is to be registered at {address}, which {others} has too.',
    fix: 'Give the host, in the estate, an address that is its alone.',
    exit: ExitCode.refused,
  },
  MW1708: {
    title: 'The mesh has more than one network',
    cause:
      'The mesh of cluster {cluster} names the network {network}: proxies reach what has another network by gateways, and meshway lays out one flat network.',
    fix: 'Make sure that VMs and pods reach each other directly, or leave the network out of the mesh configuration.',
    exit: ExitCode.done,
  },
  MW1709: {
    title: 'A firewall program writes the rules of a host',
    cause:
      'Host {host} runs {program}, which writes the rules anew when it reloads: a capture is gone until its keeper puts it back, and connections that begin meanwhile go plain.',
    fix: 'Do not reload it during the migration, or read docs/providers/istio.md on what it does to a capture.',
    exit: ExitCode.done,
  },
  MW1710: {
    title: 'A service listens on no address that its callers reach',
    cause: 'Service {service} listens on {addresses} only, and host {host} is registered at {address}.',
    fix: 'Let it listen on the address of the host, or find out who else answers at that port.',
    exit: ExitCode.refused,
  },
  MW1711: {
    title: 'A server tells clients by their address',
    cause:
      'Service {service} is {process}, whose rules name addresses: after a capture every client comes from 127.0.0.6.',
    fix: 'Look for address rules (pg_hba.conf, grants, allow-lists); let them take 127.0.0.6, or exclude the port.',
    exit: ExitCode.done,
  },
  MW1712: {
    title: 'The twin calls from another address',
    cause:
      'Service {service} calls {callees} outside the estate, which may know only the address of host {host}: the twin comes from a pod.',
    fix: 'Have the addresses of the pods, or of their way out, allowed there before the first weight moves.',
    exit: ExitCode.done,
  },
  MW1713: {
    title: 'A policy refuses callers that have not joined',
    cause: '{policy} refuses plaintext at {workload}, which is called by {callers}, not in the mesh.',
    fix: 'Set it to PERMISSIVE until these callers have joined; the plan brings STRICT in its own stage.',
    exit: ExitCode.refused,
  },
  MW1714: {
    title: 'A server may speak first',
    cause:
      'Service {service} looks like {kind} ({evidence}), whose server speaks first; the estate says nothing of it.',
    fix: 'Say `protocol: tcp` and `serverFirst: true` for it in the estate, or make sure that its clients speak first.',
    exit: ExitCode.refused,
  },
  MW1715: {
    title: 'A port does not say its protocol',
    cause: 'Service {object} does not say what its port {port} speaks: proxies guess from the first bytes.',
    fix: 'Set `appProtocol` on the port, or begin its name with the protocol (`http-`, `tcp-`).',
    exit: ExitCode.done,
  },
  MW1716: {
    title: 'A headless Service is called past the mesh',
    cause:
      'Service {object} is headless: its callers pick pods by address, and members that have not joined refuse mTLS.',
    fix: 'Let all its members join in one stage, and their callers after them.',
    exit: ExitCode.done,
  },
  MW1717: {
    title: 'Pods are called by their own address',
    cause:
      '{caller} has connections to pods of {callee} by their address: they follow no weight, and STRICT refuses them.',
    fix: 'Let it call a name; where a registry hands out pod addresses, have it hand out the name of the service.',
    exit: ExitCode.done,
  },
  MW1718: {
    title: 'A Job would not end',
    cause: '{job} gets a proxy that goes on when its work is done, wherever its pods are injected.',
    fix: 'Use native sidecars (kubelets from 1.33 on), or label its pods `sidecar.istio.io/inject: "false"`.',
    exit: ExitCode.done,
  },
  MW1719: {
    title: 'Containers run before the proxy',
    cause:
      '{workload} has init containers ({containers}) that run before its proxy does: their calls are lost or pass by it.',
    fix: 'Use native sidecars (kubelets from 1.33 on), or let these containers make no calls.',
    exit: ExitCode.done,
  },
  MW1720: {
    title: 'A workload runs as the user of a proxy',
    cause: '{workload} runs as user {user}, whose connections are taken for the proxy’s own: they pass by it.',
    fix: 'Let it run as another user.',
    exit: ExitCode.refused,
  },
  MW1721: {
    title: 'Pod Security refuses the proxy’s init container',
    cause:
      'Namespace {namespace} enforces Pod Security level {level}, which refuses the rights that redirecting a pod takes: no pod of {workload} would start.',
    fix: 'Install the CNI plugin of the mesh, which needs no such rights in the pods.',
    exit: ExitCode.refused,
  },
  MW1722: {
    title: 'An ExternalName Service takes a port for itself',
    cause:
      'Service {object} is an ExternalName whose port {port} says no protocol: proxies take every address on it for its own.',
    fix: 'Begin the name of the port with its protocol, or take the ports off the Service.',
    exit: ExitCode.done,
  },
  MW1723: {
    title: 'A restart is an outage',
    cause:
      'A rollout of {workload} takes all of its pods ({replicas}) away before new ones are there: joining restarts it.',
    fix: 'Give it a rolling update with `maxSurge: 1` and `maxUnavailable: 0`; where pods go one by one, more replicas do.',
    exit: ExitCode.done,
  },
  MW1724: {
    title: 'Nobody asks whether a pod is ready',
    cause:
      'Containers of {workload} have ports and no readiness probe ({containers}): they get traffic before they can answer.',
    fix: 'Give each a readiness probe before its pods are restarted.',
    exit: ExitCode.done,
  },
  MW1725: {
    title: 'Nothing limits how many pods are away at once',
    cause:
      '{workload} has no PodDisruptionBudget: a drain of nodes may take all of its pods while traffic moves there.',
    fix: 'Give it a PodDisruptionBudget, or let no node be drained during its stages.',
    exit: ExitCode.done,
  },
  MW1726: {
    title: 'Other webhooks change pods',
    cause:
      'In cluster {cluster}, {webhooks} changes pods too; one that looks for the proxy among the containers does not find a native sidecar.',
    fix: 'Read what each does with a container named istio-proxy, and let one pod join first.',
    exit: ExitCode.done,
  },
  MW1727: {
    title: 'Pods are in ambient mode',
    cause: '{place} is in ambient mode: its pods are in a mesh that meshway neither sees nor plans.',
    fix: 'Take the label off, or leave these workloads out of the estate.',
    exit: ExitCode.refused,
  },
  MW1728: {
    title: 'A policy asks for an identity that callers do not have yet',
    cause:
      '{policy} asks who calls: once {workload} has a proxy, {callers}, not in the mesh, has no identity to show, and is refused unless another policy lets it in.',
    fix: 'Let these callers in by another rule until they have joined, and take it out stage by stage.',
    exit: ExitCode.refused,
  },
  MW1729: {
    title: 'The inventory is old',
    cause: 'The inventory was taken {age} ago: what has come and gone since is not in it.',
    fix: 'Run `mesh discover`, and assess again.',
    exit: ExitCode.done,
  },
});
