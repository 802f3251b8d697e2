import { z } from 'zod';
import { port, shortText, text } from './schema-parts.ts';

const MAX_CONTAINERS = 1_000;

/** A name that a container engine takes for a container. */
const containerName = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,200}$/);

/**
 * A container on a host that no orchestrator owns, as its engine tells of it. Of its environment and arguments there is
 * nothing but who is to be called.
 */
export const container = z.strictObject({
  engine: z.enum(['docker', 'podman']),
  /** The first twelve digits, as `docker ps` prints them. */
  id: z.string().regex(/^[0-9a-f]{12}$/),
  name: containerName,
  image: shortText,
  /** In the engine's words: `running`, `exited`, … */
  state: shortText,
  /** The labels that Compose puts on what it starts. */
  compose: z.strictObject({ project: shortText, service: shortText }).optional(),
  /** `host`, `none`, `container:ID`, `default`, or the name of a network. */
  networkMode: shortText,
  networks: z.array(z.strictObject({ name: shortText, address: shortText })).max(256),
  /** Names that other containers on its networks know it by, besides its own. */
  aliases: z.array(shortText).max(256),
  /** What the engine forwards from the host: to `port` of the container, from `hostPort` at `hostAddress`. */
  ports: z
    .array(z.strictObject({ protocol: z.enum(['tcp', 'udp', 'sctp']), port, hostAddress: shortText, hostPort: port }))
    .max(1024),
  /** `no`, `always`, `unless-stopped`, `on-failure`; empty where the engine says nothing. */
  restartPolicy: shortText,
  /** Of its first process, on the host; 0 while it does not run. */
  pid: z.int().min(0),
  declares: z.array(z.strictObject({ host: shortText, port, from: z.enum(['command', 'environment']) })).max(400),
});

/** The containers of a host, and how far its engines were read. */
export const containersSchema = z.strictObject({
  engines: z
    .array(
      z.strictObject({
        name: z.enum(['docker', 'podman']),
        /** `idle`: installed, and no container of it runs; it was not asked, which would start it. */
        state: z.enum(['read', 'idle', 'unread']),
        /** Why it was not read, or what of it is missing. */
        reason: text.optional(),
      }),
    )
    .max(8),
  list: z.array(container).max(MAX_CONTAINERS),
});

export type Container = z.infer<typeof container>;
export type HostContainers = z.infer<typeof containersSchema>;
