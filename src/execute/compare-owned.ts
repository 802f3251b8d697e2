import { isMeshError } from '../errors/index.ts';
import type { RunState } from '../journal/run-state.ts';
import { type Operation, targetOf } from '../plans/operation.ts';
import type { MigrationPlan } from '../plans/plan.ts';
import type { DeedContext, Target } from './target.ts';

/** Something that a run did and that is not so any more, or cannot be told. */
export interface Difference {
  step: string;
  /** Which operation, and where. */
  what: string;
  /** `unknown`: the target did not say. */
  found: 'not-done' | 'partial' | 'foreign' | 'unknown';
  /** Who, or why nothing is known. */
  why?: string;
}

interface Done {
  step: string;
  timeoutMs: number;
  operation: Operation;
}

/**
 * The operations that stand: of those on the same thing only the last, since each weight undoes the one before, and the
 * last word on an object is not that of its creation. What only happened, such as a restart, does not stand. Pure.
 */
export function standingOperations(plan: MigrationPlan, state: RunState): Done[] {
  const last = new Map<string, Done>();
  for (const { id: step, timeoutMs, apply } of plan.stages.flatMap(({ steps }) => steps)) {
    if (state.steps.get(step)?.status !== 'done') continue;
    for (const operation of apply) {
      const thing = thingOf(operation);
      if (thing) last.set(JSON.stringify(thing), { step, timeoutMs, operation });
    }
  }
  return [...last.values()];
}

/** What an operation leaves behind, so that two with the same one follow on each other; nothing where it leaves nothing to look at. */
function thingOf(operation: Operation): unknown[] | undefined {
  switch (operation.op) {
    case 'kube.create': {
      const { cluster, manifest } = operation;
      return [cluster, manifest.kind, manifest.metadata.namespace, manifest.metadata.name];
    }
    case 'kube.delete':
    case 'route.weights':
      return [operation.cluster, operation.ref.kind, operation.ref.namespace, operation.ref.name];
    case 'kube.set':
    case 'kube.unset':
      return [operation.cluster, operation.ref, Object.keys(operation.fields).toSorted()];
    case 'host.install':
      return [operation.host, operation.artifact];
    case 'host.files':
      return [operation.host, operation.files.map(({ path }) => path)];
    case 'host.unit':
    case 'host.retire':
      return [operation.host, operation.unit];
    case 'host.capture':
    case 'host.uncapture':
      return [operation.host, 'capture'];
    default:
      return undefined;
  }
}

/** Asks every target whether what the run did is still so, and changes nothing. */
export async function compareOwned(
  plan: MigrationPlan,
  state: RunState,
  target: Target,
  stamp: Omit<DeedContext['stamp'], 'step'>,
): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const { step, timeoutMs, operation } of standingOperations(plan, state)) {
    const what = `${operation.op} on ${targetOf(operation)}`;
    try {
      const answer = await target.probe(operation, { timeoutMs, stamp: { ...stamp, step } });
      if (answer.state === 'done') continue;
      found.push({ step, what, found: answer.state, ...('who' in answer && { why: answer.who }) });
    } catch (error) {
      if (!isMeshError(error)) throw error;
      found.push({ step, what, found: 'unknown', why: `${error.code} ${error.causeText}` });
    }
  }
  return found;
}
