import { z } from 'zod';
import { planSchema, stageSchema, stepSchema } from '../plan.ts';

/** A use of a template, in the place of a step or a stage. */
const callSchema = z.strictObject({
  like: z.string(),
  /** A value for each placeholder. */
  with: z.record(z.string(), z.unknown()),
});

/** The plan as its file has it: with templates for what is alike. Unfolded it is a plan by `planSchema`, and only that is judged. */
export const planFileSchema = planSchema.extend({
  templates: z
    .strictObject({
      steps: z.record(z.string(), z.unknown()).optional(),
      stages: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
  stages: z.array(z.union([callSchema, stageSchema.extend({ steps: z.array(z.union([callSchema, stepSchema])).min(1) })])),
});
