import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { say } from '../../src/commands/migrate/_say.ts';
import { requestBox } from '../../src/journal/request-box.ts';
import { planOf } from '../fakes/plan.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'say-'));
});
afterEach(() => rm(directory, { recursive: true }));

const plan = planOf([{ steps: 1 }]);

describe('what is said to a run', () => {
  it('is heard when it is as long as may be', async () => {
    await say(directory, plan, { action: 'pause', by: 'b'.repeat(200), why: 'w'.repeat(500) });
    expect(await requestBox(directory, plan).waiting()).toHaveLength(1);
  });

  it.each([
    ['a reason that is too long', { by: 'ann', why: 'w'.repeat(501) }, '--reason'],
    ['a reason that is empty', { by: 'ann', why: '' }, '--reason'],
    ['a name that is too long', { by: 'b'.repeat(201), why: 'a test' }, '--by'],
  ])('is refused for %s, which no run would take', async (_, said, flag) => {
    await expect(say(directory, plan, { action: 'abort', ...said })).rejects.toMatchObject({
      code: 'MW1001',
      causeText: expect.stringContaining(flag) as string,
    });
    expect(await requestBox(directory, plan).waiting()).toEqual([]);
  });
});
