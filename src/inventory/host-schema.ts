import { z } from 'zod';
import { beside } from './host-surroundings-schema.ts';
import { containersSchema } from './container-schema.ts';
import { port, shortText } from './schema-parts.ts';

/** A port that a process of a host takes connections or datagrams on. */
export const listener = z.strictObject({
  protocol: z.enum(['tcp', 'udp']),
  address: shortText,
  port,
  process: shortText.optional(),
  pid: z.int().optional(),
  unit: shortText.optional(),
});

/** One TCP connection, seen from the host. `direction` is the side that opened it. */
const flow = z.strictObject({
  /** Absent: established. One in TIME_WAIT has ended within the last minute, and the kernel no longer knows whose it was. */
  state: z.literal('time-wait').optional(),
  /** When it ended, by the host's own clock; where the kernel says how long it will still remember. */
  endedAt: z.iso.datetime().optional(),
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
  /** host:port pairs and URLs from its command line, environment and configuration files; never other values. */
  declares: z
    .array(z.strictObject({ host: shortText, port, from: z.enum(['command', 'environment', 'configuration']) }))
    .default([]),
  cgroup: shortText.optional(),
  /** systemd's `Restart=`. */
  restart: shortText.optional(),
  /** Of what it is ordered after: the network, the clock, and meshway's own units. */
  after: z.array(shortText).optional(),
  /** Timers, sockets and paths that start it. */
  triggeredBy: z.array(shortText).optional(),
});

export const hostFactsSchema = z.strictObject({
  name: shortText,
  /** When these facts were read. Absent: at `capturedAt`. */
  readAt: z.iso.datetime().optional(),
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
  /** Of one moment; with a window, a representative of each conversation that its samples saw. */
  flows: z.array(flow),
  /** What each hostname of the estate resolves to on this host; empty when nothing answers. */
  names: z.record(shortText, z.array(shortText)),
  /** Absent where the host has no container engine, and where nobody looked for one. */
  containers: containersSchema.optional(),
  ...beside,
});

export type HostFacts = z.infer<typeof hostFactsSchema>;
export type HostUnit = z.infer<typeof unit>;
export type Listener = z.infer<typeof listener>;
export type Flow = z.infer<typeof flow>;
export type { HostTimer, Translation, UnownedProcess } from './host-surroundings-schema.ts';
