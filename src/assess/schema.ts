import { z } from 'zod';
import { API_VERSION } from '../estate/schema.ts';

/** The assessment: what stands in the way of a migration, as an artefact. Everything in it may quote a host or a cluster. */
const level = z.enum(['error', 'warning', 'info', 'unknown']);

const assessFinding = z.strictObject({
  /** The check that found it. */
  check: z.string(),
  code: z.string(),
  /** `unknown`: nothing that was read decides it. */
  level,
  /** A host, a service, a cluster, or the id of a workload or another object. */
  subject: z.string(),
  /** What was seen. */
  evidence: z.string(),
  cause: z.string(),
  fix: z.string(),
  /** Who is to act: who owns the services that it concerns, or answers for the exemption that it is about. */
  owners: z.array(z.string()).optional(),
});

/** A finding that the exemption register accepts until a day. */
const waivedFinding = z.strictObject({
  ...assessFinding.shape,
  waiver: z.strictObject({ reason: z.string(), owner: z.string(), expires: z.string() }),
});

const check = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** `moot`: what it looks for cannot happen here, for the reason in `because`. `clear` says no more than that nothing was found. */
  outcome: z.enum(['found', 'clear', 'unknown', 'moot']),
  because: z.string().optional(),
});

const readiness = z.enum(['ready', 'work', 'blocked', 'exempt']);

const workloadReadiness = z.strictObject({
  id: z.string(),
  service: z.string(),
  role: z.enum(['primary', 'twin']),
  platform: z.enum(['vm', 'kubernetes']),
  mesh: z.enum(['off', 'on']),
  readiness,
  /** How many findings of each level concern it. */
  errors: z.int(),
  warnings: z.int(),
  unknown: z.int(),
  /** How many that concern it are waived, of any level. */
  waived: z.int(),
});

/** An entry of the exemption register of the estate. */
const registered = z.strictObject({
  kind: z.enum(['caller', 'waiver']),
  what: z.string(),
  reason: z.string(),
  owner: z.string().optional(),
  expires: z.string().optional(),
  state: z.enum(['holds', 'expired']),
});

const parityRow = z.strictObject({
  row: z.string(),
  state: z.enum(['found', 'missing', 'unknown']),
  /** What was found, or why nothing is known. */
  what: z.string(),
  /** What would close it, and who provides it; empty where nothing is open. */
  closes: z.string(),
});

const parityCard = z.strictObject({
  workload: z.string(),
  found: z.int(),
  missing: z.int(),
  unknown: z.int(),
  rows: z.array(parityRow),
});

export const assessmentSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('Assessment'),
  estate: z.string(),
  /** When the inventory was taken. */
  capturedAt: z.iso.datetime(),
  /** The worst of the workloads that are not exempt. */
  readiness,
  checks: z.array(check),
  findings: z.array(assessFinding),
  waived: z.array(waivedFinding),
  exemptions: z.array(registered),
  workloads: z.array(workloadReadiness),
  parity: z.array(parityCard),
});

export type Assessment = z.infer<typeof assessmentSchema>;
export type AssessFinding = z.infer<typeof assessFinding>;
/** A finding before its check puts its id on it. */
export type Draft = Omit<AssessFinding, 'check'>;
export type RegisteredExemption = z.infer<typeof registered>;
export type WaivedFinding = z.infer<typeof waivedFinding>;
export type CheckResult = z.infer<typeof check>;
export type Readiness = z.infer<typeof readiness>;
export type WorkloadReadiness = z.infer<typeof workloadReadiness>;
export type ParityCard = z.infer<typeof parityCard>;
export type ParityRow = z.infer<typeof parityRow>;
