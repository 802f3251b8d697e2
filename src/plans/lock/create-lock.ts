import { API_VERSION } from '../../estate/schema.ts';
import { canonicalJson } from '../canonical.ts';
import type { Gate } from '../gate.ts';
import { partsOf } from '../metric-parts.ts';
import type { Digest, Hash, MigrationPlan } from '../plan.ts';
import { dependedOn, type PlanBasis } from './depended-on.ts';
import { elsewhere } from './elsewhere.ts';
import { LOCK_FORMAT, type LockedFields, PLAN_VALID_DAYS, type PlanLock } from './lock.ts';

const DAY_MS = 86_400_000;

export interface LockInputs extends PlanBasis {
  plan: MigrationPlan;
  /** The version of meshway. */
  tool: string;
  /** When the plan is made, in milliseconds since 1970: the caller's clock. */
  nowMs: number;
  hash: Hash;
}

/** The lock file's content for a plan that is made now, from that estate and inventory. */
export function createLock(inputs: LockInputs): PlanLock {
  const { plan, estate, tool, nowMs, hash } = inputs;
  const validDays = estate.policy.planValidDays ?? PLAN_VALID_DAYS;
  const body: Omit<PlanLock, 'digest'> = {
    apiVersion: API_VERSION,
    kind: 'PlanLock',
    formatVersion: LOCK_FORMAT,
    plan: { id: plan.id, digest: plan.digest },
    createdAt: new Date(nowMs).toISOString(),
    expiresAt: new Date(nowMs + validDays * DAY_MS).toISOString(),
    made: { meshway: tool, provider: plan.provider, artifacts: artifactsOf(inputs) },
    objects: inOrder(new Map([...dependedOn(inputs)].map(([id, fields]) => [id, { fingerprint: fingerprintOf(fields, hash), fields }]))),
    elsewhere: inOrder(elsewhere(inputs, hash)),
    queries: queriesOf(plan),
  };
  const { apiVersion, kind, formatVersion, ...rest } = body;
  return { apiVersion, kind, formatVersion, digest: hash(canonicalJson(body)), ...rest };
}

/** Of the fields that a plan depends on, whatever their order. */
export const fingerprintOf = (fields: LockedFields, hash: Hash): Digest => hash(canonicalJson(fields));

/** The digest that a lock should carry. */
export function lockDigest(lock: PlanLock, hash: Hash): Digest {
  const { digest: _, ...body } = lock;
  return hash(canonicalJson(body));
}

function artifactsOf({ estate }: LockInputs): PlanLock['made']['artifacts'] {
  const artifacts = Object.entries(estate.provider.artifacts ?? {});
  return Object.fromEntries(artifacts.map(([name, { version, sha256 }]) => [name, { version, sha256 }]));
}

/** In the order of their names: the same inputs give the same file. */
const inOrder = <T>(things: ReadonlyMap<string, T>): Record<string, T> =>
  Object.fromEntries([...things].toSorted(([a], [b]) => (a < b ? -1 : 1)));

function queriesOf({ stages }: MigrationPlan): PlanLock['queries'] {
  return stages.flatMap(({ id, steps, gate }) => [
    ...steps.flatMap((step) => (step.gate ? asked(step.id, step.gate) : [])),
    ...asked(id, gate),
  ]);
}

const asked = (gate: string, { metrics }: Gate): PlanLock['queries'] =>
  metrics.flatMap((metric) => {
    const { name, subject } = metric;
    if (metric.test === 'errors' || metric.test === 'latency')
      return partsOf(metric).map(([part, query]) => ({ gate, name, subject: `${subject}: ${part}`, query }));
    const { query, total } = metric;
    return [{ gate, name, subject, query, ...(total !== undefined && { total }) }];
  });
