import { z } from 'zod';

/**
 * The parts of SARIF 2.1.0 that an assessment uses, strictly: a field that is not here is refused. After the specification's
 * sections: sarifLog 3.13, run 3.14, toolComponent 3.19, reportingDescriptor 3.49, result 3.27, location 3.28.
 */
const text = z.strictObject({ text: z.string().min(1) });
const bag = z.record(z.string(), z.unknown());

/** In a message text braces come in pairs, and brackets and backslashes only after a backslash (3.11.5, 3.11.6). */
const message = z.strictObject({
  text: z.string().regex(/^([^[\]\\{}]|\\[[\]\\]|\{\{|\}\})+$/, 'a brace, bracket or backslash that is not escaped'),
});

const rule = z.strictObject({
  id: z.string().min(1),
  shortDescription: text,
  fullDescription: text.optional(),
  help: text.optional(),
});

const location = z.strictObject({
  physicalLocation: z.strictObject({
    artifactLocation: z.strictObject({
      uri: z.string().regex(/^(file:\/\/)?[A-Za-z0-9._~!*'()%/-]+$/, 'a URI reference'),
    }),
    region: z.strictObject({ startLine: z.int().min(1) }),
  }),
  logicalLocations: z
    .array(z.strictObject({ fullyQualifiedName: z.string().min(1), kind: z.literal('resource') }))
    .length(1),
});

const suppression = z.strictObject({
  kind: z.literal('external'),
  status: z.literal('accepted'),
  justification: z.string().min(1),
  properties: bag,
});

const result = z
  .strictObject({
    ruleId: z.string().min(1),
    ruleIndex: z.int().min(0),
    kind: z.enum(['fail', 'open']),
    level: z.enum(['none', 'note', 'warning', 'error']),
    message,
    locations: z.array(location).length(1),
    partialFingerprints: z.record(z.string(), z.string()).optional(),
    properties: bag.optional(),
    /** 3.27.23 and 3.35. */
    suppressions: z.array(suppression).optional(),
  })
  // Any kind but fail has the level none (3.27.10).
  .refine(({ kind, level }) => (kind === 'fail') === (level !== 'none'), 'kind and level contradict each other');

const run = z
  .strictObject({
    tool: z.strictObject({
      driver: z.strictObject({ name: z.string().min(1), version: z.string().min(1), rules: z.array(rule) }),
    }),
    columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
    properties: bag,
    results: z.array(result),
  })
  .refine(
    ({ tool: { driver }, results }) =>
      new Set(driver.rules.map(({ id }) => id)).size === driver.rules.length &&
      results.every(({ ruleId, ruleIndex }) => driver.rules[ruleIndex]?.id === ruleId),
    'rules and results do not match',
  )
  .refine(
    ({ results }) => new Set(results.map(({ suppressions }) => suppressions === undefined)).size < 2,
    'some results say whether they are suppressed, and others do not',
  );

export const sarifSchema = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.array(run).length(1),
});
