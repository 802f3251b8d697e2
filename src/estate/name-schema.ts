import { z } from 'zod';

export const ipLiteral = z.union([z.ipv4(), z.ipv6()]);

/**
 * Who answers for a retired service's name: another address, by an edit of DNS that a person makes (`dns`), or nobody
 * (`kept`): the record stays, and the mesh's own objects serve every caller that is in it.
 */
export const retireSchema = z.discriminatedUnion(
  'name',
  [
    z.strictObject({ name: z.literal('dns'), answers: z.array(ipLiteral).min(1) }),
    z.strictObject({ name: z.literal('kept') }),
  ],
  { error: '`name` is dns (with `answers`) or kept' },
);

/** What a name is to answer once its service has moved by an edit of DNS: where the twin is reached. */
export const switchSchema = z.strictObject({ answers: z.array(ipLiteral).min(1) });
