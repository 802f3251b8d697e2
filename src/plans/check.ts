import { z } from 'zod';

/** A proxy that can be asked what it sees: one VM's, or those of all pods of a workload. */
export const proxyRefSchema = z.union([
  z.strictObject({ host: z.string() }),
  z.strictObject({ cluster: z.string(), namespace: z.string(), kind: z.string(), name: z.string() }),
]);

/** Checks: what must be observed. They read and never change anything; each answers yes, no, or cannot tell. */
export const checkSchema = z.discriminatedUnion('check', [
  /** The object exists and is ours. */
  z.strictObject({
    check: z.literal('kube.present'),
    cluster: z.string(),
    apiVersion: z.string(),
    kind: z.string(),
    namespace: z.string(),
    name: z.string(),
  }),
  z.strictObject({
    check: z.literal('kube.absent'),
    cluster: z.string(),
    apiVersion: z.string(),
    kind: z.string(),
    namespace: z.string(),
    name: z.string(),
  }),
  /** The route's parents report Accepted and ResolvedRefs for its present generation. */
  z.strictObject({ check: z.literal('route.accepted'), cluster: z.string(), namespace: z.string(), name: z.string() }),
  /** All replicas run the present template, are ready, and carry a proxy (or carry none). */
  z.strictObject({
    check: z.literal('workload.rolledOut'),
    cluster: z.string(),
    namespace: z.string(),
    kind: z.string(),
    name: z.string(),
    proxy: z.boolean(),
  }),
  /** The control plane has registered the host's proxy under this group. */
  z.strictObject({
    check: z.literal('entry.registered'),
    cluster: z.string(),
    namespace: z.string(),
    group: z.string(),
    address: z.string(),
  }),
  z.strictObject({
    check: z.literal('entry.absent'),
    cluster: z.string(),
    namespace: z.string(),
    group: z.string(),
    address: z.string(),
  }),
  /** The host's proxy is up and has its configuration. */
  z.strictObject({ check: z.literal('proxy.ready'), host: z.string() }),
  /** A new login works, by a new connection, with a name look-up. */
  z.strictObject({ check: z.literal('host.login'), host: z.string() }),
  /** The clocks of the host and of the cluster's API server are at most so far apart, whatever the time that asking took hides. */
  z.strictObject({
    check: z.literal('host.clock'),
    host: z.string(),
    cluster: z.string(),
    maxSkewSeconds: z.number().positive(),
  }),
  /** The certificate of the host's proxy is good for so many seconds more, and so is its token where renewals need one. */
  z.strictObject({
    check: z.literal('credential.outlives'),
    host: z.string(),
    seconds: z.int().min(1),
    token: z.literal(true).optional(),
  }),
  z.strictObject({ check: z.literal('host.captured'), host: z.string(), captured: z.boolean() }),
  /** Nothing of ours is left on the host. */
  z.strictObject({ check: z.literal('host.clean'), host: z.string() }),
  /** Every caller's own proxy has the backend with at least `healthy` healthy endpoints. */
  z.strictObject({
    check: z.literal('proxy.endpoints'),
    callers: z.array(proxyRefSchema),
    backend: z.string(),
    healthy: z.int().min(1),
  }),
  /** No caller's proxy knows one of these services any more. */
  z.strictObject({ check: z.literal('proxy.lacks'), callers: z.array(proxyRefSchema).min(1), hosts: z.array(z.string()).min(1) }),
  /**
   * By its own counts no caller's proxy has called a service of the mesh beyond these since it started, and of each caller one
   * started at least `seconds` ago. `*.` before a domain stands for all of it.
   */
  z.strictObject({
    check: z.literal('proxy.calls'),
    callers: z.array(proxyRefSchema).min(1),
    hosts: z.array(z.string()),
    seconds: z.int().min(1),
  }),
  /** No established connection to these peers goes past the host's proxy. */
  z.strictObject({
    check: z.literal('host.proxied'),
    host: z.string(),
    unit: z.string(),
    peers: z.array(z.strictObject({ address: z.string(), port: z.int() })),
  }),
  /** Each of these hosts, asked by its own resolver, is told exactly these addresses for the name. */
  z.strictObject({
    check: z.literal('name.resolves'),
    hostname: z.string(),
    hosts: z.array(z.string()).min(1),
    addresses: z.array(z.string()).min(1),
  }),
  /** A unit of the estate does not run, and no boot starts it. */
  z.strictObject({ check: z.literal('unit.retired'), host: z.string(), unit: z.string() }),
  /**
   * Nobody from outside the host is connected to these ports of a unit, and nobody was until a minute ago, by the host's
   * sockets. It sees a host that has no proxy; who calls less often it misses.
   */
  z.strictObject({
    check: z.literal('unit.unreached'),
    host: z.string(),
    unit: z.string(),
    ports: z.array(z.int().min(1).max(65_535)).min(1),
  }),
]);

export type Check = z.infer<typeof checkSchema>;
export type CheckKind = Check['check'];
export type CheckOf<K extends CheckKind> = Extract<Check, { check: K }>;
export type ProxyRef = z.infer<typeof proxyRefSchema>;

/** `unknown` is never taken for `yes`: a wait goes on, a gate is inconclusive. */
export type Answer = { answer: 'yes' } | { answer: 'no' | 'unknown'; why: string };
