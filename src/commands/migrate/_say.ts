import { hostname, userInfo } from 'node:os';
import { Flags } from '@oclif/core';
import { requestBox, requestId } from '../../journal/request-box.ts';
import { type Request, requestSchema } from '../../journal/request.ts';
import { listRuns } from '../../journal/runs.ts';
import { meshError } from '../../errors/index.ts';
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

/** No run takes a request that breaks the form: whoever said it must know, and not believe that it was heard. */
function refuseUnheard(request: Request): void {
  const read = requestSchema.safeParse(request);
  if (read.success) return;
  const said = read.error.issues.map(({ path, message }) => `${flagOf(path[0])}: ${message}`);
  throw meshError('MW1001', { command: `mesh migrate ${request.action}`, detail: said.join('; ') });
}

const flagOf = (field: PropertyKey | undefined): string => (field === 'why' ? '--reason' : `--${String(field)}`);

/**
 * Puts something where the plan's run hears it: the one under way at once, else the next. Takes no lock.
 * @throws MW1001 for a name or a reason that is empty, or too long to be taken
 */
export async function say(stateDir: string, plan: MigrationPlan, draft: Draft): Promise<Saying> {
  const request: Request = { ...draft, id: requestId(Date.now()) };
  refuseUnheard(request);
  await requestBox(stateDir, plan).put(request);
  const run = standingRun(await listRuns(stateDir), plan)?.run ?? null;
  return { request, run, isRunning: isHeld(stateDir) };
}

/** The same in words. */
export function heardWords({ run, isRunning }: Saying): string {
  if (isRunning) return `The process that carries out ${run ?? 'the plan'} hears it within seconds.`;
  return `No process carries it out now: the next \`mesh migrate apply\` ${run === null ? 'begins with it' : `carries on with ${run}, and with this`}.`;
}
