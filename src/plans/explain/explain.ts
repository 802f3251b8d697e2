import { isMeshError, meshError } from '../../errors/index.ts';
import { commitPointOf, type MigrationPlan, type Stage, type Step } from '../plan.ts';
import { rightsOfCheck } from '../rights/checks.ts';
import { rightsOfStep } from '../rights/of-plan.ts';
import { resourceOf } from '../rights/resources.ts';
import type { KubeRight, Right } from '../rights/right.ts';
import { hostNeeds } from '../rights/rules.ts';
import { restsOn } from './before.ts';
import { callerWords } from './callers.ts';
import { describeCheck, describeGate } from './check-words.ts';
import { nearest } from './nearest.ts';
import { operationWords, touchedBy, type Touched } from './operation-words.ts';
import { reasonsOfStage, reasonsOfStep } from './reasons.ts';

/** One part of a plan, explained to who has to sign it. */
export interface Explanation {
  kind: 'step' | 'stage' | 'wave';
  id: string;
  /** Why it is there, and there. */
  why: string[];
  /** The steps of a stage, the stages of a wave; none of a step. */
  parts: string[];
  touches: Touched;
  needs: {
    /** Steps before it that it rests on. */
    steps: string[];
    /** What must be seen before anything is changed. */
    checks: string[];
    rights: string[];
  };
  /** What it does to traffic. */
  traffic: string[];
  watched: string[];
  undo: string[];
  /** Until when it can be undone. */
  until: string;
}

/** Explains a step (`join-web/enrol`), a stage (`join-web`) or a wave (`wave-2`). @throws MW1385 with the nearest names */
export function explain(plan: MigrationPlan, name: string): Explanation {
  const step = plan.stages.flatMap((stage) => stage.steps.map((one) => ({ stage, one }))).find(({ one }) => one.id === name);
  if (step) return explainStep(plan, step.stage, step.one);
  const stage = plan.stages.find(({ id }) => id === name);
  if (stage) return explainStage(plan, stage);
  const wave = Number(/^(?:wave[- ]?)?(\d{1,6})$/.exec(name)?.[1]);
  const stages = plan.stages.filter((one) => one.wave === wave);
  if (stages.length > 0) return explainWave(plan, wave, stages);
  throw meshError('MW1385', { name: name.slice(0, 200), plan: plan.id, nearest: nearest(name, namesIn(plan)).join(', ') });
}

function namesIn({ stages }: MigrationPlan): string[] {
  return stages.flatMap(({ id, wave, steps }) => [id, `wave-${wave}`, ...steps.map((step) => step.id)]);
}

function explainStep(plan: MigrationPlan, stage: Stage, step: Step): Explanation {
  const parts = partsOf(plan, [step]);
  return {
    kind: 'step',
    id: step.id,
    why: [...reasonsOfStep(plan, stage, step), ...callerWords(plan, [step])],
    parts: [],
    ...parts,
    traffic: [...parts.traffic, `what its stage can hurt: ${stage.blastRadius}`],
    watched: [
      ...step.verify.map((check) => `right after it: ${describeCheck(check)}`),
      ...(step.gate ? describeGate(step.id, step.gate) : []),
      ...describeGate(stage.id, stage.gate),
    ],
    until: untilOf(plan, [step]),
  };
}

function explainStage(plan: MigrationPlan, stage: Stage): Explanation {
  const { id, steps, gate, blastRadius } = stage;
  const parts = partsOf(plan, steps);
  return {
    kind: 'stage',
    id,
    why: [...reasonsOfStage(plan, stage), ...callerWords(plan, steps), ...steps.map((step) => `${step.action}: ${step.reason}`)],
    parts: steps.map((step) => step.id),
    ...parts,
    traffic: [`what it can hurt: ${blastRadius}`, ...parts.traffic],
    watched: [...steps.flatMap((step) => (step.gate ? describeGate(step.id, step.gate) : [])), ...describeGate(id, gate), ...measureWords(stage)],
    until: untilOf(plan, steps),
  };
}

const measureWords = ({ id, measure }: Stage): string[] =>
  measure
    ? [`once ${id} is done: ${measure.proxies.map(({ subject }) => subject).join(', ')} are measured, for what the mesh adds to a call and needs of the CPU; nothing waits for it`]
    : [];

function explainWave(plan: MigrationPlan, wave: number, stages: readonly Stage[]): Explanation {
  const steps = stages.flatMap((stage) => stage.steps);
  const own = plan.order.joins.filter((one) => one.wave === wave);
  const parts = partsOf(plan, steps);
  return {
    kind: 'wave',
    id: `wave-${wave}`,
    why: [
      ...own.map(
        ({ services, workloads, requestsPerSecond, share }) =>
          `joining: ${services.join(', ')}; ${workloads} workload(s), ${requestsPerSecond} requests per second, ${Math.round(share * 100)} % of what is known`,
      ),
      ...own.flatMap(({ why }) => why),
      ...stages.flatMap((stage) => reasonsOfStage(plan, stage)),
    ].filter((line, index, all) => all.indexOf(line) === index),
    parts: stages.map(({ id }) => id),
    ...parts,
    traffic: [...stages.map(({ id, blastRadius }) => `${id} can hurt: ${blastRadius}`), ...parts.traffic],
    watched: stages.flatMap(({ id, gate }) => describeGate(id, gate)),
    until: untilOf(plan, steps),
  };
}

function partsOf(plan: MigrationPlan, steps: readonly Step[]): Pick<Explanation, 'touches' | 'needs' | 'traffic' | 'undo'> {
  const interrupting = steps.filter(({ interruption }) => interruption !== 'none');
  return {
    touches: touchedBy(steps.flatMap(({ apply }) => apply)),
    needs: {
      steps: restsOn(plan, steps).map(({ id }) => id),
      checks: [...new Set(steps.flatMap((step) => step.require.map(describeCheck)))],
      rights: rightWords(steps.flatMap((step) => [...rightsOfStep(step), ...step.require.flatMap(rightsOfCheck)])),
    },
    traffic:
      interrupting.length === 0
        ? ['interrupts nothing']
        : interrupting.map(({ id, interruption, interruptionDetail }) => `${id} [${interruption}]: ${interruptionDetail ?? ''}`),
    undo: steps.toReversed().flatMap(undoOf),
  };
}

function undoOf({ id, revert, requireRevert }: Step): string[] {
  if (revert === 'irreversible') return [`${id} cannot be undone`];
  if (revert.length === 0) return [`${id} leaves nothing that could be undone`];
  return [...requireRevert.map((check) => `${id}, before: ${describeCheck(check)}`), ...operationWords(revert)];
}

/** A way back goes over all that comes after it, and stops at the first commit point that was done. */
function untilOf({ stages }: MigrationPlan, steps: readonly Step[]): string {
  const all = stages.flatMap((stage) => stage.steps);
  const from = Math.min(...steps.map((step) => all.indexOf(step)));
  const points = new Set(stages.flatMap((stage) => commitPointOf(stage) ?? []));
  const point = all.slice(from).find((step) => points.has(step));
  return point ? `until ${point.id} is done: rollback over it is refused (MW1406)` : 'at any time, also after the run has ended';
}

/** Each right in a line; of a kind that nobody here knows, that. */
function rightWords(rights: readonly Right[]): string[] {
  const asked = rights.filter((right): right is KubeRight => right.on === 'cluster');
  const byObject = Map.groupBy(asked, (right) => `${resourceWord(right)}${right.name === undefined ? '' : ` ${right.name}`} in ${right.namespace ?? 'no namespace'} (cluster ${right.cluster})`);
  const inClusters = [...byObject].map(([object, own]) => `${[...new Set(own.map(({ verb }) => verb))].toSorted().join(', ')} ${object}`);
  const how = { login: 'a login', script: 'root', upload: 'root to upload' };
  return [
    ...inClusters.toSorted(),
    ...hostNeeds(rights).map(({ host, as }) => `on ${host}: ${as.map((one) => how[one]).join(', ')}`),
  ];
}

function resourceWord(right: KubeRight): string {
  try {
    const { group, resource } = resourceOf(right);
    return group === '' ? resource : `${resource}.${group}`;
  } catch (error) {
    if (isMeshError(error, 'MW1386')) return `${right.kind} (${right.apiVersion})`;
    throw error;
  }
}
