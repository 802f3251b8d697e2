import { isMeshError, meshError } from '../errors/index.ts';
import type { Check } from '../plans/check.ts';
import { type Operation, targetOf } from '../plans/operation.ts';
import type { Step } from '../plans/plan.ts';
import type { ProbeResult } from './handler.ts';
import type { DeedContext, Target } from './target.ts';

/** How often a check that does not hold yet is read again. */
const POLL_MS = 500;

type Direction = 'apply' | 'revert';

/**
 * Carries out one step in one direction: what it requires, its operations, what must be observed afterwards.
 * May be called again after a crash at any instant: what is done is seen and left alone. Returns what was observed.
 */
export async function runStep(
  step: Step,
  direction: Direction,
  target: Target,
  context: DeedContext,
): Promise<string[]> {
  await waitFor(direction === 'apply' ? step.require : step.requireRevert, step, target);
  const observed: string[] = [];
  for (const operation of operationsOf(step, direction))
    observed.push(...(await runOperation(operation, direction, target, context)));
  await waitFor(direction === 'apply' ? step.verify : step.verifyRevert, step, target);
  return observed;
}

export function operationsOf(step: Step, direction: Direction): Operation[] {
  if (direction === 'apply') return step.apply;
  return step.revert === 'irreversible' ? [] : step.revert;
}

/** Asks, keeps what was there before, and acts: in this order, and only if there is something to do. */
async function runOperation(
  operation: Operation,
  direction: Direction,
  target: Target,
  context: DeedContext,
): Promise<string[]> {
  const found = await target.probe(operation, context).catch((error: unknown): ProbeResult => {
    // On the way back a route that somebody deleted routes nothing any more: what is published next is taken away too.
    if (direction === 'revert' && operation.op === 'route.weights' && isMeshError(error, 'MW1210'))
      return { state: 'done' };
    throw error;
  });
  if (found.state === 'foreign')
    throw meshError('MW1407', { object: `${operation.op} on ${targetOf(operation)}`, owner: found.who });
  if (found.state === 'done') return [`${operation.op}: already so`];
  if (direction === 'apply') await target.remember(operation, context);
  return await target.act(operation, context);
}

/** What the target says of an interrupted step: the least finished of its operations, and a stranger before all. */
export async function askTarget(
  step: Step,
  direction: Direction,
  target: Target,
  context: DeedContext,
): Promise<ProbeResult> {
  const answers: ProbeResult[] = [];
  for (const operation of operationsOf(step, direction)) answers.push(await target.probe(operation, context));
  const foreign = answers.find(({ state }) => state === 'foreign');
  if (foreign) return foreign;
  const states = new Set(answers.map(({ state }) => state));
  if (states.size === 0 || (states.size === 1 && states.has('done'))) return { state: 'done' };
  return { state: states.size === 1 && states.has('not-done') ? 'not-done' : 'partial' };
}

/** Where the pre-images of a step will be, known before anything is written: part of its intent. */
export function preImagePlaces(step: Step, run: string): string[] {
  return [
    ...new Set(
      step.apply
        .filter(({ op }) => op !== 'manual')
        .map(
          (operation) =>
            `${targetOf(operation)}: ${'host' in operation ? `/var/lib/meshway/runs/${run}` : `Secret meshway-${run}`}`,
        ),
    ),
  ];
}

/** Reads the checks again and again until all hold. Unknown is waited for like no. @throws MW1402 */
export async function waitFor(
  checks: readonly Check[],
  step: Pick<Step, 'id' | 'timeoutMs'>,
  target: Pick<Target, 'clock' | 'read'>,
): Promise<void> {
  const deadline = target.clock.now() + step.timeoutMs;
  for (const check of checks) {
    for (let answer = await target.read(check); answer.answer !== 'yes'; answer = await target.read(check)) {
      if (target.clock.now() >= deadline) throw late(step, check, answer.why);
      await target.clock.sleep(POLL_MS);
    }
  }
}

function late(step: Pick<Step, 'id' | 'timeoutMs'>, check: Check, observed: string): Error {
  return meshError('MW1402', { step: step.id, check: check.check, seconds: step.timeoutMs / 1000, observed });
}
