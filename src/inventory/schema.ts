import { z } from 'zod';
import { API_VERSION } from '../estate/schema.ts';
import { clusterFactsSchema } from './cluster-schema.ts';
import { port, shortText, text } from './schema-parts.ts';

export { clusterFactsSchema };
export type {
  AllowedCall,
  ClusterFacts,
  DisruptionBudget,
  KubeJob,
  KubeNamespace,
  KubeService,
  KubeWorkload,
  MeshFacts,
  WorkloadOwner,
} from './cluster-schema.ts';
export type {
  Amounts,
  Autoscaler,
  GatewayCrd,
  Leftover,
  Membership,
  MeshName,
  ResourceQuota,
  UnreadList,
} from './surroundings-schema.ts';
export type { AuthorizationPolicy, MeshPolicy, MtlsMode, PeerAuthentication } from './policy-schema.ts';

/**
 * The inventory: what discovery saw, as an artefact that planning reads without a connection.
 * Everything in it came from a host or a cluster and is hostile: sizes are capped, unknown fields refused.
 */

const evidence = z.strictObject({
  /** Which probe saw it, and how. */
  source: z.enum(['ss', 'proc', 'systemd', 'kubernetes', 'dns', 'estate', 'environment', 'files', 'network-policy']),
  detail: text,
  at: z.iso.datetime(),
  count: z.int().min(1).default(1),
  confidence: z.enum(['observed', 'declared', 'inferred']).default('observed'),
});

const listener = z.strictObject({
  protocol: z.enum(['tcp', 'udp']),
  address: shortText,
  port,
  process: shortText.optional(),
  pid: z.int().optional(),
  unit: shortText.optional(),
});

/** One established TCP connection, seen from the host. `direction` is the side that opened it. */
const flow = z.strictObject({
  direction: z.enum(['inbound', 'outbound', 'unknown']),
  localAddress: shortText,
  localPort: port,
  peerAddress: shortText,
  peerPort: port,
  process: shortText.optional(),
  pid: z.int().optional(),
  unit: shortText.optional(),
});

/** When the credentials of a joined host's proxy begin and end; never what they are. */
const credentials = z.strictObject({
  /** Of the workload's own certificate; null where there is none that can be read. */
  certificate: z.strictObject({ notBefore: z.iso.datetime(), notAfter: z.iso.datetime() }).nullable(),
  /** When the service account token expires; null where none can be read. An expired one is the normal state. */
  tokenExpiresAt: z.iso.datetime().nullable(),
});

const unit = z.strictObject({
  name: shortText,
  mainPid: z.int().min(0),
  user: shortText,
  activeState: shortText,
  enabled: shortText,
  /** host:port pairs and URLs from its command line and environment; never other values. */
  declares: z.array(z.strictObject({ host: shortText, port, from: z.enum(['command', 'environment']) })).default([]),
});

export const hostFactsSchema = z.strictObject({
  name: shortText,
  address: shortText,
  hostname: shortText,
  arch: shortText,
  os: z.strictObject({ id: shortText, version: shortText, kernel: shortText, libc: shortText }),
  initSystem: z.enum(['systemd', 'other']),
  /** Effective rights of the login: root itself, password-less sudo, or neither. */
  privilege: z.enum(['root', 'sudo', 'none']),
  sshdPorts: z.array(port),
  firewall: z.strictObject({
    backend: z.enum(['iptables-nft', 'iptables-legacy', 'none']),
    iptablesPath: shortText,
    /** nat rules that are not meshway's: Docker's, fail2ban's, the operator's own. */
    foreignNatRules: z.int().min(0),
  }),
  /**
   * Controller clock minus host clock in milliseconds: of all offsets that the round trip allows, the one nearest to
   * zero, so that a slow connection never looks like a wrong clock.
   */
  clockOffsetMs: z.number(),
  nameservers: z.array(shortText),
  addresses: z.array(shortText),
  /** True when meshway's capture is in force and confirmed. */
  meshed: z.boolean(),
  /** Of meshway's own proxy; absent where none has joined, and without root. */
  credentials: credentials.optional(),
  units: z.array(unit),
  listeners: z.array(listener),
  flows: z.array(flow),
  /** What each hostname of the estate resolves to on this host; empty when nothing answers. */
  names: z.record(shortText, z.array(shortText)),
});

const workloadId = z
  .string()
  .max(1024)
  .regex(/^(vm|k8s)\/[^\s]+$/);
const external = z
  .string()
  .max(1024)
  .regex(/^external\/[^\s]+$/);
const serviceId = z
  .string()
  .max(256)
  .regex(/^service\/[^\s]+$/);

const workload = z.strictObject({
  id: workloadId,
  service: shortText,
  role: z.enum(['primary', 'twin']),
  position: z.strictObject({ platform: z.enum(['vm', 'kubernetes']), mesh: z.enum(['off', 'on']) }),
  listeners: z.array(listener),
  evidence: z.array(evidence),
});

const dependency = z.strictObject({
  from: z.union([workloadId, external]),
  to: z.union([serviceId, workloadId, external]),
  port,
  protocol: z.enum(['http', 'tcp', 'unknown']),
  addressedBy: z.enum(['name', 'ip', 'unknown']),
  evidence: z.array(evidence).min(1),
});

const finding = z.strictObject({
  code: z.string().regex(/^MW\d{4}$/),
  level: z.enum(['error', 'warning', 'info']),
  subject: shortText,
  message: text,
});

export const inventorySchema = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('Inventory'),
  estate: z.strictObject({ name: shortText, digest: shortText }),
  capturedAt: z.iso.datetime(),
  /** Says where a shipped example came from; absent for an inventory of the reader's own. */
  note: text.optional(),
  hosts: z.array(hostFactsSchema),
  clusters: z.array(clusterFactsSchema),
  workloads: z.array(workload),
  dependencies: z.array(dependency),
  findings: z.array(finding),
});

export type Inventory = z.infer<typeof inventorySchema>;
export type HostFacts = z.infer<typeof hostFactsSchema>;
export type HostUnit = z.infer<typeof unit>;
export type Listener = z.infer<typeof listener>;
export type Flow = z.infer<typeof flow>;
/** The peers that a unit's environment file names; nobody looked at the host itself. Not part of the artefact. */
export interface UnitEnvironment {
  host: string;
  unit: string;
  file: string;
  declares: HostUnit['declares'];
}
export type Workload = z.infer<typeof workload>;
export type Dependency = z.infer<typeof dependency>;
export type Evidence = z.infer<typeof evidence>;
export type Finding = z.infer<typeof finding>;
export type Position = Workload['position'];
export type WorkloadId = string;
