import { hostname, userInfo } from 'node:os';
import { Flags } from '@oclif/core';
import { requestBox, requestId } from '../../journal/request-box.ts';
import type { Request } from '../../journal/request.ts';
import { listRuns } from '../../journal/runs.ts';
import { standingRun } from '../../execute/open-run.ts';
import type { MigrationPlan } from '../../plans/plan.ts';
import { isHeld } from '../../ports/lock.ts';

/** Who says it. Nothing proves the name: who may write to the state directory may say anything. */
export const byFlag = Flags.string({
  helpValue: 'NAME',
  description: 'Who says so, for the journal; the login name and host if not given.',
});

/** The login name and the host, as the journal shows them. */
export const myself = (): string => `${userInfo().username}@${hostname()}`;

/** What became of something that was said. */
export interface Saying {
  request: Request;
  /** The run that stands, if there is one; else the next run of the plan hears it. */
  run: string | null;
  /** Whether a process carries out a run of this state directory right now, and so hears it within seconds. */
  isRunning: boolean;
}

type Draft = Request extends infer One ? (One extends unknown ? Omit<One, 'id'> : never) : never;

/** Puts something where the plan's run hears it: the one under way at once, else the next. Takes no lock. */
export async function say(stateDir: string, plan: MigrationPlan, draft: Draft): Promise<Saying> {
  const request: Request = { ...draft, id: requestId(Date.now()) };
  await requestBox(stateDir, plan).put(request);
  const run = standingRun(await listRuns(stateDir), plan)?.run ?? null;
  return { request, run, isRunning: isHeld(stateDir) };
}

/** The same in words. */
export function heardWords({ run, isRunning }: Saying): string {
  if (isRunning) return `The process that carries out ${run ?? 'the plan'} hears it within seconds.`;
  return `No process carries it out now: the next \`mesh migrate apply\` ${run === null ? 'begins with it' : `carries on with ${run}, and with this`}.`;
}
