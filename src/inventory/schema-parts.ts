import { z } from 'zod';

/** What came from a host or a cluster has a limit, whatever it is. */
export const text = wellFormed(4096);
export const shortText = wellFormed(512);
export const port = z.int().min(0).max(65535);
export const labels = z.record(z.string().max(320), wellFormed(256));

/** Text of so many characters at most. Half a surrogate pair is U+FFFD, as UTF-8 decoders have it: nothing else of an inventory is lost. */
function wellFormed(limit: number): z.ZodString {
  return z
    .string()
    .max(limit)
    .overwrite((one) => one.toWellFormed());
}
