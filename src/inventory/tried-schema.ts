import { z } from 'zod';
import { port, shortText, text } from './schema-parts.ts';

/**
 * What `mesh discover --active` tried, beside what discovery saw. A try starts at a host, by its name, or in a pod of a
 * workload, by the workload's id. It sends nothing but a TCP handshake or a lookup.
 */
const source = z.string().max(1024);

/** Protocols that a server's first bytes may tell. `other`: it spoke first, and nothing known begins so. */
const serverKinds = ['SMTP', 'FTP', 'POP3', 'IMAP', 'MySQL', 'SSH', 'other'] as const;
/** Of these the clients speak first, whatever a server sends unasked: its settings, an alert, a refusal. */
export const clientKinds = ['HTTP', 'HTTP/2', 'TLS', 'Redis'] as const;

const banner = z.strictObject({
  /** How many bytes came while the client said nothing; 0 for a silent server. */
  bytes: z.int().min(0).max(4096),
  kind: z.enum([...serverKinds, ...clientKinds]).optional(),
  /** The first printable characters; absent where they may be a secret. */
  text: z.string().max(40).optional(),
});

const connection = z.strictObject({
  from: source,
  address: shortText,
  port,
  /** The nodes, by id, that answer there as far as the inventory knows. */
  for: z.array(z.string().max(1024)).min(1).max(64),
  /** `unknown`: it could not be tried, or its end could not be told, for `reason`. */
  outcome: z.enum(['open', 'refused', 'timeout', 'unreachable', 'no-name', 'unknown']),
  /** The program that tried. */
  tool: shortText.optional(),
  reason: text.optional(),
  /** Of an open connection at which somebody listened for some seconds and said nothing. */
  banner: banner.optional(),
});

const lookup = z.strictObject({
  from: source,
  name: shortText,
  /** Empty when nothing answers; absent where it could not be asked, for `reason`. */
  answers: z.array(shortText).max(64).optional(),
  reason: text.optional(),
});

const clock = z.strictObject({
  cluster: shortText,
  /** This machine's clock minus the API server's, in milliseconds: at least this much, and at most that. */
  leastMs: z.number(),
  mostMs: z.number(),
});

export const triedSchema = z.strictObject({
  at: z.iso.datetime(),
  connections: z.array(connection),
  lookups: z.array(lookup),
  clocks: z.array(clock),
});

export type Tried = z.infer<typeof triedSchema>;
export type TriedConnection = z.infer<typeof connection>;
export type TriedLookup = z.infer<typeof lookup>;
export type TriedClock = z.infer<typeof clock>;
export type Banner = z.infer<typeof banner>;
