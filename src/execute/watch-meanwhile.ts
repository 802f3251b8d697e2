import { meshError } from '../errors/index.ts';
import { fold } from '../journal/fold.ts';
import type { Clock } from '../ports/contracts.ts';
import { evaluateGate } from './evaluate-gate.ts';
import { nextLook } from './holds.ts';
import type { Execution } from './execution.ts';
import { lookEveryMs, lookSince } from './through-gate.ts';
import type { Target } from './target.ts';

type Watching = Pick<Execution, 'plan' | 'journal' | 'target' | 'watch'>;

/**
 * The target for a step that may wait for long: whenever it waits, the gate that passed last is looked at as often as it
 * says. Once that fails, the look is recorded and the wait throws MW1413, so that the step fails and the run goes back.
 * Looks that do not fail are not recorded: they would be thousands.
 */
export function watchedTarget(watching: Watching, step: string): Target {
  const { plan, journal, target } = watching;
  const look = nextLook(plan, fold(journal.entries));
  if (!look || !target.withClock) return target;
  return target.withClock(watchedClock(target.clock, lookEveryMs(look.decision.gate), () => lookNow(watching, step)));
}

/** A clock whose every wait is interrupted to look, as often as `everyMs`. Two who wait at once share one look. */
export function watchedClock(clock: Clock, everyMs: number, look: () => Promise<void>): Clock {
  let lookAtMs = clock.now() + everyMs;
  const lookWhenDue = async (): Promise<void> => {
    if (clock.now() < lookAtMs) return;
    lookAtMs = Number.POSITIVE_INFINITY;
    await look().finally(() => (lookAtMs = clock.now() + everyMs));
  };
  return {
    now: () => clock.now(),
    sleep: async (ms) => {
      const untilMs = clock.now() + ms;
      for (;;) {
        await lookWhenDue();
        const leftMs = untilMs - clock.now();
        if (leftMs <= 0) return true;
        if (!(await clock.sleep(Math.min(leftMs, Math.max(1, lookAtMs - clock.now()))))) return false;
      }
    },
  };
}

async function lookNow({ plan, journal, target, watch }: Watching, step: string): Promise<void> {
  const state = fold(journal.entries);
  const look = nextLook(plan, state);
  if (!look) return;
  const { of, gate } = look.decision;
  const nowMs = target.clock.now();
  const { outcome, verdicts } = await evaluateGate(gate, target, {
    sinceMs: lookSince(state, of, nowMs, 'watch'),
    nowMs,
  });
  if (outcome !== 'fail') return;
  watch({ event: 'gate.asked', of, outcome, verdicts, phase: 'watch' });
  await journal.append({ type: 'gate', of, outcome, phase: 'watch', verdicts: verdicts.map((one) => ({ ...one })) });
  const failed = verdicts.filter((one) => one.outcome === 'fail');
  throw meshError('MW1413', {
    step,
    gate: of,
    observed: failed.map(({ subject, why }) => `${subject}: ${why}`).join('; '),
  });
}
