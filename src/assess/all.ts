import type { Analyzer } from './analyzer.ts';
import { addresses } from './analyzers/addresses.ts';
import { afterBoot } from './analyzers/after-boot.ts';
import { ambient } from './analyzers/ambient.ts';
import { bindAddress } from './analyzers/bind-address.ts';
import { callsOfTwin } from './analyzers/calls-of-twin.ts';
import { certificateAuthority } from './analyzers/certificate-authority.ts';
import { clientAddress } from './analyzers/client-address.ts';
import { clocks } from './analyzers/clocks.ts';
import { containersOnHost } from './analyzers/containers-on-host.ts';
import { controlPlaneStore } from './analyzers/control-plane-store.ts';
import { credentials } from './analyzers/credentials.ts';
import { deadSystems } from './analyzers/dead-systems.ts';
import { discovery } from './analyzers/discovery.ts';
import { externalName } from './analyzers/external-name.ts';
import { firstRegistration } from './analyzers/first-registration.ts';
import { gatewayDefinitions } from './analyzers/gateway-definitions.ts';
import { headless } from './analyzers/headless.ts';
import { headroom } from './analyzers/headroom.ts';
import { hostFirewall } from './analyzers/host-firewall.ts';
import { hostNetwork } from './analyzers/host-network.ts';
import { initContainers } from './analyzers/init-containers.ts';
import { jobs } from './analyzers/jobs.ts';
import { namedIdentities } from './analyzers/named-identities.ts';
import { otherMeshes } from './analyzers/other-meshes.ts';
import { otherWebhooks } from './analyzers/other-webhooks.ts';
import { planner } from './analyzers/planner.ts';
import { podAddresses } from './analyzers/pod-addresses.ts';
import { podSecurity } from './analyzers/pod-security.ts';
import { portProtocol } from './analyzers/port-protocol.ts';
import { proxyUser } from './analyzers/proxy-user.ts';
import { reachability } from './analyzers/reachability.ts';
import { register } from './analyzers/register.ts';
import { registration } from './analyzers/registration.ts';
import { resolver } from './analyzers/resolver.ts';
import { restarts } from './analyzers/restarts.ts';
import { secondCopy } from './analyzers/second-copy.ts';
import { serverFirst } from './analyzers/server-first.ts';
import { severalMeshes } from './analyzers/several-meshes.ts';
import { sharedIdentity } from './analyzers/shared-identity.ts';
import { strictTooEarly } from './analyzers/strict-too-early.ts';
import { trustDomain } from './analyzers/trust-domain.ts';
import { watched } from './analyzers/watched.ts';
import { wayIn } from './analyzers/way-in.ts';

/** Every check, in the order of a report. The first that adopts a finding has it, so the most general come last. */
export const analyzers: readonly Analyzer[] = [
  credentials,
  certificateAuthority,
  afterBoot,
  clocks,
  trustDomain,
  controlPlaneStore,
  resolver,
  containersOnHost,
  wayIn,
  addresses,
  reachability,
  hostFirewall,
  sharedIdentity,
  registration,
  bindAddress,
  firstRegistration,
  clientAddress,
  callsOfTwin,
  strictTooEarly,
  serverFirst,
  portProtocol,
  headless,
  podAddresses,
  hostNetwork,
  jobs,
  initContainers,
  proxyUser,
  podSecurity,
  externalName,
  restarts,
  otherWebhooks,
  ambient,
  namedIdentities,
  watched,
  secondCopy,
  register,
  otherMeshes,
  gatewayDefinitions,
  deadSystems,
  headroom,
  severalMeshes,
  discovery,
  planner,
];
