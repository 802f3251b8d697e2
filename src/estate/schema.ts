import { z } from 'zod';
import { egressPolicy } from './egress-policy.ts';
import { gatePolicySchema } from './gate-policy.ts';
import { listFormats } from './lists/listed-host.ts';
import { ipLiteral, retireSchema, switchSchema } from './name-schema.ts';
import { callMatchesSchema, MAX_TWINS } from './twins.ts';
import { peoplePolicy } from './people-policy.ts';
import { freezeSchema, planValidDaysSchema, wavePolicySchema } from './wave-policy.ts';
import { writerPolicy } from './writer-policy.ts';

/** Every artefact meshway writes or reads says which format it is in. */
export const API_VERSION = 'meshway/v1alpha1';

/** Letters, digits, dot and dash, no leading dash: stricter than OpenSSH's own rule, so a name can never be an option or a shell word. */
const hostWord = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/, 'letters, digits, dots and inner dashes only');
const userName = z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'a POSIX user name');
const kubeName = z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'a Kubernetes object name');
const unitName = z
  .string()
  .regex(/^[A-Za-z0-9:_.@-]{1,240}\.(service|socket|timer)$/, 'a systemd unit with its suffix');
const port = z.int().min(1).max(65535);
const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 digest in hexadecimal');

const artifact = z.strictObject({
  path: z.string().min(1),
  version: z.string().min(1),
  sha256: sha256Hex,
});

const provider = z.strictObject({
  name: z.string(),
  cluster: kubeName,
  /** What a joining VM needs, where on this machine it comes from, and its digest. */
  artifacts: z.strictObject({ pilotAgent: artifact, envoy: artifact, bootstrap: artifact }).optional(),
});

const hostAddress = z.union([ipLiteral, hostWord], { error: 'an IP address or a host name' });
/** A jump host, `user@host` or `host`, handed to OpenSSH's ProxyJump. */
const jumpHost = z
  .string()
  .max(300)
  .regex(/^([a-z_][a-z0-9_-]{0,31}@)?[A-Za-z0-9][A-Za-z0-9.-]*(:\d{1,5})?$/, 'a jump host, `user@host:port`');

const host = z.strictObject({
  name: hostWord,
  address: hostAddress,
  port: port.default(22),
  user: userName,
  jump: jumpHost.optional(),
  /** What fails together with it: a rack, a zone, a data centre. */
  site: z.string().min(1).max(120).optional(),
  /** Ports that capture must leave alone besides those discovery finds: monitoring, backup, load-balancer probes. */
  excludeInboundPorts: z.array(port).default([]),
  /** Ports of others that this host's connections go to without the proxy: directories, databases, backup servers. */
  excludeOutboundPorts: z.array(port).default([]),
});

/** A host as a list has it, by the same allow-list as one that is written into the estate. */
export const listedHostSchema = z.strictObject({
  name: hostWord,
  address: hostAddress,
  port: port.optional(),
  user: userName.optional(),
  jump: jumpHost.optional(),
});

/** A list of hosts that lies beside the estate: an Ansible inventory, a Terraform state, an ssh_config, a plain list. */
const hostSource = z.strictObject({
  /** Relative to the estate file. */
  file: z.string().min(1).max(1024),
  /** Absent: by its content. */
  format: z.enum(listFormats).optional(),
  /** Hosts of this group of an Ansible inventory, and of the groups below it, and no others. */
  group: z.string().min(1).max(200).optional(),
  /** For hosts of which the list does not say it. */
  user: userName.optional(),
  jump: jumpHost.optional(),
});
export const hostSourcesSchema = z.array(hostSource).max(100);

const cluster = z.strictObject({
  name: kubeName,
  kubeconfig: z.string().min(1).optional(),
  context: z.string().min(1).optional(),
  namespaces: z.array(kubeName).min(1),
});

const unitRef = z.strictObject({ host: hostWord, unit: unitName });
const kubeRef = z.strictObject({
  cluster: kubeName,
  namespace: kubeName,
  kind: z.enum(['Deployment', 'StatefulSet', 'DaemonSet']),
  name: kubeName,
});

const service = z.strictObject({
  name: kubeName,
  /** The name callers use today; it is the name whose traffic moves. Absent: nobody calls it by name. */
  hostname: hostWord.optional(),
  port: port.optional(),
  protocol: z.enum(['http', 'tcp']).default('http'),
  /** The server speaks first (MySQL, SMTP): a proxy that waits for the client's first bytes would wait for ever. */
  serverFirst: z.boolean().default(false),
  path: z.enum(['mesh-first', 'platform-first', 'direct', 'stay']).optional(),
  /** What a second copy would share: a probe cannot know it. Unknown blocks `replatform`. */
  state: z.enum(['none', 'shared', 'local', 'singleton', 'unknown']).default('unknown'),
  tier: z.int().min(0).max(9).optional(),
  owner: z.string().max(120).optional(),
  /** Requests per second that all its callers send it, on a usual day; of TCP, connections. A probe cannot know it. */
  requestsPerSecond: z.number().min(0).max(1e9).optional(),
  /** `none`: nobody calls this service, which discovery cannot prove. Else callers are those it observed. */
  callers: z.enum(['observed', 'none']).default('observed'),
  /** Services this one calls too seldom to fill a gate's window: no gate waits for such calls, though their errors count. */
  callsRarely: z.array(kubeName).default([]),
  /** Names in the mesh that it calls besides what discovery saw or is declared: its proxy keeps them under `policy.egress: scoped`. */
  alsoCalls: z.array(hostWord).default([]),
  workload: z.union([unitRef, kubeRef]),
  twin: kubeRef.optional(),
  /** Instead of `twin`: several workloads that take over together, each the calls that it matches. HTTP only. */
  twins: z
    .array(kubeRef.extend({ match: callMatchesSchema }))
    .min(2)
    .max(MAX_TWINS)
    .optional(),
  /**
   * Calls that none of the `twins` matches stay on the VM, at every weight. `none`: there are none of them, which the gates hold
   * to it; without that word the unit cannot retire.
   */
  unmatched: z.enum(['none', 'stay']).optional(),
  /** Stop the unit for good once its twin has all the traffic. Absent: it runs on at weight 0. */
  retire: retireSchema.optional(),
  /** What the name is to answer on path `platform-first`: where the twin is reached by callers outside the mesh. */
  switch: switchSchema.optional(),
  /** Where the service's mesh objects live; a service with a Kubernetes workload or a twin uses theirs. */
  namespace: kubeName.optional(),
});

/** Who answers for an exemption: a person or a team. */
const owner = z.string().min(1).max(120);
const reason = z.string().min(1).max(500);

/** A caller that can never join: its callee stays PERMISSIVE on its port, and on that port alone. */
const callerExemption = z.strictObject({
  /** The caller as `mesh graph` names it: `external/192.0.2.9`, or a workload. */
  caller: z
    .string()
    .max(1024)
    .regex(/^(vm|k8s|external)\/\S+$/, 'a caller as `mesh graph` prints it'),
  service: kubeName,
  reason,
  owner: owner.optional(),
  /** The day from which on it no longer holds, in UTC. */
  expires: z.iso.date().optional(),
});

/** Findings of an assessment that are accepted until a day: of one check or code, on one subject, or all of either. */
const waiver = z
  .strictObject({
    check: z
      .string()
      .regex(/^[A-Z]\d{1,2}(-[a-z]+)?$/, 'the id of a check, as V9')
      .optional(),
    code: z
      .string()
      .regex(/^MW\d{4}$/, 'a code, as MW1705')
      .optional(),
    /** As the finding names it; a service stands for its workloads too. */
    subject: z.string().min(1).max(1024).optional(),
    reason,
    owner,
    expires: z.iso.date(),
  })
  .refine((one) => [one.check, one.code, one.subject].some((word) => word !== undefined), {
    error: 'a waiver needs a `check`, a `code` or a `subject`',
  });

const exemption = z.union([callerExemption, waiver]);

const policy = z.strictObject({
  ladder: z.array(z.int().min(1).max(100)).min(1).default([1, 5, 25, 50, 100]),
  gate: gatePolicySchema.prefault({}),
  /** Seconds until a host that nobody confirmed undoes its capture by itself. */
  deadmanSeconds: z.int().min(15).max(900).default(60),
  /** How long connections that outlived a capture may go on before their owner is restarted, in seconds. */
  recycleAfterSeconds: z.int().min(0).default(30),
  drainSeconds: z.int().min(1).default(120),
  waves: wavePolicySchema.prefault({}),
  planValidDays: planValidDaysSchema.optional(),
  /** Times in which no stage begins. */
  freeze: z.array(freezeSchema).default([]),
  ...peoplePolicy,
  ...egressPolicy,
  retire: z
    .strictObject({
      /** For how long nobody from outside may have reached a unit before it is stopped. */
      lookBackSeconds: z.int().min(1).default(86_400),
    })
    .prefault({}),
  ...writerPolicy,
});

/** `estate.yaml`: all that is in scope, and what no probe can know. Unknown fields are refused. */
export const estateSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('Estate'),
  name: kubeName,
  provider,
  ssh: z.strictObject({ identityFile: z.string().optional(), knownHostsFile: z.string().optional() }).default({}),
  hosts: z.array(host).default([]),
  /** Where more hosts come from. They are joined with `hosts` when the file is loaded. */
  hostsFrom: hostSourcesSchema.optional(),
  clusters: z.array(cluster).default([]),
  metrics: z
    .strictObject({ prometheus: z.strictObject({ url: z.url({ protocol: /^https?$/ }) }).optional() })
    .default({}),
  services: z.array(service).min(1),
  /** The exemption register. */
  exemptions: z.array(exemption).default([]),
  policy: policy.prefault({}),
});

/** The same as it is written: what a list of `hostsFrom` says of a host may be left out of its entry in `hosts`. */
export const estateFileSchema = estateSchema.extend({
  hosts: z.array(host.partial({ address: true, user: true })).default([]),
});

export type Estate = z.infer<typeof estateSchema>;
export type EstateHost = Estate['hosts'][number];
export type HostSource = z.infer<typeof hostSource>;
export type ListedHost = z.infer<typeof listedHostSchema>;
export type EstateCluster = Estate['clusters'][number];
export type EstateService = Estate['services'][number];
export type Exemption = Estate['exemptions'][number];
export type CallerExemption = z.infer<typeof callerExemption>;
export type Waiver = z.infer<typeof waiver>;
export type EstatePolicy = Estate['policy'];
export type UnitRef = z.infer<typeof unitRef>;
export type KubeWorkloadRef = z.infer<typeof kubeRef>;
export type MigrationPath = NonNullable<EstateService['path']>;

/** Tells a systemd unit on a host from a Kubernetes workload. */
export function isUnitRef(ref: UnitRef | KubeWorkloadRef): ref is UnitRef {
  return 'host' in ref;
}
