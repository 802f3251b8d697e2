import { meshError } from '../../errors/index.ts';
import type { Answer } from '../../plans/check.ts';
import type { OperationOf } from '../../plans/operation.ts';
import { readCheck } from '../checks/index.ts';
import type { OperationHandler, World } from '../handler.ts';

/** How long a person who sits before it is waited for; whoever takes longer applies again. */
const WAIT_MS = 20_000;
const POLL_MS = 1_000;

/** The first check that does not hold, or yes. */
async function readAll({ done }: OperationOf<'manual'>, world: World): Promise<Answer> {
  for (const check of done) {
    const answer = await readCheck(check, world);
    if (answer.answer !== 'yes') return answer;
  }
  return { answer: 'yes' };
}

/** What a person does: it is said, and then only looked for. */
export const manual: OperationHandler<'manual'> = {
  async probe(operation, { world }) {
    return { state: (await readAll(operation, world)).answer === 'yes' ? 'done' : 'not-done' };
  },

  /** Nothing is kept: what was there before is what the inventory saw, and stands in the plan's way back. */
  async remember() {
    return await Promise.resolve([]);
  },

  async apply(operation, { world, stamp }) {
    const deadline = world.clock.now() + WAIT_MS;
    for (;;) {
      const answer = await readAll(operation, world);
      if (answer.answer === 'yes') return [`done by hand: ${operation.instruction}`];
      if (world.clock.now() >= deadline || !(await world.clock.sleep(POLL_MS)))
        throw meshError('MW1411', { step: stamp.step, instruction: operation.instruction, observed: answer.why });
    }
  },

  async preview(operation, { world }) {
    const answer = await readAll(operation, world);
    return { target: 'a person', change: answer.answer === 'yes' ? 'none' : 'run', diff: operation.instruction };
  },
};
