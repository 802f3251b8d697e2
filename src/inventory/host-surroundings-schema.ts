import { z } from 'zod';
import { port, shortText } from './schema-parts.ts';

/** What a host can fail to show, and for want of what. */
export const unseenSchema = z.strictObject({
  what: z.enum([
    'sockets',
    'socket-owners',
    'processes',
    'units',
    'environment',
    'addresses',
    'names',
    'connection-tracking',
    'firewall-rules',
  ]),
  /** `hidden-proc`: /proc is mounted so that processes of others do not show (`hidepid`, proc(5)). */
  why: z.enum(['no-root', 'no-tool', 'hidden-proc']),
});

const timer = z.strictObject({
  name: shortText,
  /** The unit that it starts. */
  starts: shortText,
  activeState: shortText,
  enabled: shortText,
  lastAt: z.iso.datetime().optional(),
  nextAt: z.iso.datetime().optional(),
});

/** A process that listens or talks and that no unit starts: nobody would start it again. */
const unownedProcess = z.strictObject({
  pid: z.int().min(1),
  process: shortText,
  user: shortText.optional(),
  /** The login that it was started from; absent where it belongs to none either. */
  session: shortText.optional(),
});

const end = z.strictObject({ address: shortText, port });

/**
 * A connection whose addresses the kernel of this host rewrites (conntrack(8)): as its client meant it, from `client` to `server`, and as
 * the one who answers sees it, from `seenClient` to `seenServer`.
 */
const translation = z.strictObject({ client: end, server: end, seenServer: end, seenClient: end });

const resolver = z.strictObject({
  /** Entries of the hosts file, but for the host's own loopback names. */
  hostsFile: z.array(z.strictObject({ address: shortText, names: z.array(shortText).max(64) })).max(1000),
  /** Where names are looked up and in which order, as the `hosts` line of nsswitch.conf says; empty without one. */
  order: z.array(shortText).max(32),
  search: z.array(shortText).max(32),
  options: z.array(shortText).max(32),
  /** Whom a stub of systemd-resolved asks. */
  upstreams: z.array(shortText).max(50),
});

const management = z.strictObject({
  program: shortText,
  protocol: z.enum(['tcp', 'udp']),
  address: shortText,
  port,
  /** Told by the name of its process, or by its well-known port alone. */
  by: z.enum(['process', 'port']),
});

const firewallOwner = z.strictObject({
  /** A program (`docker`, `firewalld`), or `unknown`. */
  owner: shortText,
  /** Chains, tables and units that tell. */
  signs: z.array(shortText).max(20),
});

const clock = z.strictObject({
  /** `outside`: the host is a container, and has no clock of its own. */
  source: z.enum(['chrony', 'systemd-timesyncd', 'ntpd', 'openntpd', 'outside', 'none', 'unknown']),
  synchronised: z.enum(['yes', 'no', 'unknown']),
});

const hardware = z.strictObject({
  processors: z.int().min(1).max(65_536),
  memoryTotalBytes: z.int().min(0),
  memoryAvailableBytes: z.int().min(0),
  /** Mean number of runnable and waiting processes over 1, 5 and 15 minutes (proc(5), loadavg). */
  load: z.tuple([z.number().min(0), z.number().min(0), z.number().min(0)]),
});

/** Facts of a host beside its services. Absent: nobody looked, as in inventories of earlier versions. */
export const beside = {
  unseen: z.array(unseenSchema).optional(),
  timers: z.array(timer).optional(),
  unowned: z.array(unownedProcess).optional(),
  /** Absent too where connections are tracked and could not be listed. */
  translations: z.array(translation).max(20_000).optional(),
  resolver: resolver.optional(),
  management: z.array(management).optional(),
  /** Absent too without root. */
  firewallOwners: z.array(firewallOwner).optional(),
  clock: clock.optional(),
  hardware: hardware.optional(),
};

export type HostTimer = z.infer<typeof timer>;
export type UnownedProcess = z.infer<typeof unownedProcess>;
export type Translation = z.infer<typeof translation>;
export type Unseen = z.infer<typeof unseenSchema>;
export type Resolver = z.infer<typeof resolver>;
export type ManagementPort = z.infer<typeof management>;
export type FirewallOwner = z.infer<typeof firewallOwner>;
export type ClockSource = z.infer<typeof clock>;
export type Hardware = z.infer<typeof hardware>;
