import { z } from 'zod';

/** Who may write. No plan depends on it, so it is left out of the estate's digest. */
export const writerPolicy = {
  /** How long the holder of a run that says nothing counts as alive, in seconds; 30 if not given. */
  leaseSeconds: z.int().min(3).max(900).optional(),
  /** A ValidatingAdmissionPolicy for each run, which refuses what a former holder would create. */
  admissionPolicy: z.boolean().optional(),
};
