import { commitPointOf, type MigrationPlan, type PlanOrder, type Stage, type Step } from '../../plans/plan.ts';
import { wavesOf } from '../../plans/positions.ts';

/** One wave of a plan, for a reader. */
export interface WaveFacts {
  wave: number;
  stages: Stage[];
  /** What joins in it and why here; absent for a wave of later moves. */
  join?: PlanOrder['joins'][number];
  time: TimeFacts;
}

/** How long something takes. */
export interface TimeFacts {
  /** Predicted seconds of the stages of which somebody predicts them; undefined where that is none. */
  seconds?: number;
  /** Stages that nobody predicts. */
  unpredicted: number;
  /** The least that gates watch, of stages and of rungs, in milliseconds. */
  watchedMs: number;
}

/** What a reviewer wants to know of a plan first. */
export interface PlanFacts {
  waves: WaveFacts[];
  steps: Step[];
  /** Steps that restart something, and steps that may end connections: all declared interruptions. */
  restarts: Step[];
  cuts: Step[];
  /** Steps that a person does. */
  byHand: Step[];
  commitPoints: Step[];
  time: TimeFacts;
}

/** Counts and lists of a plan. Pure. */
export function factsOf(plan: MigrationPlan): PlanFacts {
  const { stages, order } = plan;
  const steps = stages.flatMap((stage) => stage.steps);
  const inWave = Map.groupBy(stages, ({ wave }) => wave);
  return {
    waves: wavesOf(plan).map((wave) => waveOf(wave, inWave.get(wave) ?? [], order)),
    steps,
    restarts: steps.filter(({ interruption }) => interruption === 'restart'),
    cuts: steps.filter(({ interruption }) => interruption === 'connection-reset'),
    byHand: steps.filter(({ apply }) => apply.some(({ op }) => op === 'manual')),
    commitPoints: stages.flatMap((stage) => commitPointOf(stage) ?? []),
    time: timeOf(stages),
  };
}

function waveOf(wave: number, stages: Stage[], { joins }: PlanOrder): WaveFacts {
  const join = joins.find((one) => one.wave === wave);
  return { wave, stages, ...(join && { join }), time: timeOf(stages) };
}

function timeOf(stages: readonly Stage[]): TimeFacts {
  const predicted = stages.flatMap((stage) => expectedSeconds(stage) ?? []);
  const gates = stages.flatMap(({ gate, steps }) => [gate, ...steps.flatMap((step) => step.gate ?? [])]);
  return {
    ...(predicted.length > 0 && { seconds: predicted.reduce((sum, each) => sum + each, 0) }),
    unpredicted: stages.length - predicted.length,
    watchedMs: gates.reduce((sum, { bakeMs }) => sum + bakeMs, 0),
  };
}

/** What a plan predicts of a stage's time, in seconds; nobody predicts what a person does. */
export function expectedSeconds({ expects }: Stage): number | undefined {
  return expects.byHand === true ? undefined : expects.seconds;
}

/** What a stage is about: its id without its move, `catalog` of `join-catalog`. */
export function nameOf({ id, move }: Pick<Stage, 'id' | 'move'>): string {
  return id.startsWith(`${move}-`) ? id.slice(move.length + 1) : id;
}
