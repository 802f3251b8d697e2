import { z } from 'zod';
import { API_VERSION } from '../estate/schema.ts';
import { clusterFactsSchema } from './cluster-schema.ts';
import { hostFactsSchema, type HostUnit, listener } from './host-schema.ts';
import { port, shortText, text } from './schema-parts.ts';
import { triedSchema } from './tried-schema.ts';
import { windowSchema } from './window-schema.ts';

export { clusterFactsSchema, hostFactsSchema };
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
export type { Container, HostContainers } from './container-schema.ts';
export type { Flow, HostFacts, HostTimer, HostUnit, Listener, Translation, UnownedProcess } from './host-schema.ts';
export type { RunWindow, Window } from './window-schema.ts';
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
export type { AuthorizationPolicy, MeshPolicy, MtlsMode, PeerAuthentication, SidecarScope } from './policy-schema.ts';

/**
 * The inventory: what discovery saw, as an artefact that planning reads without a connection.
 * Everything in it came from a host or a cluster and is hostile: sizes are capped, unknown fields refused.
 */

const evidence = z.strictObject({
  /** Which probe saw it, and how. */
  source: z.enum([
    'ss',
    'proc',
    'systemd',
    'kubernetes',
    'dns',
    'estate',
    'environment',
    'configuration',
    'files',
    'network-policy',
    'docker',
    'compose',
  ]),
  detail: text,
  /** When it was seen; the last time, where it was seen at several. */
  at: z.iso.datetime(),
  /** When it was seen first. Absent: at one time only. */
  firstAt: z.iso.datetime().optional(),
  /** How often it was seen: connections, added up over the samples of a window and over merged runs. */
  count: z.int().min(1).default(1),
  /** The part of each run in `count`, by the run's id in `window.runs`; only in merged inventories. */
  countByRun: z.record(shortText, z.int().min(1)).optional(),
  confidence: z.enum(['observed', 'declared', 'inferred']).default('observed'),
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
  /** How long and how often discovery looked. Absent: once, at `capturedAt`. */
  window: windowSchema.optional(),
  /** Says where a shipped example came from; absent for an inventory of the reader's own. */
  note: text.optional(),
  hosts: z.array(hostFactsSchema),
  clusters: z.array(clusterFactsSchema),
  workloads: z.array(workload),
  dependencies: z.array(dependency),
  findings: z.array(finding),
  /** What `discover --active` tried; absent where nobody tried anything. */
  tried: triedSchema.optional(),
});

export type Inventory = z.infer<typeof inventorySchema>;
/** The peers that a unit's environment file names; nobody looked at the host itself. Not part of the artefact. */
export interface UnitEnvironment {
  host: string;
  unit: string;
  file: string;
  declares: HostUnit['declares'];
  /** Of the Compose project whose service the unit stands for; its calls are told by the project. */
  project?: string;
  /** Its container was seen to run. */
  isRunning?: boolean;
}
export type Workload = z.infer<typeof workload>;
export type Dependency = z.infer<typeof dependency>;
export type Evidence = z.infer<typeof evidence>;
export type Finding = z.infer<typeof finding>;
export type Position = Workload['position'];
export type WorkloadId = string;
