import { describe, expect, it } from 'vitest';
import { throughCommitPoint } from '../../src/commands/migrate/_commit.ts';
import type { RunRequest } from '../../src/commands/migrate/_run.ts';
import { meshError } from '../../src/errors/index.ts';

const request = {
  goal: { direction: 'forward', to: null },
  adopt: 'shop-1',
  mode: 'text',
  isTty: true,
} as unknown as RunRequest;
const stopped = meshError('MW1412', { step: 'retire-catalog/stop', stage: 'retire-catalog', reason: 'it ends' });
const done = { run: 'shop-1', plan: 'shop', goal: 'end' };

/** A run that stops at its commit point unless it may pass it, and an operator who answers. */
function means(answer: boolean, failure: Error = stopped) {
  const runs: RunRequest[] = [];
  const questions: string[] = [];
  return {
    runs,
    questions,
    carryOut: async (one: RunRequest) => {
      runs.push(one);
      if (one.goal.commit !== true) throw failure;
      return await Promise.resolve(done);
    },
    ask: async ({ message }: { message: string }) => {
      questions.push(message);
      return await Promise.resolve(answer);
    },
  };
}

describe('apply at a commit point', () => {
  it('asks on a terminal, once, and carries on with the same run', async () => {
    const yes = means(true);
    expect(await throughCommitPoint(request, true, yes)).toEqual(done);
    expect(yes.questions).toEqual([expect.stringContaining('retire-catalog/stop')]);
    expect(yes.runs.map(({ goal, adopt }) => [goal.commit, adopt])).toEqual([
      [undefined, 'shop-1'],
      [true, undefined],
    ]);
  });

  it('ends there at a no', async () => {
    const no = means(false);
    await expect(throughCommitPoint(request, true, no)).rejects.toMatchObject({ code: 'MW1412' });
    expect(no.runs).toHaveLength(1);
  });

  it.each([
    ['nobody types', request, false],
    ['nobody reads', { ...request, isTty: false }, true],
    ['a program reads', { ...request, mode: 'json' as const }, true],
  ])('asks nobody where %s', async (_, one, canType) => {
    const silent = means(true);
    await expect(throughCommitPoint(one, canType, silent)).rejects.toMatchObject({ code: 'MW1412', exit: 3 });
    expect(silent.questions).toEqual([]);
  });

  it('asks about nothing else, and nothing where the word was given', async () => {
    const other = means(true, meshError('MW1434', { unit: 'u', host: 'h', seconds: 1, left: 1, ends: 'x' }));
    await expect(throughCommitPoint(request, true, other)).rejects.toMatchObject({ code: 'MW1434' });
    const given = means(false);
    expect(await throughCommitPoint({ ...request, goal: { ...request.goal, commit: true } }, true, given)).toEqual(
      done,
    );
    expect([...other.questions, ...given.questions]).toEqual([]);
  });
});
