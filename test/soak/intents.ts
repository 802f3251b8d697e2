import { setTimeout as sleep } from 'node:timers/promises';
import type { Operator } from '../lab/witness/mesh.ts';

/** What these tests read of a journal line. */
export interface Line {
  seq: number;
  type: string;
  step?: string;
}

/** The last intent of a journal, if it has no result yet. */
export const hasOpenIntent = (lines: string[]): Line | undefined => {
  const last = lines
    .map((line) => JSON.parse(line) as Line)
    .findLast(({ type }) => type === 'intent' || type === 'result');
  return last?.type === 'intent' ? last : undefined;
};

/** Kills apply some milliseconds after it began a step; its journal says that nobody knows how that step ended. */
export async function killInStep(operator: Operator, step: string, delayMs: number): Promise<void> {
  const { child, done } = operator.start(['migrate', 'apply', operator.plan]);
  let ended: string | undefined;
  void done.then(({ stdout, stderr }) => (ended = `${stdout}\n${stderr}`));
  while (hasOpenIntent(await operator.journal().catch(() => []))?.step !== step) {
    if (ended !== undefined) throw new Error(`apply ended before ${step}\n${ended}`);
    await sleep(20);
  }
  await sleep(delayMs);
  child.kill('SIGKILL');
  await done;
  const open = hasOpenIntent(await operator.journal());
  if (open?.step !== step) throw new Error(`${step} was over after ${delayMs} ms`);
}
