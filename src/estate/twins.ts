import { z } from 'zod';

/** Methods that a route can tell apart (Gateway API, `HTTPMethod`). */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'] as const;

/**
 * A path that a route matches as it stands: absolute, of plain characters, without empty or dotted elements, which the
 * Gateway API refuses (`HTTPPathMatch`).
 */
const pathPrefix = z
  .string()
  .max(1024)
  .regex(/^(\/|(\/[A-Za-z0-9_~!$&'()*+,;=:@.-]+)+\/?)$/, 'an absolute path of plain characters')
  .refine((path) => !path.split('/').some((part) => part === '.' || part === '..'), 'a path without `.` and `..`');

/** Some of the calls to a service: by method, by the beginning of the path, or by both. */
const callMatchSchema = z
  .strictObject({ method: z.enum(METHODS).optional(), path: pathPrefix.optional() })
  .refine(({ method, path }) => method !== undefined || path !== undefined, {
    error: 'a match needs a `method` or a `path`',
  });

/** The calls that one of several twins takes. */
export const callMatchesSchema = z.array(callMatchSchema).min(1).max(8);
export type CallMatch = z.infer<typeof callMatchSchema>;

/** An HTTPRoute has 16 rules at most (Gateway API), and one of them is for what no twin takes. */
export const MAX_TWINS = 15;

/**
 * The workloads that take over from a service's unit: none, one for all calls, or several, each for its part. Whoever asks for
 * a service's twins asks here.
 */
export function twinsOf<Ref extends object>({
  twin,
  twins = [],
}: {
  twin?: Ref | undefined;
  twins?: (Ref & { match: CallMatch[] })[] | undefined;
}): Ref[] {
  // The match is no part of where a workload is: what is said of it goes into checks field by field.
  return twin === undefined ? twins.map(({ match: _, ...ref }) => ref as unknown as Ref) : [twin];
}

/** Whether some call could go by either of two matches. A path is a prefix by its elements: `/a` takes `/a/b`, and not `/ab`. */
export function overlap(one: CallMatch, other: CallMatch): boolean {
  if (one.method !== undefined && other.method !== undefined && one.method !== other.method) return false;
  const [first, second] = [elements(one.path), elements(other.path)];
  return first.every((element, at) => second[at] === undefined || second[at] === element);
}

const elements = (path = '/'): string[] => path.split('/').filter((element) => element !== '');

/** A match in words: `GET /balances`. */
export const matchInWords = ({ method, path = '/' }: CallMatch): string => `${method ?? 'any method'} ${path}`;
