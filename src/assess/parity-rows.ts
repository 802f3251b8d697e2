import { twinsOf } from '../estate/twins.ts';
import type { EstateService } from '../estate/schema.ts';
import type { HostFacts, HostUnit } from '../inventory/schema.ts';
import type { Registration } from './registrations.ts';
import type { ParityRow } from './schema.ts';

/** One workload on a VM, as the rows look at it. */
export interface ParitySubject {
  service: EstateService;
  host: HostFacts;
  /** Undefined when the host does not have the unit. */
  facts: HostUnit | undefined;
  /** What the mesh has of the host; undefined where nobody has read it. */
  registered: Registration | undefined;
}

type Score = Omit<ParityRow, 'row'>;

const found = (what: string): Score => ({ state: 'found', what, closes: '' });
const missing = (what: string, closes: string): Score => ({ state: 'missing', what, closes });
const unknown = (what: string, closes: string): Score => ({ state: 'unknown', what, closes });

/** What a pod gets and a VM must get too (the bar that managed instance groups set in 2019), in their order. */
export const parityRows: readonly { row: string; score(subject: ParitySubject): Score }[] = [
  {
    row: 'fixed number of replicas',
    score: ({ host }) =>
      unknown(`one unit on ${host.name}; no probe reads instance groups`, 'the group of the VM, on record with you'),
  },
  {
    row: 'autoscaling',
    score: () => unknown('no probe reads instance templates', 'a template whose new VMs join by themselves, by you'),
  },
  { row: 'application upgrade', score: ({ service, host }) => byWeights(service, host, 'a second version') },
  { row: 'start the application', score: ({ facts, host }) => start(facts, host) },
  {
    row: 'create the application',
    score: ({ facts }) =>
      facts === undefined
        ? unknown('the unit was not seen', 'the unit, on its host')
        : missing('the unit runs; neither its file nor its package is on record', 'a package or an image, by you'),
  },
  { row: 'operating system', score: ({ host }) => system(host) },
  { row: 'hardware', score: ({ host }) => room(host) },
  {
    row: 'call other services',
    score: ({ host }) =>
      host.meshed
        ? found('captured, with exclusions')
        : missing('calls pass no proxy', 'capture, by the join of the plan'),
  },
  { row: 'canary', score: ({ service, host }) => byWeights(service, host, 'its twin') },
  { row: 'discovery', score: ({ host }) => names(host) },
  {
    row: 'health check',
    score: ({ host, registered }) =>
      host.meshed
        ? health(registered)
        : missing('nobody asks how it is', 'a probe in its WorkloadGroup, after its join'),
  },
  {
    row: 'registration',
    score: ({ host, registered }) =>
      host.meshed
        ? registrationScore(registered)
        : missing('registered nowhere', 'registration by the control plane, at its join'),
  },
  {
    row: 'create and define a service',
    score: ({ service: { hostname, port } }) =>
      hostname !== undefined && port !== undefined
        ? found(`${hostname}:${port} in the estate; its objects are in the plan`)
        : missing('the estate gives it no name and port', '`hostname` and `port` in the estate'),
  },
];

/** Whether somebody asks, and whether what is ill was seen to be taken out, are two things: the second nobody tried. */
function health(registered: Registration | undefined): Score {
  const closes = 'a probe in its WorkloadGroup, by you';
  if (registered === undefined) return unknown('no WorkloadGroup was read', closes);
  const { entry, group } = registered;
  if (group?.probe === undefined) return missing('nobody asks: its WorkloadGroup has no probe', closes);
  const state = { yes: 'healthy', no: 'not healthy', unknown: 'of no known health' }[entry?.healthy ?? 'unknown'];
  return found(`WorkloadGroup ${group.namespace}/${group.name} asks by ${group.probe}; its entry is ${state}`);
}

function registrationScore(registered: Registration | undefined): Score {
  const closes = 'registration by the control plane';
  if (registered === undefined) return unknown('no WorkloadEntry was read', closes);
  const { entry } = registered;
  if (entry === undefined) return missing('no WorkloadEntry has its address', closes);
  const name = `WorkloadEntry ${entry.namespace}/${entry.name}`;
  if (!entry.connected) return missing(`${name} says that its proxy has gone`, closes);
  if (entry.group === undefined) return missing(`${name} was made by hand`, closes);
  return found(`${name}, by itself through group ${entry.group}`);
}

function byWeights(service: EstateService, { meshed }: HostFacts, other: string): Score {
  const [twin] = twinsOf(service);
  if (meshed && twin !== undefined)
    return unknown(
      `in the mesh beside ${twinsOf(service)
        .map(({ namespace, name }) => `${namespace}/${name}`)
        .join(', ')}; no route with weights was read`,
      'weights, by the shift of the plan',
    );
  return missing(
    meshed ? 'in the mesh, and nothing to share its traffic with' : 'its callers follow DNS to the VM',
    twin === undefined ? `${other} in Kubernetes, and weights by the plan` : 'weights, by the shift of the plan',
  );
}

/** States of a unit file that a boot starts; `generated` is what systemd makes of a script of SysV. */
const atBoot = new Set(['enabled', 'generated']);

/** Unit of the proxy, as the Istio provider names it. */
const PROXY_UNIT = 'meshway-proxy.service';

function start(facts: HostUnit | undefined, { meshed }: HostFacts): Score {
  if (facts === undefined) return unknown('the unit was not seen', 'the unit, on its host');
  const { name, enabled, activeState, restart, after } = facts;
  if (!atBoot.has(enabled))
    return missing(`${name} is ${enabled}: a boot does not start it`, `systemctl enable ${name}, by you`);
  if (restart === 'no')
    return missing(
      `${name} is enabled; nobody starts it again when it fails`,
      '`Restart=on-failure` in the unit, by you',
    );
  const what = `${name} is ${activeState} and ${enabled}`;
  if (after === undefined) return found(`${what}; its place after the proxy is not known`);
  if (meshed && !after.includes(PROXY_UNIT))
    return missing(
      `${what}, and does not wait for the proxy: what it calls first after a boot goes plain`,
      `\`After=${PROXY_UNIT}\` in the unit, by you`,
    );
  const waits =
    after.length === 0 ? 'it waits for nothing that a proxy waits for' : `it starts after ${after.join(', ')}`;
  return found(`${what}; ${waits}`);
}

function system({ os, arch, firewall, initSystem }: HostFacts): Score {
  const what = `${os.id} ${os.version}, kernel ${os.kernel}, ${os.libc}, ${arch}, ${firewall.backend}`;
  if (initSystem === 'systemd' && firewall.backend !== 'none') return found(what);
  return missing(what, 'systemd and iptables on the host, by you');
}

function names({ names: answers }: HostFacts): Score {
  const asked = Object.keys(answers).length;
  const resolved = Object.values(answers).filter((addresses) => addresses.length > 0).length;
  if (asked === 0) return unknown('no name was looked up', '`hostname` of the services in the estate');
  const what = `${resolved} of ${asked} names of the estate resolve, by DNS`;
  return resolved === asked ? found(what) : missing(what, 'records for the names, by you');
}

/**
 * What a proxy is assumed to take at 1,000 requests a second: istio.io, "Performance and Scalability", gives 0.20 vCPU and 60 MB
 * for a sidecar with two workers (Istio 1.24). Processors are needed in proportion to traffic, memory to what
 * the mesh configures.
 */
const PROXY_NEEDS = { processors: 0.2, memoryBytes: 60_000_000 };

function room({ hardware }: HostFacts): Score {
  if (hardware === undefined) return unknown('processors and memory were not read', 'room for the proxy, by you');
  const { processors, memoryAvailableBytes, memoryTotalBytes, load } = hardware;
  const megabytes = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`;
  const what =
    `${processors} processors under a load of ${load[2]} over 15 minutes, ${megabytes(memoryAvailableBytes)} of ` +
    `${megabytes(memoryTotalBytes)} free; a proxy is assumed to take ${PROXY_NEEDS.processors} processors and ` +
    `${megabytes(PROXY_NEEDS.memoryBytes)} at 1000 requests a second (istio.io, Performance and Scalability)`;
  const fits = processors - load[2] >= PROXY_NEEDS.processors && memoryAvailableBytes >= PROXY_NEEDS.memoryBytes;
  return fits ? found(what) : missing(what, 'a larger machine, or less on this one, by you');
}
