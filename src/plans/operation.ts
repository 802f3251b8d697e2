import { z } from 'zod';
import { checkSchema } from './check.ts';

/**
 * Operations: the changes of a step, as data. Never a closure, never a secret (only a reference to one),
 * so that a plan can be read, reviewed, hashed and carried out elsewhere.
 */
const kubeRef = z.strictObject({
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string(),
  name: z.string(),
});

/** A Kubernetes object as it is sent; `metadata.labels` and `annotations` get the ownership stamp at apply. */
const manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string() }),
});

/** What a file on a host holds: text, or a reference that apply resolves and no artefact ever contains. */
const content = z.union([
  z.strictObject({ text: z.string() }),
  /** No file but a directory: one that the proxy itself writes to. Parents that are missing are made for root. */
  z.strictObject({ directory: z.literal(true) }),
  z.strictObject({
    configMap: z.strictObject({ cluster: z.string(), namespace: z.string(), name: z.string(), key: z.string() }),
  }),
  z.strictObject({
    token: z.strictObject({
      cluster: z.string(),
      namespace: z.string(),
      serviceAccount: z.string(),
      audience: z.string(),
      expirationSeconds: z.int(),
    }),
  }),
]);

/** Absolute, below /var/lib/meshway or a unit of ours; no part of it is `.` or `..`. */
const hostPath = z
  .string()
  .regex(/^(\/var\/lib\/meshway(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+|\/etc\/systemd\/system\/meshway-[a-z-]+\.service)$/);
const hostUnit = z.string().regex(/^meshway-[a-z-]+\.service$/, 'a unit of meshway');

/** A unit of the estate and the ports it serves: whose callers are looked for, and what is stopped in the end. */
const retiring = {
  host: z.string(),
  unit: z.string().regex(/^(?!meshway-)[A-Za-z0-9:_.@-]{1,240}\.(service|socket|timer)$/, 'a unit of the estate'),
  ports: z.array(z.int().min(1).max(65_535)).min(1),
  /** The look-back. */
  seconds: z.int().min(1),
};

const hostFile = z.strictObject({
  path: hostPath,
  mode: z.string().regex(/^0[0-7]{3}$/),
  /** Numeric uid of owner and group. */
  owner: z.int().min(0),
  content,
});

/** Which connections of a host go through its proxy. */
const captureSpec = z.strictObject({
  proxyUid: z.int().min(1),
  inboundPorts: z.array(z.int()),
  /** The real sshd, monitoring, backup and probe ports: never captured, whatever `inboundPorts` says. */
  excludeInboundPorts: z.array(z.int()),
  excludeOutboundPorts: z.array(z.int()),
  inboundProxyPort: z.int(),
  outboundProxyPort: z.int(),
});

export const operationSchema = z.discriminatedUnion('op', [
  /** Creates an object that must not exist yet, or repairs one that is ours. */
  z.strictObject({ op: z.literal('kube.create'), cluster: z.string(), manifest }),
  /** Deletes an object that is ours; somebody else's pauses the run. */
  z.strictObject({ op: z.literal('kube.delete'), cluster: z.string(), ref: kubeRef }),
  /** Sets fields on an object that belongs to somebody else, by server-side apply under our field manager. */
  z.strictObject({
    op: z.literal('kube.set'),
    cluster: z.string(),
    ref: kubeRef,
    fields: z.record(z.string(), z.unknown()),
  }),
  /** Gives those fields back what they held before: the recorded pre-image. */
  z.strictObject({
    op: z.literal('kube.unset'),
    cluster: z.string(),
    ref: kubeRef,
    fields: z.record(z.string(), z.unknown()),
  }),
  /**
   * Sets the weights of one route, by the names of its backends, all in one update. They must add up to 100 over the backends of
   * each of its rules; a rule with one backend that all others have too is left as it is.
   */
  z.strictObject({
    op: z.literal('route.weights'),
    cluster: z.string(),
    ref: kubeRef,
    backends: z.array(z.strictObject({ name: z.string(), weight: z.int().min(0).max(100) })).min(1),
  }),
  /** Puts one binary of the estate's artifacts below /var/lib/meshway/artifacts/<sha256>/. */
  z.strictObject({
    op: z.literal('host.install'),
    host: z.string(),
    artifact: z.string(),
    version: z.string(),
    sha256: z.string(),
    source: z.string(),
  }),
  z.strictObject({ op: z.literal('host.files'), host: z.string(), files: z.array(hostFile).min(1) }),
  z.strictObject({
    op: z.literal('host.unit'),
    host: z.string(),
    unit: hostUnit,
    want: z.enum(['running', 'stopped']),
  }),
  /** Arms the dead-man switch, captures new connections, logs in anew, and confirms. One transaction. */
  z.strictObject({ op: z.literal('host.capture'), host: z.string(), capture: captureSpec, deadmanSeconds: z.int() }),
  z.strictObject({ op: z.literal('host.uncapture'), host: z.string() }),
  /** Asks the proxy to let its connections end, and waits until none is left. */
  z.strictObject({
    op: z.literal('host.drain'),
    host: z.string(),
    timeoutSeconds: z.int(),
    /** What is left then may end with the proxy: TCP has no word for an orderly end. Absent: it is waited for, and nothing is cut. */
    thenClose: z.literal(true).optional(),
  }),
  /** Removes files, units and directories of this workload's join, and what of ours is then unused. */
  z.strictObject({
    op: z.literal('host.remove'),
    host: z.string(),
    units: z.array(hostUnit),
    paths: z.array(hostPath),
  }),
  /** Waits for connections older than the capture to end; restarts the units that hold on to them. */
  z.strictObject({
    op: z.literal('host.recycle'),
    host: z.string(),
    unit: z.string(),
    /** Peers whose port this unit still calls past its proxy. */
    peers: z.array(z.strictObject({ address: z.string(), port: z.int() })).min(1),
    waitSeconds: z.int(),
  }),
  /**
   * Sees that nobody from outside the mesh reached a unit's ports for the look-back, by the host's own evidence.
   * `forgotten` takes away what was noted for that.
   */
  z.strictObject({ op: z.literal('host.quiet'), ...retiring, want: z.enum(['quiet', 'forgotten']) }),
  /** Looks once more, then disables and stops the unit for good. What it was before is kept on the host. */
  z.strictObject({ op: z.literal('host.retire'), ...retiring }),
  /** What a person does, outside of all that is reached from here; `done` tells that it was done. */
  z.strictObject({ op: z.literal('manual'), instruction: z.string().min(1), done: z.array(checkSchema).min(1) }),
]);

export type Operation = z.infer<typeof operationSchema>;
export type OperationKind = Operation['op'];
export type OperationOf<K extends OperationKind> = Extract<Operation, { op: K }>;
export type KubeRef = z.infer<typeof kubeRef>;
export type KubeManifest = z.infer<typeof manifest>;
export type HostFile = z.infer<typeof hostFile>;
export type FileContent = z.infer<typeof content>;
export type CaptureSpec = z.infer<typeof captureSpec>;

/** The host or cluster an operation changes, for messages and locks. */
export function targetOf(operation: Operation): string {
  if (operation.op === 'manual') return 'a person';
  return 'host' in operation ? `host ${operation.host}` : `cluster ${operation.cluster}`;
}
