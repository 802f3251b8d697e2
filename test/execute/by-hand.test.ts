import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MeshError } from '../../src/errors/index.ts';
import type { MigrationPlan, StageDraft } from '../../src/plans/plan.ts';
import { seal } from '../../src/plans/seal.ts';
import { sha256Digest } from '../../src/ports/hash.ts';
import { describe as inWords } from '../../src/report/run-lines.ts';
import { Bench, policyPlan } from '../fakes/executor.ts';

const check = { check: 'name.resolves', hostname: 'catalog.shop.internal', hosts: ['vm-a'] } as const;
const answers = (address: string) => ({
  op: 'manual' as const,
  instruction: `let it answer ${address}`,
  done: [{ ...check, hosts: ['vm-a'], addresses: [address] }],
});

/** A policy, and after it a name that a person moves from .11 to .99. */
function planByHand(): MigrationPlan {
  const { stages, ...rest } = policyPlan(['one']);
  const [first] = stages;
  if (!first) throw new Error('no stage');
  const draft = ({ steps, ...stage }: typeof first): StageDraft => ({
    ...stage,
    steps: steps.map(({ id: _id, hash: _hash, ...step }) => step),
  });
  const { verify: _verify, ...step } = draft(first).steps[0] ?? {};
  const byHand = {
    ...step,
    action: 'name',
    verify: [],
    verifyRevert: [],
    apply: [answers('192.0.2.99')],
    revert: [answers('192.0.2.11')],
  };
  return seal(
    {
      ...rest,
      stages: [
        { ...draft(first), move: 'join' },
        { ...draft(first), id: 'two', steps: [byHand as StageDraft['steps'][number]] },
      ],
    },
    sha256Digest,
  );
}

let directory = '';
let bench: Bench;
let address = '192.0.2.11';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'by-hand-'));
  bench = new Bench(directory);
  address = '192.0.2.11';
  // Asked whose it is, a host prints no address; asked for the name, what it is told.
  bench.host = () => Promise.resolve(`name ${check.hostname}\n${address}\n`);
});
afterEach(() => rm(directory, { recursive: true }));
const plan = planByHand();

async function endOf(run: Promise<string>): Promise<[string, number] | string> {
  return await run.catch((error: unknown) => {
    if (!(error instanceof MeshError)) throw error;
    return [error.code, error.exit] as [string, number];
  });
}

describe('a step that a person does', () => {
  it('is said, waited for, paused at with 3, and seen by the next apply', async () => {
    expect(await endOf(bench.forward(plan))).toEqual(['MW1411', 3]);
    expect(bench.events.map((event) => inWords(event)[0])).toContain(
      'two/name: to be done by hand: let it answer 192.0.2.99',
    );
    expect(await endOf(bench.forward(plan))).toEqual(['MW1411', 3]);
    address = '192.0.2.99';
    expect(await endOf(bench.forward(plan))).toBe('end');
  });

  it('is a person’s on the way back too, with 3 and not as something that went wrong', async () => {
    address = '192.0.2.99';
    await bench.forward(plan);
    expect(await endOf(bench.back(plan))).toEqual(['MW1411', 3]);
    expect(bench.policies()).toEqual(['one']);
    address = '192.0.2.11';
    expect(await endOf(bench.back(plan))).toBe('start');
    expect(bench.policies()).toEqual([]);
  });

  it('needs nobody when it was done before', async () => {
    address = '192.0.2.99';
    expect(await endOf(bench.forward(plan))).toBe('end');
    expect(bench.events).toContainEqual(
      expect.objectContaining({ event: 'step.done', step: 'two/name', observed: ['manual: already so'] }),
    );
  });
});
