import { describe, expect, it } from 'vitest';
import { canonicalAddress } from '../../src/execute/checks/names.ts';
import { readCheck } from '../../src/execute/checks/index.ts';
import type { OperationContext } from '../../src/execute/handler.ts';
import { manual } from '../../src/execute/operations/manual.ts';
import type { OperationOf } from '../../src/plans/operation.ts';

const check = {
  check: 'name.resolves' as const,
  hostname: 'catalog.shop.internal',
  hosts: ['vm-a', 'vm-b'],
  addresses: ['192.0.2.99'],
};
const operation: OperationOf<'manual'> = { op: 'manual', instruction: 'edit DNS', done: [check] };

/** Hosts that are told these lines for any name, one answer after the other. */
function contextOf(...answers: Record<string, string>[]): OperationContext {
  let now = 0;
  const asked = new Map<string, number>();
  const script = async ({ name }: { name: string }, _: string, variables: Record<string, string>): Promise<object> => {
    expect(variables).toEqual({ names: check.hostname });
    const turn = asked.get(name) ?? 0;
    asked.set(name, turn + 1);
    const lines = answers[Math.min(turn, answers.length - 1)]?.[name] ?? '';
    return await Promise.resolve({ exitCode: 0, stdout: `name ${check.hostname}\n${lines}` });
  };
  const hosts = check.hosts.map((name) => ({ name, address: '10.0.0.1', port: 22, user: 'ops' }));
  const clock = { now: () => now, sleep: async (ms: number) => await Promise.resolve(((now += ms), true)) };
  const world = { estate: { hosts, ssh: {} }, ssh: { script }, clock };
  return { world, timeoutMs: 1, stamp: { step: 'retire-catalog/name' } } as unknown as OperationContext;
}
const told = (first: string, second = first): Record<string, string> => ({ 'vm-a': first, 'vm-b': second });

describe('what a person does', () => {
  it('is done when every host is told so', async () => {
    const context = contextOf(told('192.0.2.11\n'), told('192.0.2.11\n', '192.0.2.99\n'), told('192.0.2.99\n'));
    expect(await manual.probe(operation, context)).toEqual({ state: 'not-done' });
    expect(await manual.apply(operation, context)).toEqual(['done by hand: edit DNS']);
    expect(await manual.probe(operation, context)).toEqual({ state: 'done' });
    expect(await manual.preview(operation, context)).toMatchObject({ change: 'none', diff: 'edit DNS' });
  });

  it('is waited for a short while; then the run pauses and says what is to be done', async () => {
    const context = contextOf(told('192.0.2.11\n'));
    await expect(manual.apply(operation, context)).rejects.toMatchObject({
      code: 'MW1411',
      exit: 3,
      args: { step: 'retire-catalog/name', instruction: 'edit DNS', observed: expect.stringContaining('192.0.2.11') },
    });
    expect(context.world.clock.now()).toBe(20_000);
  });
});

describe('what a name resolves to', () => {
  it.each<[string, string, string[], string]>([
    ['yes', '192.0.2.99\n', ['192.0.2.99'], ''],
    ['yes', '192.0.2.98\n192.0.2.99\n', ['192.0.2.99', '192.0.2.98', '192.0.2.99'], ''],
    ['yes', '2001:db8::1\n', ['2001:DB8:0:0::1'], ''],
    ['no', '192.0.2.11\n192.0.2.99\n', ['192.0.2.99'], 'host vm-a is told 192.0.2.11, 192.0.2.99'],
    ['no', '', ['192.0.2.99'], 'host vm-a is told nothing'],
    ['no', 'rubbish; rm\n', ['192.0.2.99'], 'host vm-a is told nothing'],
  ])('is %s for %j', async (answer, stdout, addresses, why) => {
    const found = await readCheck({ ...check, addresses }, contextOf(told(stdout)).world);
    expect(found.answer).toBe(answer);
    expect('why' in found ? found.why : '').toContain(why);
  });

  it('names the host that is told something else', async () => {
    const found = await readCheck(check, contextOf(told('192.0.2.99', '192.0.2.11')).world);
    expect(found).toMatchObject({ answer: 'no', why: expect.stringContaining('host vm-b is told 192.0.2.11') });
  });

  it('is compared in one spelling', () => {
    expect(['::FFFF:192.0.2.1', '2001:0db8::0:1', '192.0.2.1'].map(canonicalAddress)).toEqual([
      '::ffff:c000:201',
      '2001:db8::1',
      '192.0.2.1',
    ]);
  });
});
