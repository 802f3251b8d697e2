import { expect, it } from 'vitest';
import { meshError } from '../../../src/errors/index.ts';
import { execute } from '../../../src/execute/local-executor.ts';
import { begin } from '../../../src/execute/open-run.ts';
import { factsOf } from '../../../src/execute/world/facts.ts';
import { MemoryJournal } from '../../../src/execute/world/memory-journal.ts';
import { modelTarget } from '../../../src/execute/world/model-target.ts';
import { EstateModel } from '../../../src/execute/world/model.ts';
import { shopEstate, shopInventory, shopPlan } from '../../fakes/shop.ts';

/** Applies the first stage of the shop in the model. @param told what the target does when a bake begins */
async function apply(told: (order: string[]) => void): Promise<string[]> {
  const model = new EstateModel(factsOf(shopEstate(), shopInventory()), 0);
  const journal = new MemoryJournal(model, 'shop-1');
  const plan = shopPlan();
  const order: string[] = [];
  await begin(journal, { tool: 'test', now: model.clock.now }, plan, {
    direction: 'forward',
    to: 'join-web',
    commit: true,
  });
  const target = {
    ...modelTarget(model),
    begin: async () => {
      order.push('remembered');
      await Promise.resolve();
      told(order);
    },
  };
  const watch = ({ event }: { event: string }): void => void (event.startsWith('gate.') && order.push(event));
  const end = execute({ plan, journal, target, watch, interrupt: new AbortController().signal, waiting: model.clock });
  await end.catch(() => undefined);
  return order;
}

it('a source without a memory is asked when a bake begins, before the first look', async () => {
  expect((await apply(() => undefined)).slice(0, 3)).toEqual(['gate.baking', 'remembered', 'gate.asked']);
});

it('one that gives no answer then stops nothing: the gate has no data', async () => {
  const strike = (): never => {
    throw meshError('MW1831', { proxy: 'host vm-a', reason: 'gone' });
  };
  expect((await apply(strike)).slice(0, 3)).toEqual(['gate.baking', 'remembered', 'gate.asked']);
});
