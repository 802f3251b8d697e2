import { z } from 'zod';
import { shortText } from './schema-parts.ts';

/** The time over which discovery looked. */
const span = {
  /** When the first sample began. */
  from: z.iso.datetime(),
  /** When the last sample began. */
  to: z.iso.datetime(),
  samples: z.int().min(1),
  /** In how many of the samples a host could not be read, by its name; a host that always could is not listed. */
  failed: z.record(shortText, z.int().min(1)),
};

const runWindow = z.strictObject({
  /** The beginning of the digest of the inventory that the run wrote: who merges it again adds nothing. */
  id: shortText,
  ...span,
});

export const windowSchema = z.strictObject({
  ...span,
  /** The runs that were merged, oldest first. Absent: one run. */
  runs: z.array(runWindow).min(1).optional(),
});

export type Window = z.infer<typeof windowSchema>;
/** One run of discovery: one moment, or a window of samples. */
export type RunWindow = z.infer<typeof runWindow>;
