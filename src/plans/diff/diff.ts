import { canonicalJson } from '../canonical.ts';
import type { MigrationPlan, Stage, Step } from '../plan.ts';
import { type GateChange, gateChanges } from './gates.ts';
import { differencesOf, type ValueChange } from './values.ts';

export interface StepChange {
  step: string;
  change: 'added' | 'removed' | 'changed';
  /** Where it differs: its operations, checks, undo and all else but its hash and its gate. */
  changes: ValueChange[];
}

/** The difference of two plans, as a reviewer asks for it. */
export interface PlanDiff {
  /** True when applying either does the same: all but their digests and those of what they were made from agree. */
  same: boolean;
  stages: {
    added: { id: string; title: string; wave: number }[];
    removed: { id: string; title: string; wave: number }[];
    moved: { id: string; from: number; to: number }[];
    /** In both, and in another order among those that are in both. */
    reordered: { id: string; from: number; to: number }[];
    changed: { id: string; changes: ValueChange[] }[];
  };
  steps: StepChange[];
  gates: GateChange[];
  findings: ComeAndGone<MigrationPlan['findings'][number]>;
  exemptions: ComeAndGone<MigrationPlan['exempt'][number]>;
  deferrals: ComeAndGone<MigrationPlan['deferred'][number]>;
  /** Any other field of the plan. */
  others: ValueChange[];
}

interface ComeAndGone<T> {
  came: T[];
  went: T[];
}

/** What is different in `after`. */
export function diffPlans(before: MigrationPlan, after: MigrationPlan): PlanDiff {
  const pairs = pairsOf(before.stages, after.stages);
  return {
    same: sameWork(before, after),
    stages: stageChanges(before.stages, after.stages, pairs),
    steps: pairs.flatMap(([old, fresh]) => stepChanges(old.steps, fresh.steps)),
    gates: pairs.flatMap(([old, fresh]) => gatesOf(old, fresh)),
    findings: comeAndGone(before.findings, after.findings),
    exemptions: comeAndGone(before.exempt, after.exempt),
    deferrals: comeAndGone(before.deferred, after.deferred),
    others: differencesOf(restOf(before), restOf(after)),
  };
}

/** Whether two plans do the same and say the same; when and from which files they were made plays no part. */
export function sameWork(before: MigrationPlan, after: MigrationPlan): boolean {
  const workOf = ({ digest: _a, inputs: _b, ...work }: MigrationPlan): string => canonicalJson(work);
  return workOf(before) === workOf(after);
}

const restOf = ({ digest: _a, inputs: _b, stages: _c, findings: _d, exempt: _e, deferred: _f, ...rest }: MigrationPlan): object => rest;

function pairsOf(before: readonly Stage[], after: readonly Stage[]): [Stage, Stage][] {
  const fresh = new Map(after.map((stage) => [stage.id, stage]));
  return before.flatMap((stage): [Stage, Stage][] => {
    const now = fresh.get(stage.id);
    return now ? [[stage, now]] : [];
  });
}

function stageChanges(before: readonly Stage[], after: readonly Stage[], pairs: readonly [Stage, Stage][]): PlanDiff['stages'] {
  const [old, fresh] = [before, after].map((stages) => new Set(stages.map(({ id }) => id))) as [Set<string>, Set<string>];
  const short = ({ id, title, wave }: Stage): { id: string; title: string; wave: number } => ({ id, title, wave });
  const partsOf = ({ id: _a, wave: _b, steps: _c, gate: _d, ...rest }: Stage): object => rest;
  return {
    added: after.filter(({ id }) => !old.has(id)).map(short),
    removed: before.filter(({ id }) => !fresh.has(id)).map(short),
    moved: pairs.filter(([a, b]) => a.wave !== b.wave).map(([a, b]) => ({ id: a.id, from: a.wave, to: b.wave })),
    reordered: reordered(pairs.map(([{ id }]) => id), after.flatMap(({ id }) => (old.has(id) ? [id] : []))),
    changed: pairs.flatMap(([a, b]) => {
      const changes = [...differencesOf(partsOf(a), partsOf(b)), ...stepOrder(a, b)];
      return changes.length > 0 ? [{ id: a.id, changes }] : [];
    }),
  };
}

/** The order of the steps that are in both stages, where it is another. */
function stepOrder(before: Stage, after: Stage): ValueChange[] {
  const [old, fresh] = [before, after].map(({ steps }) => steps.map(({ id }) => id)) as [string[], string[]];
  const kept = (ids: readonly string[], others: readonly string[]): string[] => ids.filter((id) => others.includes(id));
  return differencesOf(kept(old, fresh), kept(fresh, old), 'order of steps');
}

/** Places (from 1) among the stages that are in both, of those that have another. */
function reordered(before: readonly string[], after: readonly string[]): PlanDiff['stages']['reordered'] {
  const placeNow = new Map(after.map((id, at) => [id, at + 1]));
  return before.flatMap((id, at) => {
    const to = placeNow.get(id) ?? at + 1;
    return to === at + 1 ? [] : [{ id, from: at + 1, to }];
  });
}

function stepChanges(before: readonly Step[], after: readonly Step[]): StepChange[] {
  const [old, fresh] = [before, after].map((steps) => new Map(steps.map((step) => [step.id, step]))) as [Map<string, Step>, Map<string, Step>];
  const partsOf = ({ id: _a, hash: _b, gate: _c, ...rest }: Step): object => rest;
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((step): StepChange[] => {
    const [was, is] = [old.get(step), fresh.get(step)];
    if (!was || !is) return [{ step, change: was ? 'removed' : 'added', changes: [] }];
    const changes = differencesOf(partsOf(was), partsOf(is));
    return changes.length > 0 ? [{ step, change: 'changed', changes }] : [];
  });
}

function gatesOf(before: Stage, after: Stage): GateChange[] {
  const fresh = new Map(after.steps.map((step) => [step.id, step]));
  const rungs = before.steps.flatMap((step) => {
    const now = fresh.get(step.id);
    return now ? gateChanges(step.id, step.gate, now.gate) : [];
  });
  return [...rungs, ...gateChanges(before.id, before.gate, after.gate)];
}

function comeAndGone<T>(before: readonly T[], after: readonly T[]): ComeAndGone<T> {
  const [old, fresh] = [before, after].map((some) => new Set(some.map((one) => canonicalJson(one)))) as [Set<string>, Set<string>];
  return {
    came: after.filter((one) => !old.has(canonicalJson(one))),
    went: before.filter((one) => !fresh.has(canonicalJson(one))),
  };
}
