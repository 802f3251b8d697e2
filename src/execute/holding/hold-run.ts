import { hostname } from 'node:os';
import type { Adopted } from '../../journal/entry.ts';
import type { Journal } from '../../journal/file.ts';
import { fold } from '../../journal/fold.ts';
import type { MigrationPlan } from '../../plans/plan.ts';
import { randomHex } from '../../ports/hash.ts';
import { greatestToken, takeOver } from '../adopt/take-over.ts';
import type { OperationContext, Stamp, World } from '../handler.ts';
import type { Witness } from '../open-run.ts';
import { Holder } from './holder.ts';
import type { Elapsed, Holding } from './holding.ts';
import { type Begun, shutOut } from './shut-out.ts';

const TIMEOUT_MS = 60_000;

/** What is written on a Lease in the place of a step. */
const HELD = 'lease';

export interface WitnessOptions {
  plan: MigrationPlan;
  world: World;
  /** On the way back what cannot be reached is passed over. */
  tolerant: boolean;
  elapsed?: Elapsed;
}

/** The estate of a plan, as a run is opened in it: who holds it, what it owns, and how it is taken. */
export function witnessOf({ plan, world, tolerant, elapsed }: WitnessOptions): Witness {
  const identity = { host: hostname(), pid: process.pid, nonce: randomHex(4) };
  const holder = new Holder({ plan, world, identity, tolerant, ...(elapsed && { elapsed }) });
  const contextOf = (stamp: Stamp): OperationContext => ({ world, stamp, timeoutMs: TIMEOUT_MS });
  return {
    greatestToken: (run) => greatestToken(run, plan, world, tolerant),
    refuseRivals: (run, isDead) => holder.refuseRivals(run, isDead),
    hold: async (journal, isDead) => {
      const stamp = stampOf(journal.run, plan, journal.token);
      const begun = begunIn(journal);
      const { holding, wasGivenBack } = await holder.take(stamp, isDead);
      if (begun.all.size === 0 || wasGivenBack) return holding;
      await orRelease(holding, () => shutOut(plan, begun, contextOf(stamp), tolerant));
      return holding;
    },
    takeOver: async (run, isDead) =>
      await takeOver(run, plan, world, async (token, look) => {
        const stamp = stampOf(run, plan, token);
        const { holding } = await holder.take(stamp, isDead);
        const adopted = await orRelease(holding, look);
        await orRelease(holding, () => shutOut(plan, begunBy(adopted), contextOf(stamp), tolerant));
        return { holding, adopted };
      }),
  };
}

async function orRelease<T>(holding: Holding, doing: () => Promise<T>): Promise<T> {
  try {
    return await doing();
  } catch (error) {
    await holding.release();
    throw error;
  }
}

const stampOf = (run: string, { digest }: MigrationPlan, token: number): Stamp => ({
  ...{ run, planDigest: digest, step: HELD, token },
});

/** Whatever a former holder began, and has not taken back. */
function begunIn({ entries }: Journal): Begun {
  const steps = [...fold(entries).steps].filter(([, { status }]) => status !== 'pending' && status !== 'reverted');
  const unknown = steps.filter(([, { status }]) => status === 'unknown');
  return { all: new Set(steps.map(([id]) => id)), unknown: new Set(unknown.map(([id]) => id)) };
}

function begunBy({ done, unknown }: Adopted): Begun {
  const ids = (steps: Adopted['done']): string[] => steps.map(({ step }) => step);
  return { all: new Set([...ids(done), ...ids(unknown)]), unknown: new Set(ids(unknown)) };
}
