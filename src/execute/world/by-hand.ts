import { meshError } from '../../errors/index.ts';
import type { OperationOf } from '../../plans/operation.ts';
import type { DeedContext } from '../target.ts';
import { answerIn } from './answer.ts';
import { MS } from './durations.ts';
import type { EstateModel } from './model.ts';

type ByHand = OperationOf<'manual'>;

/** The first check that does not hold, or nothing. */
export function missingByHand(model: EstateModel, { done }: ByHand): string | undefined {
  for (const check of done) {
    const answer = answerIn(model, check);
    if (answer.answer !== 'yes') return answer.why;
  }
  return undefined;
}

/** The model's person does what is asked of them, if they are there, and knows how to change a name. @throws MW1411 */
export async function actByHand(model: EstateModel, operation: ByHand, { stamp }: DeedContext): Promise<string[]> {
  await model.clock.sleep(model.isPersonAway ? 2 * MS.person : MS.person);
  for (const check of operation.done)
    if (check.check === 'name.resolves' && !model.isPersonAway) answerWith(model, check.hostname, check.addresses);
  model.changed();
  model.point();
  const observed = missingByHand(model, operation);
  if (observed !== undefined)
    throw meshError('MW1411', { step: stamp.step, instruction: operation.instruction, observed });
  return [`done by hand: ${operation.instruction}`];
}

function answerWith({ facts, state }: EstateModel, hostname: string, addresses: string[]): void {
  const before = new Set(facts.inventory.hosts.flatMap(({ names }) => names[hostname] ?? []));
  const isAsBefore = before.size === addresses.length && addresses.every((one) => before.has(one));
  if (isAsBefore) state.names.delete(hostname);
  else state.names.set(hostname, addresses);
}
