import { z } from 'zod';
import { labels, shortText } from './schema-parts.ts';

/** A WorkloadGroup: what VMs register by (networking.istio.io/v1). */
export const workloadGroupSchema = z.strictObject({
  namespace: shortText,
  name: shortText,
  /** What its entries are labelled with. */
  labels,
  /** What is asked of its members to know how they are; absent where nobody asks. */
  probe: z.enum(['http', 'tcp', 'exec', 'grpc', 'other']).optional(),
});

/** A WorkloadEntry: one registered VM, by itself or by hand. */
export const workloadEntrySchema = z.strictObject({
  namespace: shortText,
  name: shortText,
  address: shortText,
  /** The group it registered by itself under; absent for one made by hand. */
  group: shortText.optional(),
  labels,
  /** False when the control plane says that its proxy has gone. */
  connected: z.boolean(),
  /** What its condition `Healthy` says; `unknown` without one, which is normal where its group has no probe. */
  healthy: z.enum(['yes', 'no', 'unknown']),
});

/** A Lease that somebody holds: one of several copies has been elected to work. */
export const leaseSchema = z.strictObject({ namespace: shortText, name: shortText, holder: shortText });

export type WorkloadGroup = z.infer<typeof workloadGroupSchema>;
export type WorkloadEntry = z.infer<typeof workloadEntrySchema>;
export type Lease = z.infer<typeof leaseSchema>;
